//! A result whose length is known only when it is made: it waits on this thread until JavaScript has allocated as many
//! bytes, so the Buffer that users get is exactly as long as it must be and memory of their own heap.

use std::cell::Cell;

use crate::raw::{Call, Failure, Outcome, Reply};

thread_local! {
    /// Lent out, never borrowed across a call. Its bytes are the last result's first, then whatever was there before.
    static RESULT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Room beyond this many bytes is not kept for the next result.
const MOST_KEPT: usize = 4 << 20;

/// Lends out the room for a result.
pub(super) fn make<T>(fill: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let mut room = RESULT.take();
    let made = fill(&mut room);
    RESULT.set(room);
    made
}

/// (out): takes the last result, of which `out` has the length
pub(super) fn take(call: &Call) -> Outcome {
    let out = call.bytes_mut(0)?;
    let room = RESULT.take();
    let made = room.get(..out.len()).map(|made| out.copy_from_slice(made));
    if room.len() <= MOST_KEPT {
        RESULT.set(room);
    }
    made.map(|()| Reply::Undefined)
        .ok_or_else(|| Failure::internal("the output is longer than the result"))
}
