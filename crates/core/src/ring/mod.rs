//! Two rings in memory that two processes share: records from one to the other, without a system call for each.
//!
//! A single-producer single-consumer ring after Lamport, "Proving the Correctness of Multiprocess Programs" (1977): the
//! producer alone moves the tail, the consumer alone the head. Who finds nothing to do says so in a word of its own and
//! looks once more before it sleeps; who makes something to do looks at that word afterwards, and rings. Between a store
//! and a look stands a fence on both sides (Dekker), so one of the two always sees the other: see `loom_tests.rs`.
//!
//! Invariant: the other process may write anything at any time. A side keeps its own position in private memory and never
//! reads it back; the other's position and each record's header are read once, into local values, which are checked before
//! they are used. Payload is copied out before anybody looks at it. So the worst that comes of it is [`Corrupt`], or
//! records with nonsense in them.
//!
//! All memory is words of 64 bits that are only ever accessed atomically, which costs nothing here and keeps a race of the
//! other process from being undefined behaviour of ours.

mod lane;
#[cfg(all(test, loom))]
mod loom_tests;
mod receiver;
mod sender;
mod sync;
#[cfg(all(test, not(loom)))]
mod tests;

pub use lane::{Lane, lanes, words};
pub use receiver::{Receiver, Row, Taken};
pub use sender::{Pushed, Sender};

/// Bytes of the longest record; what is longer goes as several.
pub const MOST_BYTES: usize = 256 * 1024;
/// Bytes that wait in one direction.
pub const CAPACITY: usize = 1024 * 1024;

/// The other process has written what no honest one writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// What stands before a record's bytes: their count and a kind, of which nothing is known here.
///
/// The kind is the upper half of the word, so every word is a header, and only its length can be a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    kind: u32,
    bytes: u32,
}

impl Header {
    fn to_word(self) -> u64 {
        u64::from(self.kind) << 32 | u64::from(self.bytes)
    }

    fn from_word(word: u64) -> Self {
        Self {
            kind: (word >> 32) as u32,
            bytes: word as u32,
        }
    }

    /// Words that the record takes, its header included.
    fn words(self) -> u64 {
        1 + u64::from(self.bytes.div_ceil(8))
    }
}
