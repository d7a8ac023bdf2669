//! Raw functions of text: UTF-8, Latin-1, hexadecimal, and the mask of WebSocket frames.

use ironloop_core::buffer;
use ironloop_sys::buffer::{hex, latin1, mask};

use crate::raw::{Call, Outcome, Reply};

/// (bytes) -> the offset of the first ill-formed sequence of UTF-8, or -1
pub(super) fn first_invalid_utf8(call: &Call) -> Outcome {
    let found = buffer::first_invalid_utf8(call.bytes(0)?);
    Ok(Reply::Number(found.map_or(-1.0, |offset| offset as f64)))
}

/// (latin1) -> its length in UTF-8
pub(super) fn latin1_utf8_length(call: &Call) -> Outcome {
    Ok(latin1::utf8_length(call.bytes(0)?).into())
}

/// (latin1, out, counts: Float64Array for what was read and written)
pub(super) fn latin1_to_utf8(call: &Call) -> Outcome {
    let (read, written) = latin1::to_utf8(call.bytes(0)?, call.bytes_mut(1)?);
    for (slot, count) in call.elements_mut::<f64>(2)?.iter_mut().zip([read, written]) {
        *slot = count as f64;
    }
    Ok(Reply::Undefined)
}

/// (bytes, out)
pub(super) fn to_hex(call: &Call) -> Outcome {
    hex::encode(call.bytes(0)?, call.bytes_mut(1)?);
    Ok(Reply::Undefined)
}

/// (digits, out) -> how many bytes were written
pub(super) fn from_hex(call: &Call) -> Outcome {
    Ok(hex::decode(call.bytes(0)?, call.bytes_mut(1)?).into())
}

/// (source, key, out)
pub(super) fn mask_bytes(call: &Call) -> Outcome {
    let key = call.u32(1)?.to_le_bytes();
    mask::mask(call.bytes(0)?, key, call.bytes_mut(2)?);
    Ok(Reply::Undefined)
}

/// (bytes, key)
pub(super) fn mask_in_place(call: &Call) -> Outcome {
    let key = call.u32(1)?.to_le_bytes();
    mask::mask_in_place(call.bytes_mut(0)?, key);
    Ok(Reply::Undefined)
}
