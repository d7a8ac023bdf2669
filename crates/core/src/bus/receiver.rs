//! The receiving side of a handle: which of its subscriptions have news, and how they are written into the memory
//! that JavaScript gives.
//!
//! Segments, one behind the other, each of whole 4-byte words (lib/events/incoming.js reads them):
//!
//! ```text
//! kind u32, subscription u32, count u32, thread u32, text units u32, run bytes u32, then by kind
//!   MESSAGES  text (one byte per unit), then runs as in a batch (batch.rs), padding;
//!   WIDE      the same, two bytes per unit
//!   DROPPED   nothing; count (low) and thread (high) are the messages dropped since the subscription began
//!   ENDED     nothing
//! ```
//!
//! A large Buffer stands in its run as a ticket, which is good until the next take.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use super::Bell;
use super::batch::{Batch, LARGE, Part, Single};
use super::block::Block;
use super::flight::Flight;
use super::prompt::Prompt;
use super::queue::Chunk;
use super::slots::Slots;
use super::subscription::{Inner, Subscription};
use crate::lock::lock;

pub(super) const SEGMENT_HEADER: usize = 24;
/// Bytes of one subscription's messages before another's turn comes.
const TURN_BYTES: usize = 64 * 1024;

const MESSAGES: u32 = 0;
pub(super) const WIDE: u32 = 1;
const DROPPED: u32 = 2;
const ENDED: u32 = 3;

/// What a `take` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Bytes written; 0: there is no news, or the next message needs more than was given.
    pub written: usize,
    /// The memory that the next message needs, where it did not fit into all that was given.
    pub needed: usize,
    /// Some of the news has not been taken. Where it is false, the bell rings for whatever comes.
    pub more: bool,
    /// Some queue has got below the level that publishers wait for.
    pub made_room: bool,
}

static LAST_NUMBER: AtomicU32 = AtomicU32::new(0);

/// A number that no other handle of the process has, also where it has loaded another copy of this library.
fn next_number() -> u32 {
    static FIRST: LazyLock<u32> = LazyLock::new(|| RandomState::new().hash_one(0) as u32);
    LAST_NUMBER
        .fetch_add(1, Ordering::Relaxed)
        .wrapping_add(*FIRST)
}

/// What waits to be taken.
#[derive(Default)]
struct News {
    /// Subscriptions whose queues have something.
    ready: VecDeque<Arc<Subscription>>,
    /// While a take is under way: one of them is out of the list.
    taking: bool,
    /// Older than all that is in their queues.
    prompt: Prompt,
}

/// See the module's text.
pub(super) struct Receiver {
    /// Its handle's, of the process.
    pub(super) number: u32,
    pub(super) slots: Slots,
    pub(super) bell: Arc<dyn Bell>,
    news: Mutex<News>,
    pub(super) delivered: AtomicU64,
    /// The large Buffers of the last take that nobody has claimed yet, by their tickets.
    claims: Mutex<Vec<Option<Arc<Block>>>>,
}

impl Receiver {
    pub(super) fn new(bell: Arc<dyn Bell>) -> Arc<Self> {
        Arc::new(Self {
            number: next_number(),
            slots: Slots::default(),
            bell,
            news: Mutex::default(),
            delivered: AtomicU64::new(0),
            claims: Mutex::default(),
        })
    }

    /// Notes that a subscription has news. Its `listed` flag was set by the caller.
    pub(super) fn list(&self, subscription: Arc<Subscription>) {
        lock(&self.news).ready.push_back(subscription);
        self.bell.ring();
    }

    /// Gives a subscription a message the short way. False while anything waits in queues, or where it does not fit.
    pub(super) fn hasten(&self, id: u32, run: &Single<'_>, number: impl FnOnce() -> u32) -> bool {
        let mut news = lock(&self.news);
        if news.taking || !news.ready.is_empty() || !news.prompt.add(id, run, number) {
            return false;
        }
        drop(news);
        self.bell.ring();
        true
    }

    /// Messages that a subscription is about to get the short way, and what they would cost in its queue.
    pub(super) fn hastened(&self, id: u32) -> (usize, usize) {
        lock(&self.news).prompt.count(id)
    }

    /// Holds a flight for what is under way by the short way.
    pub(super) fn hold(&self, flight: &Arc<Flight>) {
        lock(&self.news).prompt.hold(flight);
    }

