//! One direction of the shared memory.

use super::sync::{AtomicU64, Ordering, fence};
use super::{CAPACITY, Corrupt};

// Where each word of a lane's control block stands; cache lines of their own.
const TAIL: usize = 0;
const HEAD: usize = 8;
const CONSUMER_SLEEPS: usize = 16;
const PRODUCER_WAITS: usize = 24;
const CONTROL: usize = 32;

/// Words that two lanes of the usual capacity take.
#[must_use]
pub const fn words() -> usize {
    2 * (CONTROL + CAPACITY / 8)
}

/// The two lanes of a segment: that of the process that made it to the other, and back. None for a length that is no
/// segment's.
#[must_use]
pub fn lanes(words: &[AtomicU64]) -> Option<[Lane<'_>; 2]> {
    let (there, back) = words.split_at(words.len() / 2);
    Some([Lane::of(there)?, Lane::of(back)?])
}

/// A view of one direction.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a> {
    control: &'a [AtomicU64],
    data: &'a [AtomicU64],
}

impl<'a> Lane<'a> {
    pub(super) fn of(words: &'a [AtomicU64]) -> Option<Self> {
        let (control, data) = words.split_at_checked(CONTROL)?;
        data.len()
            .is_power_of_two()
            .then_some(Self { control, data })
    }

    pub(super) fn capacity(&self) -> u64 {
        self.data.len() as u64
    }

    /// The producer's position, to be believed as far as it lies within the ring.
    pub(super) fn tail(&self, head: u64) -> Result<u64, Corrupt> {
        let tail = self.control[TAIL].load(Ordering::Acquire);
        self.check(tail.wrapping_sub(head)).map(|()| tail)
    }

    /// The consumer's position, to be believed as far as it lies within the ring.
    pub(super) fn head(&self, tail: u64) -> Result<u64, Corrupt> {
        let head = self.control[HEAD].load(Ordering::Acquire);
        self.check(tail.wrapping_sub(head)).map(|()| head)
    }

    fn check(&self, filled: u64) -> Result<(), Corrupt> {
        if filled > self.capacity() {
            return Err(Corrupt);
        }
        Ok(())
    }

    /// Publishes records. True if the consumer sleeps and is to be rung.
    pub(super) fn set_tail(&self, tail: u64) -> bool {
        self.control[TAIL].store(tail, Ordering::Release);
        self.take_flag(CONSUMER_SLEEPS)
    }

    /// Gives room back. True if the producer waits for it and is to be rung.
    pub(super) fn set_head(&self, head: u64) -> bool {
        self.control[HEAD].store(head, Ordering::Release);
        self.take_flag(PRODUCER_WAITS)
    }

    fn take_flag(&self, flag: usize) -> bool {
        fence(Ordering::SeqCst);
        let flag = &self.control[flag];
        flag.load(Ordering::Relaxed) != 0 && flag.swap(0, Ordering::Relaxed) != 0
    }

    /// From here on the producer rings when it publishes; the tail is to be looked at once more.
    pub(super) fn consumer_sleeps(&self, sleeps: bool) {
        self.set_flag(CONSUMER_SLEEPS, sleeps);
    }

    /// From here on the consumer rings when it gives room back; the head is to be looked at once more.
    pub(super) fn producer_waits(&self, waits: bool) {
        self.set_flag(PRODUCER_WAITS, waits);
    }

    fn set_flag(&self, flag: usize, set: bool) {
        self.control[flag].store(u64::from(set), Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    fn at(&self, position: u64) -> usize {
        (position & (self.capacity() - 1)) as usize
    }

    pub(super) fn word(&self, position: u64) -> u64 {
        self.data[self.at(position)].load(Ordering::Relaxed)
    }

    pub(super) fn set_word(&self, position: u64, word: u64) {
        self.data[self.at(position)].store(word, Ordering::Relaxed);
    }

    /// Writes bytes from the start of a word on; they are no more than the ring holds.
    pub(super) fn write(&self, position: u64, bytes: &[u8]) {
        let (whole, rest) = bytes.as_chunks::<8>();
        let (before, after) = self.runs(position, whole.len());
        let (first, second) = whole.split_at(before.len());
        for (word, chunk) in before.iter().zip(first).chain(after.iter().zip(second)) {
            word.store(u64::from_ne_bytes(*chunk), Ordering::Relaxed);
        }
        if !rest.is_empty() {
            let mut chunk = [0; 8];
            chunk[..rest.len()].copy_from_slice(rest);
            self.set_word(position + whole.len() as u64, u64::from_ne_bytes(chunk));
        }
    }

    /// Reads bytes from the start of a word on; they are no more than the ring holds.
    pub(super) fn read(&self, position: u64, bytes: &mut [u8]) {
        let (whole, rest) = bytes.as_chunks_mut::<8>();
        let count = whole.len() as u64;
        let (before, after) = self.runs(position, whole.len());
        let (first, second) = whole.split_at_mut(before.len());
        for (word, chunk) in before.iter().zip(first).chain(after.iter().zip(second)) {
            *chunk = word.load(Ordering::Relaxed).to_ne_bytes();
        }
        if !rest.is_empty() {
            let chunk = self.word(position + count).to_ne_bytes();
            rest.copy_from_slice(&chunk[..rest.len()]);
        }
    }

    /// The words from a position on, in the two runs that the end of the ring makes of them.
    fn runs(&self, position: u64, words: usize) -> (&'a [AtomicU64], &'a [AtomicU64]) {
        let start = self.at(position);
        let before = words.min(self.data.len() - start);
        let after = (words - before).min(start);
        (&self.data[start..start + before], &self.data[..after])
    }
}
