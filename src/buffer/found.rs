//! What a search has found: it waits on this thread until JavaScript has made room for exactly as much, or goes as bytes
//! into a job's value. Offsets are 32-bit integers, in bytes beyond 4 GiB doubles.

use std::cell::Cell;

use crate::raw::{Call, Failure};

/// A list that has grown beyond this many matches is not kept for the next search.
const MOST_KEPT: usize = 1 << 16;

/// The matches of a thread's last scan. The list is lent out, never borrowed across a call.
pub(super) struct Found<T>(Cell<Vec<T>>);

impl<T> Found<T> {
    pub(super) const fn new() -> Self {
        Found(Cell::new(Vec::new()))
    }

    /// Fills the list; how many it has then.
    pub(super) fn scan(&self, search: impl FnOnce(&mut Vec<T>)) -> usize {
        let mut list = self.0.take();
        list.clear();
        search(&mut list);
        let count = list.len();
        self.0.set(list);
        count
    }

    pub(super) fn read<R>(&self, read: impl FnOnce(&[T]) -> R) -> R {
        let list = self.0.take();
        let answer = read(&list);
        self.0.set(list);
        answer
    }

    /// As `read`, for the last time.
    pub(super) fn take<R>(&self, read: impl FnOnce(&[T]) -> R) -> R {
        let mut list = self.0.take();
        let answer = read(&list);
        list.clear();
        list.shrink_to(MOST_KEPT);
        self.0.set(list);
        answer
    }
}

/// Fills a Uint32Array or a Float64Array of the caller's.
pub(super) fn fill(
    call: &Call,
    index: usize,
    offsets: impl Iterator<Item = usize>,
) -> Result<(), Failure> {
    if call.is_elements::<u32>(index) {
        let slots = call.elements_mut::<u32>(index)?;
        for (slot, offset) in slots.iter_mut().zip(offsets) {
            *slot = offset as u32;
        }
    } else {
        let slots = call.elements_mut::<f64>(index)?;
        for (slot, offset) in slots.iter_mut().zip(offsets) {
            *slot = offset as f64;
        }
    }
    Ok(())
}

/// Appends the bytes that such an array would have, for a search in so many bytes.
pub(super) fn append(value: &mut Vec<u8>, searched: usize, offsets: impl Iterator<Item = usize>) {
    if u32::try_from(searched).is_ok() {
        value.extend(offsets.flat_map(|offset| (offset as u32).to_ne_bytes()));
    } else {
        value.extend(offsets.flat_map(|offset| (offset as f64).to_ne_bytes()));
    }
}
