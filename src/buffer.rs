//! The binding of `ironloop/buffer`: raw functions over `ironloop_core::buffer`.

use ironloop_core::buffer;

use crate::raw::{self, Call, Outcome};

pub(crate) const RAW: &[raw::Function] = &[raw::function("countByte", count_byte)];

/// (bytes, byte) -> count
fn count_byte(call: &Call) -> Outcome {
    let byte = call.u32(1)? as u8;
    Ok(buffer::count_byte(call.bytes(0)?, byte).into())
}
