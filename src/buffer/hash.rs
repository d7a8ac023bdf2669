//! Raw functions of the hashes.

use ironloop_core::buffer::hash;

use super::job;
use crate::jobs::JobValue;
use crate::raw::{Call, Failure, Outcome, Reply};

/// (bytes, start) -> number
pub(super) fn crc32(call: &Call) -> Outcome {
    Ok(Reply::Number(
        hash::crc32(call.bytes(0)?, call.u32(1)?).into(),
    ))
}

/// (bytes, start) -> number
pub(super) fn crc32c(call: &Call) -> Outcome {
    Ok(Reply::Number(
        hash::crc32c(call.bytes(0)?, call.u32(1)?).into(),
    ))
}

/// (bytes, seed?) -> BigInt
pub(super) fn xxh64(call: &Call) -> Outcome {
    Ok(Reply::U64(hash::xxh64(call.bytes(0)?, seed(call, 1)?)))
}

/// (bytes, seed?) -> BigInt
pub(super) fn xxh3(call: &Call) -> Outcome {
    Ok(Reply::U64(hash::xxh3_64(call.bytes(0)?, seed(call, 1)?)))
}

/// (bytes, seed?) -> BigInt of 128 bits
pub(super) fn xxh3_wide(call: &Call) -> Outcome {
    Ok(Reply::U128(hash::xxh3_128(call.bytes(0)?, seed(call, 1)?)))
}

/// (bytes, out: Uint8Array)
pub(super) fn blake3(call: &Call) -> Outcome {
    hash::blake3(call.bytes(0)?, call.bytes_mut(1)?);
    Ok(Reply::Undefined)
}

/// (bytes) -> the 64 characters of the default digest
pub(super) fn blake3_hex(call: &Call) -> Outcome {
    let mut digest = [0; 32];
    hash::blake3(call.bytes(0)?, &mut digest);
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(digest) {
        pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
        pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
    }
    call.latin1(&text)
}

/// (port, id, algorithm: 0 = xxh3, 1 = blake3, 2 = sha256, bytes, digest length, seed?): the digest, big-endian, as a job's value
pub(super) fn hash_job(call: &Call) -> Outcome {
    let length = call.usize(4)?;
    let seed = seed(call, 5)?;
    let algorithm = call.u32(2)?;
    let bytes = call.bytes(3)?.to_vec();
    let work = move || {
        let digest = match (algorithm, length) {
            (0, 8) => hash::xxh3_64(&bytes, seed).to_be_bytes().to_vec(),
            (0, _) => hash::xxh3_128(&bytes, seed).to_be_bytes().to_vec(),
            (2, _) => hash::sha256(&bytes).to_vec(),
            _ => {
                let mut digest = vec![0; length];
                hash::blake3(&bytes, &mut digest);
                digest
            }
        };
        Ok(JobValue::Bytes(digest))
    };
    job::submit(call, work)
}

pub(super) fn seed(call: &Call, index: usize) -> Result<u64, Failure> {
    if call.is_undefined(index) {
        return Ok(0);
    }
    call.u64(index)
}
