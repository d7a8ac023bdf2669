//! The rings of shared memory between this process and one that fork() started, or that started this one.
//!
//! A channel is known by a number of this thread's. It lives on its JavaScript thread alone; the I/O thread only hears its
//! bell and rings its port.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod channel;
#[cfg(target_os = "linux")]
mod news;

#[cfg(target_os = "linux")]
use crate::raw::{Function, function};

/// See lib/child_process/shared-memory/port.js.
#[cfg(target_os = "linux")]
pub(crate) const RAW: &[Function] = &[
    function("open", calls::open),
    function("create", calls::create),
    function("letGo", calls::let_go),
    function("adopt", calls::adopt),
    function("push", calls::push),
    function("pushText", calls::push_text),
    function("take", calls::take),
    function("fetch", calls::fetch),
    function("takeNews", calls::take_news),
    function("wake", calls::wake),
    function("close", calls::close),
];

/// Elsewhere there is none, and lib/ says so.
#[cfg(not(target_os = "linux"))]
pub(crate) const RAW: &[crate::raw::Function] = &[];