    /// Forgets all news; the handle is closing.
    pub(super) fn clear(&self) {
        let mut news = lock(&self.news);
        let dropped = (std::mem::take(&mut news.ready), news.prompt.clear());
        drop(news);
        drop(dropped); // outside the lock: it may hold the last of a batch, whose end rings
        lock(&self.claims).clear();
    }

    /// The block behind a ticket of the last take, once.
    pub(super) fn claim(&self, ticket: u32) -> Option<Arc<Block>> {
        lock(&self.claims).get_mut(ticket as usize)?.take()
    }

    pub(super) fn unclaim(&self, ticket: u32, block: Arc<Block>) {
        if let Some(claim) = lock(&self.claims).get_mut(ticket as usize) {
            *claim = Some(block);
        }
    }

    /// Writes news into `out`, one turn for each subscription that has some, as long as it fits.
    pub(super) fn take(&self, out: &mut [u8]) -> Taken {
        let mut writer = Writer::new(out);
        let mut taken = Taken::default();
        let (mut next, mut turns) = self.begin(&mut writer, &mut taken);
        while let Some(subscription) = next {
            let (full, again) = self.take_turn(&subscription, &mut writer, &mut taken);
            let mut news = lock(&self.news);
            match again {
                true if full => news.ready.push_front(subscription),
                true => news.ready.push_back(subscription),
                false => {}
            }
            if full || turns == 0 {
                taken.more = !news.ready.is_empty();
                news.taking = false;
                break;
            }
            turns -= 1;
            next = news.ready.pop_front();
            news.taking = next.is_some();
        }
        taken.written = writer.at;
        let claims = writer.large.into_iter().map(Some).collect();
        let unclaimed = std::mem::replace(&mut *lock(&self.claims), claims);
        drop(unclaimed); // outside the lock
        taken
    }

    /// Takes what came the short way; then, if all of that fitted, the first subscription in the list. Also says how many
    /// there are behind it.
    fn begin(
        &self,
        writer: &mut Writer<'_>,
        taken: &mut Taken,
    ) -> (Option<Arc<Subscription>>, usize) {
        let mut news = lock(&self.news);
        let prompt = news.prompt.take(writer);
        let mut next = None;
        if news.prompt.is_empty() {
            next = news.ready.pop_front();
            news.taking = next.is_some();
        } else {
            taken.more = true;
            if writer.at == 0 {
                taken.needed = news.prompt.first_len();
            }
        }
        let behind = news.ready.len();
        drop(news);
        self.delivered
            .fetch_add(prompt.messages as u64, Ordering::Relaxed);
        drop(prompt); // outside the lock: it may ring
        (next, behind)
    }

    /// Whether something did not fit any more, and whether there is more of this one.
    fn take_turn(
        &self,
        subscription: &Arc<Subscription>,
        writer: &mut Writer<'_>,
        taken: &mut Taken,
    ) -> (bool, bool) {
        let was_half_full = subscription.is_half_full();
        // Dropped without a lock: the last holder of a batch rings its publisher.
        let mut done = Vec::new();
        let (mut inner, full) = self.write_news(subscription, writer, taken, &mut done);
        subscription.publish_size(&inner);
        inner.listed = inner.has_news();
        let again = inner.listed;
        drop(inner);
        drop(done);
        taken.made_room |= was_half_full && !subscription.is_half_full();
        (full, again)
    }

    fn write_news<'sub>(
        &self,
        subscription: &'sub Subscription,
        writer: &mut Writer<'_>,
        taken: &mut Taken,
        done: &mut Vec<Chunk>,
    ) -> (MutexGuard<'sub, Inner>, bool) {
        let id = subscription.id;
        let mut inner = subscription.lock();
        let dropped = inner.queue.dropped();
        if inner.told_dropped != dropped {
            if !writer.notice(DROPPED, id, dropped) {
                return (inner, true);
            }
            inner.told_dropped = dropped;
        }
        let limit = writer.at + TURN_BYTES;
        loop {
            if writer.at >= limit && inner.queue.front().is_some() {
                return (inner, false);
            }
            let Some(mut chunk) = inner.queue.take_front() else {
                break;
            };
            // Copied without the lock, for which publishers would wait.
            drop(inner);
            let written = writer.messages(id, &chunk);
            inner = subscription.lock();
            match written {
                Ok(count) => {
                    self.delivered.fetch_add(count as u64, Ordering::Relaxed);
                    chunk.advance(count);
                    match chunk.len() {
                        0 => done.push(chunk),
                        _ => inner.queue.put_back(chunk),
                    }
                }
                Err(needed) => {
                    inner.queue.put_back(chunk);
                    taken.needed = if writer.at == 0 { needed } else { 0 };
                    return (inner, true);
                }
            }
        }
        if inner.queue.has_ended() && !inner.told_end {
            if !writer.notice(ENDED, id, 0) {
                return (inner, true);
            }
            inner.told_end = true;
        }
        (inner, false)
    }
}

