//! The records that cross between JavaScript and the scheduler, in arenas of little-endian 32-bit words.
//! Every record starts at a multiple of eight bytes and is padded to one, so values inside may rely on alignment.
//!
//! ```text
//! task, submitted    id, payload bytes, handler, flags, priority (signed), timeout ms, route, retries, payload
//! task, claimed      position, payload bytes, handler, flags, payload
//! report             position, payload bytes, status, run time in us (or UNTIMED), payload
//! completion         id, payload bytes, status, seat, payload
//! ```

use std::fmt;

/// What a submitted task asks for.
pub mod flags {
    /// It may be cancelled by id.
    pub const CANCELLABLE: u32 = 1;
    /// It shares a worker with no other running task. The worker sees to it.
    pub const EXCLUSIVE: u32 = 2;
    /// It has a timeout: the worker says when it starts.
    pub const TIMED: u32 = 4;
    /// Its value, or part of it, travels beside the scheduler, by a MessagePort.
    pub const PORTED: u32 = 8;
    /// Only the seat in `route` may run it.
    pub const PINNED: u32 = 16;
    /// Runs where others with the same `route` run, as long as that seat is there.
    pub const AFFINE: u32 = 32;
    /// Waits until the owner assigns it to a seat.
    pub const HELD: u32 = 64;
}

/// How a report or completion ends, or does not end, its task.
pub mod status {
    /// The payload is the result.
    pub const OK: u32 = 0;
    /// The payload is what was thrown.
    pub const THREW: u32 = 1;
    /// The task goes on; the payload is what it emitted.
    pub const PROGRESS: u32 = 2;
    /// The task goes on, past its timeout. No payload. Only in completions.
    pub const TIMED_OUT: u32 = 3;
    /// To be skipped: the task was not this worker's any more. Only in completions.
    pub const VOID: u32 = 4;
    /// The task has started and waits for what travels by a MessagePort.
    pub const WANT: u32 = 5;
    /// The worker has loaded its handler. No task.
    pub const READY: u32 = 6;
    /// The worker has ended its last task: it can be replaced. No task.
    pub const LEAVING: u32 = 7;
    /// The task goes on; the payload is the next of the items that it yields.
    pub const ITEM: u32 = 8;
    /// The bits of what is listed above.
    pub(in crate::pool) const KIND: u32 = 0xff;
    /// A bit beside the others: the payload's value travels by a MessagePort.
    pub const PORTED: u32 = 0x100;
}

/// The run time of a report that was not measured on its own.
pub(super) const UNTIMED: u32 = u32::MAX;

pub(super) const SUBMITTED_HEADER: usize = 32;
pub(super) const CLAIMED_HEADER: usize = 16;
pub(super) const REPORT_HEADER: usize = 16;

/// An arena that does not hold what its headers say.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("malformed arena")
    }
}

pub(super) fn padded(len: usize) -> usize {
    len.div_ceil(8) * 8
}

pub(super) fn word(bytes: &[u8], at: usize) -> Result<u32, Malformed> {
    let word = bytes.get(at..at + 4).ok_or(Malformed)?;
    word.try_into()
        .map(u32::from_le_bytes)
        .map_err(|_| Malformed)
}

/// Writes words one after the other from `at`. The caller has checked the room.
pub(super) fn put_words(bytes: &mut [u8], at: usize, words: &[u32]) {
    for (index, word) in words.iter().enumerate() {
        let from = at + index * 4;
        bytes[from..from + 4].copy_from_slice(&word.to_le_bytes());
    }
}

/// One submitted record: its words, where its payload is, and where the next record starts.
pub(super) struct Submitted {
    pub(super) id: u32,
    pub(super) handler: u32,
    pub(super) flags: u32,
    pub(super) priority: i32,
    pub(super) timeout_ms: u32,
    pub(super) route: u32,
    pub(super) retries: u32,
    pub(super) start: usize,
    pub(super) len: usize,
    pub(super) next: usize,
}

impl Submitted {
    pub(super) fn read(arena: &[u8], at: usize) -> Result<Self, Malformed> {
        let len = word(arena, at + 4)? as usize;
        let start = at + SUBMITTED_HEADER;
        let next = start + padded(len);
        if next > arena.len() {
            return Err(Malformed);
        }
        Ok(Self {
            id: word(arena, at)?,
            handler: word(arena, at + 8)?,
            flags: word(arena, at + 12)?,
            priority: word(arena, at + 16)?.cast_signed(),
            timeout_ms: word(arena, at + 20)?,
            route: word(arena, at + 24)?,
            retries: word(arena, at + 28)?,
            start,
            len,
            next,
        })
    }
}

/// One record of a report, still with the worker's words.
pub(super) struct Reported {
    pub(super) position: usize,
    pub(super) status: u32,
    pub(super) micros: u32,
    pub(super) next: usize,
}

impl Reported {
    pub(super) fn read(arena: &[u8], at: usize) -> Result<Self, Malformed> {
        let len = word(arena, at + 4)? as usize;
        let next = at + REPORT_HEADER + padded(len);
        if next > arena.len() {
            return Err(Malformed);
        }
        Ok(Self {
            position: word(arena, at)? as usize,
            status: word(arena, at + 8)?,
            micros: word(arena, at + 12)?,
            next,
        })
    }
}

/// What tasks have emitted, of a report: the captured values, but for those that travel, wholly or in part, by a
/// MessagePort.
pub fn emitted(report: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    let records = std::iter::from_fn(move || {
        let record = Reported::read(report, at).ok()?;
        let start = at + REPORT_HEADER;
        at = record.next;
        let length = word(report, start - 12).ok()? as usize;
        Some((record.status, report.get(start..start + length)?))
    });
    records.filter_map(|(status, value)| (status == status::PROGRESS).then_some(value))
}
