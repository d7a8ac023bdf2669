//! Raw functions of MultiFinder. A search keeps its matches on this thread until JavaScript has made room for them,
//! so they are searched for once, and the arrays that take them are exactly as long as needed.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use ironloop_core::buffer::{self, BuildError, Match, MatchKind, MultiFinder};

use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};

thread_local! {
    static FINDERS: RefCell<Handles<Arc<MultiFinder>>> = const { Handles::new() };
    /// The matches of the last scan. The list is lent out, never borrowed across a call.
    static FOUND: Cell<Vec<Match>> = const { Cell::new(Vec::new()) };
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
    let mut found = FOUND.take();
    found.clear();
    finder(call, 0)?.find_all(call.bytes(1)?, &mut found);
    let count = found.len();
    FOUND.set(found);
    Ok(count.into())
}

/// (patternIds: Uint32Array, starts, ends: Uint32Array | Float64Array): the last scan's matches
pub(super) fn take(call: &Call) -> Outcome {
    let found = taken();
    let ids = call.elements_mut::<u32>(0)?;
    for (slot, one) in ids.iter_mut().zip(&found) {
        *slot = one.pattern;
    }
    if call.is_elements::<u32>(1) {
        fill(call.elements_mut(1)?, &found, |one| one.start as u32);
        fill(call.elements_mut(2)?, &found, |one| one.end as u32);
    } else {
        fill(call.elements_mut(1)?, &found, |one| one.start as f64);
        fill(call.elements_mut(2)?, &found, |one| one.end as f64);
    }
    keep(found);
    Ok(Reply::Undefined)
}

/// (length of the bytes, replacements' ends: Uint32Array) -> the length after `multiFinderReplace`
pub(super) fn replaced_length(call: &Call) -> Outcome {
    let ends = call.elements::<u32>(1)?;
    let found = FOUND.take();
    let length = buffer::replaced_length(call.usize(0)?, &found, ends);
    FOUND.set(found);
    Ok(length.into())
}

/// (bytes, replacements joined, their ends: Uint32Array, out): fills `out`
pub(super) fn replace(call: &Call) -> Outcome {
    let found = taken();
    let (bytes, joined) = (call.bytes(0)?, call.bytes(1)?);
    let filled = buffer::replace(bytes, &found, joined, call.elements(2)?, call.bytes_mut(3)?);
    keep(found);
    if !filled {
        return Err(Failure::internal(
            "the output is not of the replaced length",
        ));
    }
    Ok(Reply::Undefined)
}

fn fill<T>(slots: &mut [T], found: &[Match], value: impl Fn(&Match) -> T) {
    for (slot, one) in slots.iter_mut().zip(found) {
        *slot = value(one);
    }
}

fn taken() -> Vec<Match> {
    FOUND.take()
}

fn keep(mut found: Vec<Match>) {
    found.clear();
    found.shrink_to(MOST_KEPT);
    FOUND.set(found);
}
