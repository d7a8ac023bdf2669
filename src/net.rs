//! The binding of `ironloop/net`: files sent to connections by native threads.

use crate::raw;

#[cfg(unix)]
mod send_file;

#[cfg(unix)]
pub(crate) const RAW: &[raw::Function] = &[
    raw::function("sendFile", send_file::start),
    raw::function("sendFileSent", send_file::sent),
    raw::function("sendFileCancel", send_file::cancel),
];

/// Without them JavaScript sends the file by streams.
#[cfg(not(unix))]
pub(crate) const RAW: &[raw::Function] = &[];
