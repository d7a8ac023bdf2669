//! Raw functions of MultiFinder.

use std::cell::RefCell;
use std::sync::Arc;

use ironloop_core::buffer::{self, BuildError, Match, MatchKind, MultiFinder};

use super::found::{self, Found};
use super::job;
use crate::jobs::JobValue;
use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};

thread_local! {
    static FINDERS: RefCell<Handles<Arc<MultiFinder>>> = const { Handles::new() };
    static FOUND: Found<Match> = const { Found::new() };
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

fn finder(call: &Call, index: usize) -> Result<Arc<MultiFinder>, Failure> {
    let handle: Handle = call.handle(index)?;
    FINDERS
        .with_borrow(|finders| finders.get(handle).cloned())
        .ok_or_else(|| Failure::internal("not a MultiFinder of this thread"))
}

/// (patterns joined, their ends: Uint32Array, kind: 0 first, 1 longest, 2 overlapping, fold case) -> external
pub(super) fn build(call: &Call) -> Outcome {
    let joined = call.bytes(0)?;
    let kind = match call.u32(2)? {
        0 => MatchKind::LeftmostFirst,
        1 => MatchKind::LeftmostLongest,
        _ => MatchKind::Overlapping,
    };
    let mut patterns = Vec::new();
    let mut start = 0;
    for end in call.elements::<u32>(1)? {
        let end = *end as usize;
        let pattern = joined.get(start..end);
        patterns.push(pattern.ok_or_else(|| Failure::internal("ends are not of these patterns"))?);
        start = end;
    }
    let finder = MultiFinder::new(&patterns, kind, call.bool(3)?).map_err(|error| match error {
        BuildError::EmptyPattern => Failure::internal("an empty pattern"),
        BuildError::TooLarge => Failure::new(
            "ERR_OUT_OF_RANGE",
            "The patterns are too many or too long for one MultiFinder",
        ),
    })?;
    let bytes = finder.memory_usage();
    let handle = FINDERS.with_borrow_mut(|finders| finders.insert(Arc::new(finder)));
    call.external(handle, bytes, &FINDER)
}

/// (finder, bytes) -> boolean
pub(super) fn test(call: &Call) -> Outcome {
    Ok(Reply::Bool(finder(call, 0)?.is_match(call.bytes(1)?)))
}

/// (finder, bytes) -> how many matches `multiFinderTake` or `multiFinderReplace` will find
pub(super) fn scan(call: &Call) -> Outcome {
    let (finder, bytes) = (finder(call, 0)?, call.bytes(1)?);
    Ok(FOUND
        .with(|found| found.scan(|list| finder.find_all(bytes, list)))
        .into())
}

/// (patternIds: Uint32Array, starts, ends: Uint32Array | Float64Array): the last scan's matches
pub(super) fn take(call: &Call) -> Outcome {
    FOUND.with(|found| {
        found.take(|list| {
            found::fill(call, 0, list.iter().map(|one| one.pattern as usize))?;
            found::fill(call, 1, list.iter().map(|one| one.start))?;
            found::fill(call, 2, list.iter().map(|one| one.end))
        })
    })?;
    Ok(Reply::Undefined)
}

/// (port, id, finder, bytes): the bytes of these three arrays, one behind the other, as a job's value
pub(super) fn find_job(call: &Call) -> Outcome {
    let (finder, bytes) = (finder(call, 2)?, call.bytes(3)?.to_vec());
    job::submit(call, move || {
        let (mut list, mut value) = (Vec::new(), Vec::new());
        finder.find_all(&bytes, &mut list);
        found::append(&mut value, 0, list.iter().map(|one| one.pattern as usize));
        found::append(&mut value, bytes.len(), list.iter().map(|one| one.start));
        found::append(&mut value, bytes.len(), list.iter().map(|one| one.end));
        Ok(JobValue::Bytes(value))
    })
}

/// (length of the bytes, replacements' ends: Uint32Array) -> the length after `multiFinderReplace`
pub(super) fn replaced_length(call: &Call) -> Outcome {
    let (length, ends) = (call.usize(0)?, call.elements::<u32>(1)?);
    Ok(FOUND
        .with(|found| found.read(|list| buffer::replaced_length(length, list, ends)))
        .into())
}

/// (bytes, replacements joined, their ends: Uint32Array, out): fills `out`
pub(super) fn replace(call: &Call) -> Outcome {
    let (bytes, joined) = (call.bytes(0)?, call.bytes(1)?);
    let (ends, out) = (call.elements(2)?, call.bytes_mut(3)?);
    if !FOUND.with(|found| found.take(|list| buffer::replace(bytes, list, joined, ends, out))) {
        return Err(Failure::internal(
            "the output is not of the replaced length",
        ));
    }
    Ok(Reply::Undefined)
}
