//! The receiving side of a handle: which of its subscriptions have news, and how they are written into the memory
//! that JavaScript gives.
//!
//! Segments, one behind the other, each of whole 4-byte words (lib/events/incoming.js reads them):
//!
//! ```text
//! kind u32, subscription u32, count u32, thread u32, text units u32, record bytes u32, then by kind
//!   MESSAGES  text (one byte per unit), padding;
//!   WIDE      the same, two bytes per unit
//!             { topic u32, sequence u32, payload length u32, text units u32, payload }*, padding
//!   DROPPED   nothing; count (low) and thread (high) are the messages dropped since the subscription began
//!   ENDED     nothing
//! ```

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::Bell;
use super::batch::Record;
use super::queue::Chunk;
use super::subscription::{Inner, Subscription};
use crate::lock::lock;

const SEGMENT_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// Bytes of one subscription's messages before another's turn comes.
const TURN_BYTES: usize = 64 * 1024;

const MESSAGES: u32 = 0;
const WIDE: u32 = 1;
const DROPPED: u32 = 2;
const ENDED: u32 = 3;

/// What a `take` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Bytes written; 0: there is no news, or the next message needs more than was given.
    pub written: usize,
    /// The memory that the next message needs, where it did not fit into all that was given.
    pub needed: usize,
    /// Some queue has got below the level that publishers wait for.
    pub made_room: bool,
}

/// See the module's text.
pub(super) struct Receiver {
    pub(super) bell: Arc<dyn Bell>,
    ready: Mutex<VecDeque<Arc<Subscription>>>,
    pub(super) delivered: AtomicU64,
}

impl Receiver {
    pub(super) fn new(bell: Arc<dyn Bell>) -> Arc<Self> {
        Arc::new(Self {
            bell,
            ready: Mutex::new(VecDeque::new()),
            delivered: AtomicU64::new(0),
        })
    }

    /// Notes that a subscription has news. Its `listed` flag was set by the caller.
    pub(super) fn list(&self, subscription: Arc<Subscription>) {
        lock(&self.ready).push_back(subscription);
        self.bell.ring();
    }

    /// Forgets all news; the handle is closing.
    pub(super) fn clear(&self) {
        let ready = std::mem::take(&mut *lock(&self.ready));
        drop(ready); // outside the lock: it may hold the last of a batch, whose end rings
    }

    /// Writes news into `out`, one turn for each subscription that has some, as long as it fits.
    pub(super) fn take(&self, out: &mut [u8]) -> Taken {
        let mut writer = Writer { out, at: 0 };
        let mut taken = Taken::default();
        let turns = lock(&self.ready).len();
        for _ in 0..turns {
            let Some(subscription) = lock(&self.ready).pop_front() else {
                break;
            };
            let full = self.take_turn(&subscription, &mut writer, &mut taken);
            if full {
                break;
            }
        }
        taken.written = writer.at;
        taken
    }

    /// True if something did not fit any more.
    fn take_turn(
        &self,
        subscription: &Arc<Subscription>,
        writer: &mut Writer<'_>,
        taken: &mut Taken,
    ) -> bool {
        let was_half_full = subscription.is_half_full();
        // Chunks that are done are dropped when the lock is released: the last holder of a batch rings its publisher.
        let mut done = Vec::new();
        let mut inner = subscription.lock();
        let full = self.write_news(subscription.id, &mut inner, writer, taken, &mut done);
        subscription.publish_size(&inner);
        inner.listed = inner.has_news();
        let again = inner.listed;
        drop(inner);
        drop(done);
        taken.made_room |= was_half_full && !subscription.is_half_full();
        if again {
            let mut ready = lock(&self.ready);
            if full {
                ready.push_front(Arc::clone(subscription));
            } else {
                ready.push_back(Arc::clone(subscription));
            }
        }
        full
    }

