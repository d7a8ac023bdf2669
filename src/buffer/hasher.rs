//! Raw functions of hashes over several pieces, and of BLAKE3 over subtrees.

use std::cell::RefCell;

use ironloop_core::buffer::hasher::{self, Blake3Mode, Hasher};

use super::hash::seed;
use super::job;
use crate::jobs::JobValue;
use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};

thread_local! {
    static HASHERS: RefCell<Handles<Hasher>> = const { Handles::new() };
}

/// What V8 is told that a state takes, roughly.
const STATE_BYTES: usize = 1024;

static HASHER: Kind = Kind {
    release: |handle| {
        // Mostly gone already: the digest takes it, since finalizers wait for the loop to turn.
        let _ = HASHERS.try_with(|hashers| hashers.borrow_mut().remove(handle));
        STATE_BYTES
    },
};

fn missing() -> Failure {
    Failure::internal("not a hash of this thread")
}

fn external(call: &Call, hasher: Hasher) -> Outcome {
    let handle = HASHERS.with_borrow_mut(|hashers| hashers.insert(hasher));
    call.external(handle, STATE_BYTES, &HASHER)
}

/// (kind: 0 xxh64, 1 xxh3, 2 xxh3 of 128 bits, 3 blake3, 4 blake3 keyed, 5 blake3 deriving; seed, key or context)
/// -> external
pub(super) fn build(call: &Call) -> Outcome {
    let hasher = match call.u32(0)? {
        0 => Hasher::xxh64(seed(call, 1)?),
        1 => Hasher::xxh3(seed(call, 1)?),
        2 => Hasher::xxh3_wide(seed(call, 1)?),
        3 => Hasher::blake3(Blake3Mode::Plain),
        4 => {
            let key = call.bytes(1)?.try_into();
            let key = key.map_err(|_| Failure::internal("a key of 32 bytes"))?;
            Hasher::blake3(Blake3Mode::Keyed(key))
        }
        _ => Hasher::blake3(Blake3Mode::Derive(&call.string(1)?)),
    };
    external(call, hasher)
}

/// (hasher, bytes)
pub(super) fn update(call: &Call) -> Outcome {
    let (handle, bytes): (Handle, _) = (call.handle(0)?, call.bytes(1)?);
    HASHERS.with_borrow_mut(|hashers| {
        hashers.get_mut(handle).ok_or_else(missing)?.update(bytes);
        Ok(Reply::Undefined)
    })
}

/// (hasher, out): ends the hash
pub(super) fn digest(call: &Call) -> Outcome {
    let (handle, out): (Handle, _) = (call.handle(0)?, call.bytes_mut(1)?);
    let hasher = HASHERS.with_borrow_mut(|hashers| hashers.remove(handle));
    if !hasher.ok_or_else(missing)?.digest(out) {
        return Err(Failure::internal(
            "the output is not of the digest's length",
        ));
    }
    Ok(Reply::Undefined)
}

/// (hasher) -> another external in the same state
pub(super) fn copy(call: &Call) -> Outcome {
    let handle = call.handle(0)?;
    let copied = HASHERS.with_borrow(|hashers| hashers.get(handle).cloned());
    external(call, copied.ok_or_else(missing)?)
}

/// (port, id, bytes, start): the chaining value of the subtree that begins at `start` of all as a job's value
pub(super) fn subtree_job(call: &Call) -> Outcome {
    let (part, start) = (call.bytes(2)?.to_vec(), call.usize(3)?);
    if part.is_empty() {
        return Err(Failure::internal("no bytes are there"));
    }
    job::submit(call, move || {
        let value = hasher::blake3_subtree(&part, start);
        Ok(JobValue::Bytes(value.to_vec()))
    })
}

/// (chaining values, length of all bytes, out)
pub(super) fn merge(call: &Call) -> Outcome {
    let (values, _) = call.bytes(0)?.as_chunks::<32>();
    hasher::blake3_merge(values, call.usize(1)?, call.bytes_mut(2)?)
        .map(|()| Reply::Undefined)
        .ok_or_else(|| Failure::internal("these are not the subtrees of so many bytes"))
}