/// What of a chunk fits into the memory that is left.
#[derive(Default)]
struct Fits {
    count: usize,
    parts: Vec<Part>,
    text: usize,
    runs: usize,
    /// What the first message alone would take, where none fits.
    size: usize,
}

pub(super) struct Writer<'out> {
    out: &'out mut [u8],
    at: usize,
    large: Vec<Arc<Block>>,
}

impl<'out> Writer<'out> {
    pub(super) fn new(out: &'out mut [u8]) -> Self {
        Self {
            out,
            at: 0,
            large: Vec::new(),
        }
    }

    /// Bytes that still fit.
    pub(super) fn room(&self) -> usize {
        self.out.len() - self.at
    }

    /// Writes one message, numbered, as a segment, for which there is room.
    pub(super) fn single(&mut self, id: u32, single: &Single<'_>, first: u32) {
        let &Single { run, text, .. } = single;
        self.header([
            if single.wide { WIDE } else { MESSAGES },
            id,
            1,
            single.thread,
            word(text.len() >> usize::from(single.wide)),
            word(run.len()),
        ]);
        self.bytes(text);
        self.pad();
        let start = self.at;
        self.bytes(run);
        self.out[start + 12..start + 16].copy_from_slice(&first.to_le_bytes());
        self.pad();
    }

    /// Writes as many messages of a chunk as fit, as one segment. Returns how many; or, where none fits, the memory
    /// that the first one needs.
    fn messages(&mut self, id: u32, chunk: &Chunk) -> Result<usize, usize> {
        let batch = &chunk.batch;
        if chunk.is_whole() && batch.large.is_empty() {
            let text = batch.data.len() - batch.runs_end;
            let size = SEGMENT_HEADER + padded(text) + padded(batch.runs_end);
            if size <= self.out.len() - self.at {
                self.begin(id, chunk.len(), batch, text, batch.runs_end);
                self.bytes(&batch.data[batch.runs_end..]);
                self.pad();
                self.bytes(&batch.data[..batch.runs_end]);
                self.pad();
                return Ok(chunk.len());
            }
            if self.at > 0 && size <= self.out.len() {
                return Err(size); // in one piece by the next take, rather than message by message now
            }
        }
        let fits = self.fitting(chunk);
        if fits.count == 0 {
            return Err(fits.size);
        }
        self.begin(id, fits.count, batch, fits.text, fits.runs);
        for part in &fits.parts {
            self.bytes(&batch.data[part.text.clone()]);
        }
        self.pad();
        for part in &fits.parts {
            self.part(batch, part);
        }
        self.pad();
        Ok(fits.count)
    }

    /// How many of a chunk's messages fit, in which parts.
    fn fitting(&self, chunk: &Chunk) -> Fits {
        let space = self.out.len() - self.at;
        let mut fits = Fits::default();
        let batch = &chunk.batch;
        for record in chunk.left() {
            let joins = fits.parts.last().is_some_and(|last| last.continues(record));
            let part = Part::of(record);
            let runs = fits.runs
                + if joins {
                    record.at.len()
                } else {
                    batch.part_bytes(&part)
                };
            let text = fits.text + record.text.len();
            let size = SEGMENT_HEADER + padded(text) + padded(runs);
            if size > space {
                if fits.count == 0 {
                    fits.size = size;
                }
                break;
            }
            match fits.parts.last_mut() {
                Some(last) if joins => last.join(record),
                _ => fits.parts.push(part),
            }
            (fits.count, fits.text, fits.runs) = (fits.count + 1, text, runs);
        }
        fits
    }

    fn begin(&mut self, id: u32, count: usize, batch: &Batch, text: usize, runs: usize) {
        self.header([
            if batch.wide { WIDE } else { MESSAGES },
            id,
            word(count),
            batch.thread,
            word(text >> usize::from(batch.wide)),
            word(runs),
        ]);
    }

    fn part(&mut self, batch: &Batch, part: &Part) {
        batch.write_part(part, &mut |bytes| self.bytes(bytes));
        if batch.form(part) == LARGE {
            let body = self.at - part.at.len();
            batch.collect_large(part, &mut self.out[body..self.at], &mut self.large);
        }
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

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
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