    fn write_news(
        &self,
        id: u32,
        inner: &mut Inner,
        writer: &mut Writer<'_>,
        taken: &mut Taken,
        done: &mut Vec<Arc<super::batch::Batch>>,
    ) -> bool {
        let dropped = inner.queue.dropped();
        if inner.told_dropped != dropped {
            if !writer.notice(DROPPED, id, dropped) {
                return true;
            }
            inner.told_dropped = dropped;
        }
        let limit = writer.at + TURN_BYTES;
        while let Some(chunk) = inner.queue.front() {
            if writer.at >= limit {
                return false;
            }
            let fits = writer.fitting(chunk);
            if fits.count == 0 {
                taken.needed = if writer.at == 0 { fits.needed } else { 0 };
                return true;
            }
            writer.messages(id, chunk, &fits);
            done.push(Arc::clone(&chunk.batch));
            inner.queue.advance(fits.count);
            self.delivered
                .fetch_add(fits.count as u64, Ordering::Relaxed);
        }
        if inner.queue.has_ended() && !inner.told_end {
            if !writer.notice(ENDED, id, 0) {
                return true;
            }
            inner.told_end = true;
        }
        false
    }
}

/// How many of a chunk's records fit, and what they take.
#[derive(Default)]
struct Fits {
    count: usize,
    text_bytes: usize,
    record_bytes: usize,
    /// What the first record alone would take.
    needed: usize,
}

struct Writer<'out> {
    out: &'out mut [u8],
    at: usize,
}

impl Writer<'_> {
    fn fitting(&self, chunk: &Chunk) -> Fits {
        let space = self.out.len() - self.at;
        let mut fits = Fits::default();
        for record in chunk.left() {
            let text_bytes = fits.text_bytes + record.text.len();
            let record_bytes = fits.record_bytes + RECORD_HEADER + record.payload.len();
            let size = SEGMENT_HEADER + padded(text_bytes) + padded(record_bytes);
            if fits.count == 0 {
                fits.needed = size;
            }
            if size > space {
                break;
            }
            (fits.text_bytes, fits.record_bytes) = (text_bytes, record_bytes);
            fits.count += 1;
        }
        fits
    }

    fn messages(&mut self, id: u32, chunk: &Chunk, fits: &Fits) {
        let batch = &chunk.batch;
        let kind = if batch.wide { WIDE } else { MESSAGES };
        let units = fits.text_bytes >> usize::from(batch.wide);
        self.header([
            kind,
            id,
            word(fits.count),
            batch.thread,
            word(units),
            word(fits.record_bytes),
        ]);
        for record in chunk.left().take(fits.count) {
            self.bytes(&batch.data[record.text.clone()]);
        }
        self.pad();
        for record in chunk.left().take(fits.count) {
            self.record(record, batch.wide, &batch.data);
        }
        self.pad();
    }

    fn record(&mut self, record: &Record, wide: bool, data: &[u8]) {
        let units = record.text.len() >> usize::from(wide);
        for value in [
            record.topic,
            record.sequence,
            word(record.payload.len()),
            word(units),
        ] {
            self.bytes(&value.to_le_bytes());
        }
        self.bytes(&data[record.payload.clone()]);
    }

    /// False if it does not fit.
    fn notice(&mut self, kind: u32, id: u32, number: u64) -> bool {
        if self.out.len() - self.at < SEGMENT_HEADER {
            return false;
        }
        let (low, high) = (number as u32, (number >> 32) as u32);
        self.header([kind, id, low, high, 0, 0]);
        true
    }

    fn header(&mut self, words: [u32; 6]) {
        for value in words {
            self.bytes(&value.to_le_bytes());
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        self.out[self.at..end].copy_from_slice(bytes);
        self.at = end;
    }

    fn pad(&mut self) {
        self.at = padded(self.at);
    }
}

fn padded(length: usize) -> usize {
    length.next_multiple_of(4)
}

/// A batch comes from one Buffer, and the bytes that fit are within another: both below 4 GiB by `Hub::publish`.
fn word(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
