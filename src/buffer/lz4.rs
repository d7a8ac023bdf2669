//! Raw functions of LZ4.

use ironloop_core::buffer::{Unpacked, lz4};

use super::result;
use crate::raw::{Call, Failure, Outcome, Reply};

/// (bytes) -> the length of the frame that `takeResult` will give
pub(super) fn compress_frame(call: &Call) -> Outcome {
    let frame = lz4::compress_frame(call.bytes(0)?)
        .ok_or_else(|| Failure::internal("the LZ4 frame could not be written"))?;
    let length = frame.len();
    result::make(|room| *room = frame);
    Ok(length.into())
}

/// (frame, most) -> the length of what `takeResult` will give; -1: more than `most`; -2: corrupt
pub(super) fn decompress_frame(call: &Call) -> Outcome {
    let (frame, most) = (call.bytes(0)?, call.usize(1)?);
    let ended = result::make(|room| {
        room.clear();
        lz4::decompress_frame(frame, most, room)
    });
    Ok(Reply::Number(match ended {
        Unpacked::Done(length) => length as f64,
        Unpacked::TooLarge => -1.0,
        Unpacked::Corrupt => -2.0,
    }))
}

/// (bytes) -> the length of the block that `takeResult` will give
pub(super) fn compress_block(call: &Call) -> Outcome {
    let bytes = call.bytes(0)?;
    let length = result::make(|room| {
        let bound = lz4::block_bound(bytes.len());
        if room.len() < bound {
            *room = vec![0; bound];
        }
        lz4::compress_block(bytes, room)
    });
    length
        .map(Reply::from)
        .ok_or_else(|| Failure::internal("the LZ4 block is longer than its bound"))
}

/// (block, out) -> whether `out` is filled with the whole content
pub(super) fn decompress_block(call: &Call) -> Outcome {
    Ok(Reply::Bool(lz4::decompress_block(
        call.bytes(0)?,
        call.bytes_mut(1)?,
    )))
}
