//! Raw functions and jobs of gzip, zlib and raw DEFLATE.

use std::cell::RefCell;

use ironloop_core::buffer::{self, Step, Unpacked};
use ironloop_sys::deflate::{Compressor, Decompressor, Format, Inflated};

use super::{job, result};
use crate::jobs::JobValue;
use crate::raw::{Call, Failure, Outcome, Reply};

thread_local! {
    /// One of each per thread: making a compressor costs as much as compressing some kilobytes.
    static DECOMPRESSOR: RefCell<Option<Decompressor>> = const { RefCell::new(None) };
    static COMPRESSOR: RefCell<Option<Compressor>> = const { RefCell::new(None) };
}

const NO_MEMORY: &str = "no memory for the compressor's state";

/// What JavaScript is told instead of a length.
const TOO_LARGE: f64 = -1.0;
const CORRUPT: f64 = -2.0;

/// The last byte of a decompressing job's value: what is before it.
const CONTENT: u8 = 0;
const REFUSED_INPUT: u8 = 1;

fn format(call: &Call, index: usize) -> Result<Format, Failure> {
    Ok(match call.u32(index)? {
        0 => Format::Raw,
        1 => Format::Zlib,
        _ => Format::Gzip,
    })
}

fn with_decompressor<T>(
    format: Format,
    work: impl FnOnce(&mut dyn FnMut(&[u8], &mut [u8]) -> Step) -> T,
) -> Option<T> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = Decompressor::new();
        }
        let decompressor = kept.as_mut()?;
        Some(work(
            &mut |input, out| match decompressor.inflate(format, input, out) {
                Inflated::Done { read, written } => Step::Done { read, written },
                Inflated::Full => Step::Full,
                Inflated::Corrupt => Step::Corrupt,
            },
        ))
    })
}

/// Compresses to the start of `out`, which is lengthened as needed.
fn compress(format: Format, level: u8, bytes: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    COMPRESSOR.with_borrow_mut(|kept| {
        if kept.as_ref().is_none_or(|one| one.level() != level) {
            *kept = Compressor::new(level);
        }
        let compressor = kept.as_mut()?;
        let bound = compressor.bound(format, bytes.len());
        if out.len() < bound {
            *out = vec![0; bound];
        }
        compressor.deflate(format, bytes, out)
    })
}

/// (format, level, bytes) -> the length of what `takeResult` will give
pub(super) fn deflate(call: &Call) -> Outcome {
    let (format, level) = (format(call, 0)?, call.u32(1)? as u8);
    let bytes = call.bytes(2)?;
    result::make(|out| compress(format, level, bytes, out))
        .map(Reply::from)
        .ok_or_else(|| Failure::internal(NO_MEMORY))
}

/// (format, bytes, most) -> the length of what `takeResult` will give; -1: more than `most`; -2: corrupt
pub(super) fn inflate(call: &Call) -> Outcome {
    let (format, bytes, most) = (format(call, 0)?, call.bytes(1)?, call.usize(2)?);
    let members = format == Format::Gzip;
    let ended = result::make(|out| {
        with_decompressor(format, |step| {
            buffer::unpack(bytes, members, most, out, step)
        })
    });
    Ok(Reply::Number(
        match ended.ok_or_else(|| Failure::internal(NO_MEMORY))? {
            Unpacked::Done(length) => length as f64,
            Unpacked::TooLarge => TOO_LARGE,
            Unpacked::Corrupt => CORRUPT,
        },
    ))
}

/// (format, bytes, out) -> whether `out` is filled with the whole content
pub(super) fn inflate_exactly(call: &Call) -> Outcome {
    let (format, bytes, out) = (format(call, 0)?, call.bytes(1)?, call.bytes_mut(2)?);
    let filled = with_decompressor(format, |step| {
        buffer::unpack_exactly(bytes, format == Format::Gzip, out, step)
    });
    Ok(Reply::Bool(filled.unwrap_or(false)))
}

/// (port, id, format, level, bytes): the compressed bytes as a job's value
pub(super) fn deflate_job(call: &Call) -> Outcome {
    let (format, level) = (format(call, 2)?, call.u32(3)? as u8);
    let bytes = call.bytes(4)?.to_vec();
    job::submit(call, move || {
        let mut out = Vec::new();
        let length =
            compress(format, level, &bytes, &mut out).ok_or_else(|| job::failed(NO_MEMORY))?;
        out.truncate(length);
        Ok(JobValue::Bytes(out))
    })
}

/// (port, id, format, bytes, most): the content, or, if that failed, the input, and one byte that says which
pub(super) fn inflate_job(call: &Call) -> Outcome {
    let (format, most) = (format(call, 2)?, call.usize(4)?);
    let mut bytes = call.bytes(3)?.to_vec();
    job::submit(call, move || {
        let mut out = Vec::new();
        let ended = with_decompressor(format, |step| {
            buffer::unpack(&bytes, format == Format::Gzip, most, &mut out, step)
        });
        Ok(JobValue::Bytes(match ended {
            None => return Err(job::failed(NO_MEMORY)),
            Some(Unpacked::Done(length)) => {
                out.truncate(length);
                out.push(CONTENT);
                out
            }
            Some(_) => {
                bytes.push(REFUSED_INPUT);
                bytes
            }
        }))
    })
}
