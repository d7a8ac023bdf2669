//! Raw functions of LZ4.

use ironloop_core::buffer::{Unpacked, lz4};

use super::{job, result};
use crate::jobs::JobValue;
use crate::raw::{Call, Failure, Outcome, Reply};

/// What JavaScript is told instead of a length.
const TOO_LARGE: f64 = -1.0;
const CORRUPT: f64 = -2.0;

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
        Unpacked::TooLarge => TOO_LARGE,
        Unpacked::Corrupt => CORRUPT,
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

/// (port, id, task: 0 = compress a frame, 1 = decompress one, 2 = compress a block, 3 = decompress one, bytes, number): the
/// result as a job's value, or one of the numbers. The number: the most that a frame may give, how many bytes before a
/// block are its length, or the length of a block's content.
pub(super) fn job(call: &Call) -> Outcome {
    let (task, number) = (call.u32(2)?, call.usize(4)?);
    let bytes = call.bytes(3)?.to_vec();
    job::submit(call, move || {
        let made = match task {
            0 => lz4::compress_frame(&bytes),
            1 => {
                let mut content = Vec::new();
                match lz4::decompress_frame(&bytes, number, &mut content) {
                    Unpacked::Done(_) => Some(content),
                    Unpacked::TooLarge => return Ok(JobValue::Number(TOO_LARGE)),
                    Unpacked::Corrupt => None,
                }
            }
            2 => prefixed_block(&bytes, number),
            _ => {
                let mut content = vec![0; number];
                lz4::decompress_block(&bytes, &mut content).then_some(content)
            }
        };
        Ok(made.map_or(JobValue::Number(CORRUPT), JobValue::Bytes))
    })
}

/// A block, and before it, in so many bytes (0 or 4), the length of its content.
fn prefixed_block(bytes: &[u8], prefix: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; prefix + lz4::block_bound(bytes.len())];
    let length = lz4::compress_block(bytes, &mut out[prefix..])?;
    let size = u32::try_from(bytes.len()).ok()?.to_le_bytes();
    out[..prefix].copy_from_slice(size.get(..prefix)?);
    out.truncate(prefix + length);
    Some(out)
}
