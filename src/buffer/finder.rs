//! Raw functions of Finder.

use std::cell::RefCell;
use std::sync::Arc;

use ironloop_core::buffer::Finder;

use super::found::{self, Found};
use super::job;
use crate::jobs::JobValue;
use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};

thread_local! {
    static FINDERS: RefCell<Handles<Arc<Finder>>> = const { Handles::new() };
    static FOUND: Found<usize> = const { Found::new() };
}

static FINDER: Kind = Kind {
    release: |handle| {
        let removed = FINDERS.try_with(|finders| finders.borrow_mut().remove(handle));
        removed
            .ok()
            .flatten()
            .map_or(0, |finder| finder.memory_usage())
    },
};

fn with_finder<T>(
    call: &Call,
    index: usize,
    read: impl FnOnce(&Arc<Finder>) -> T,
) -> Result<T, Failure> {
    let handle: Handle = call.handle(index)?;
    FINDERS
        .with_borrow(|finders| finders.get(handle).map(read))
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
    with_finder(call, 0, |finder| offset(finder.find(bytes, from)))
}

/// (finder, bytes, from) -> the last offset up to there, or -1
pub(super) fn find_last(call: &Call) -> Outcome {
    let (bytes, from) = (call.bytes(1)?, call.usize(2)?);
    with_finder(call, 0, |finder| offset(finder.find_last(bytes, from)))
}

/// (finder, bytes) -> how many offsets `finderTake` will give
pub(super) fn scan(call: &Call) -> Outcome {
    let bytes = call.bytes(1)?;
    let scan =
        |finder: &Arc<Finder>| FOUND.with(|found| found.scan(|list| finder.find_all(bytes, list)));
    Ok(with_finder(call, 0, scan)?.into())
}

/// (offsets: Uint32Array | Float64Array): those of the last scan
pub(super) fn take(call: &Call) -> Outcome {
    FOUND.with(|found| found.take(|list| found::fill(call, 0, list.iter().copied())))?;
    Ok(Reply::Undefined)
}

/// (port, id, finder, bytes): the bytes of all offsets as a job's value
pub(super) fn find_job(call: &Call) -> Outcome {
    let (finder, bytes) = (with_finder(call, 2, Arc::clone)?, call.bytes(3)?.to_vec());
    job::submit(call, move || {
        let (mut list, mut value) = (Vec::new(), Vec::new());
        finder.find_all(&bytes, &mut list);
        found::append(&mut value, bytes.len(), list.into_iter());
        Ok(JobValue::Bytes(value))
    })
}
