//! Raw functions of Finder.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use ironloop_core::buffer::Finder;

use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};

thread_local! {
    static FINDERS: RefCell<Handles<Arc<Finder>>> = const { Handles::new() };
    /// The matches of the last scan. The list is lent out, never borrowed across a call.
    static FOUND: Cell<Vec<usize>> = const { Cell::new(Vec::new()) };
}

/// A list that has grown beyond this many matches is not kept for the next search.
const MOST_KEPT: usize = 1 << 16;

static FINDER: Kind = Kind {
    release: |handle| {
        let removed = FINDERS.try_with(|finders| finders.borrow_mut().remove(handle));
        removed
            .ok()
            .flatten()
            .map_or(0, |finder| finder.memory_usage())
    },
};

fn with_finder<T>(call: &Call, search: impl FnOnce(&Finder) -> T) -> Result<T, Failure> {
    let handle: Handle = call.handle(0)?;
    FINDERS
        .with_borrow(|finders| finders.get(handle).map(|finder| search(finder)))
        .ok_or_else(|| Failure::internal("not a Finder of this thread"))
}

fn offset(found: Option<usize>) -> Reply {
    Reply::Number(found.map_or(-1.0, |offset| offset as f64))
}

/// (needle) -> external
pub(super) fn build(call: &Call) -> Outcome {
    let finder = Finder::new(call.bytes(0)?);
    let bytes = finder.memory_usage();
    let handle = FINDERS.with_borrow_mut(|finders| finders.insert(Arc::new(finder)));
    call.external(handle, bytes, &FINDER)
}

/// (finder, bytes, from) -> the first offset from there on, or -1
pub(super) fn find(call: &Call) -> Outcome {
    let (bytes, from) = (call.bytes(1)?, call.usize(2)?);
    with_finder(call, |finder| offset(finder.find(bytes, from)))
}

/// (finder, bytes, from) -> the last offset up to there, or -1
pub(super) fn find_last(call: &Call) -> Outcome {
    let (bytes, from) = (call.bytes(1)?, call.usize(2)?);
    with_finder(call, |finder| offset(finder.find_last(bytes, from)))
}

/// (finder, bytes) -> how many offsets `finderTake` will give
pub(super) fn scan(call: &Call) -> Outcome {
    let bytes = call.bytes(1)?;
    let mut found = FOUND.take();
    found.clear();
    with_finder(call, |finder| finder.find_all(bytes, &mut found))?;
    let count = found.len();
    FOUND.set(found);
    Ok(count.into())
}

/// (offsets: Uint32Array | Float64Array): those of the last scan
pub(super) fn take(call: &Call) -> Outcome {
    let mut found = FOUND.take();
    if call.is_elements::<u32>(0) {
        for (slot, offset) in call.elements_mut(0)?.iter_mut().zip(&found) {
            *slot = *offset as u32;
        }
    } else {
        for (slot, offset) in call.elements_mut(0)?.iter_mut().zip(&found) {
            *slot = *offset as f64;
        }
    }
    found.clear();
    found.shrink_to(MOST_KEPT);
    FOUND.set(found);
    Ok(Reply::Undefined)
}
