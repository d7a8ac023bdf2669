//! One thread's use of a Bus: publishing, subscribing, taking.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::Bell;
use super::batch::{Arena, Batch, Single};
use super::block::Block;
use super::flight::Flights;
use super::history::Retention;
use super::hub::{Hub, LastRoute};
use super::news::{self, Value};
use super::receiver::{Receiver, Taken};
use super::subscription::{Options, Subscription};
use crate::lock::lock;
use crate::numbered::Numbered;

/// Why a batch was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishError {
    /// The arena is not what its headers say: a mistake in lib/.
    Malformed,
    /// The handle is closed.
    Closed,
}

/// Numbers about one handle and the Bus behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Messages published through this handle.
    pub published: u64,
    /// Messages taken by this handle's thread.
    pub delivered: u64,
    /// Messages that this handle's subscriptions have lost to their bounds.
    pub dropped: u64,
    /// Messages and bytes in this handle's queues.
    pub queued: usize,
    /// See `queued`.
    pub queued_bytes: usize,
    /// Subscriptions of the whole Bus.
    pub subscriptions: usize,
    /// Topics of the whole Bus that have a number.
    pub topics: usize,
}

/// One thread's use of a Bus.
pub struct Handle {
    hub: Arc<Hub>,
    receiver: Arc<Receiver>,
    flights: Flights,
    thread: u32,
    sequence: AtomicU32,
    published: AtomicU64,
    /// In the hub's list of those who wait for room.
    waits: AtomicBool,
    closed: AtomicBool,
    own: Mutex<Numbered<Arc<Subscription>>>,
    last_route: Mutex<LastRoute>,
    /// Large Buffers captured for the next batch.
    attached: Mutex<Vec<Arc<Block>>>,
}

impl Handle {
    pub(super) fn new(hub: Arc<Hub>, thread: u32, bell: Arc<dyn Bell>) -> Arc<Self> {
        Arc::new(Self {
            hub,
            receiver: Receiver::new(Arc::clone(&bell)),
            flights: Flights::new(bell),
            thread,
            sequence: AtomicU32::new(0),
            published: AtomicU64::new(0),
            waits: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            own: Mutex::default(),
            last_route: Mutex::default(),
            attached: Mutex::default(),
        })
    }

    /// The number of a valid topic; None where the table is full and it has to travel by name.
    #[must_use]
    pub fn topic(&self, name: &str) -> Option<u32> {
        self.hub.topic(name)
    }

    /// The topic of this number.
    #[must_use]
    pub fn topic_name(&self, id: u32) -> Option<Arc<str>> {
        self.hub.topic_name(id)
    }

    /// Whether anybody would get a message on a valid topic.
    #[must_use]
    pub fn has_subscribers(&self, topic: &str) -> bool {
        self.hub.has_subscribers(topic)
    }

    /// How many subscriptions cover a valid topic.
    #[must_use]
    pub fn count_subscribers(&self, topic: &str) -> usize {
        self.hub.count_subscribers(topic)
    }

    /// Whether anybody would get a message on the topic of this number.
    #[must_use]
    pub fn reaches(&self, topic: u32) -> bool {
        self.hub.reaches(topic)
    }

    /// Makes the Bus remember messages; the first who asks decides how much.
    pub fn retain(&self, retention: Retention) {
        self.hub.retain(retention);
    }

    /// Tells the Bus's subscribers of `$ironloop` topics something about this handle's thread.
    pub fn announce(&self, topic: &str) {
        let value = Value::Object(vec![("threadId", Value::Number(f64::from(self.thread)))]);
        news::publish_on(&self.hub, topic, self.thread, &value);
    }

    /// Bytes in the queues of this handle's subscriptions.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        let own = lock(&self.own);
        own.values().map(|one| one.queued()).sum()
    }

    /// Captures a large Buffer for the next batch; returns its ticket there.
    pub fn attach(&self, bytes: &[u8]) -> u32 {
        let block = Arc::new(Block::copy_of(bytes));
        let mut attached = lock(&self.attached);
        attached.push(block);
        attached.len() as u32 - 1
    }

    /// The block behind a ticket of the last take, once, if nobody else will get it.
    #[must_use]
    pub fn claim(&self, ticket: u32) -> Option<Block> {
        Arc::try_unwrap(self.receiver.claim(ticket)?)
            .map_err(|block| self.receiver.unclaim(ticket, block))
            .ok()
    }

    /// Gives a claimed block back, to be claimed another way.
    pub fn unclaim(&self, ticket: u32, block: Block) {
        self.receiver.unclaim(ticket, Arc::new(block));
    }

    /// The block behind a ticket of the last take, once, to be copied.
    #[must_use]
    pub fn claim_shared(&self, ticket: u32) -> Option<Arc<Block>> {
        self.receiver.claim(ticket)
    }

    /// The number that other handles know it by.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.receiver.number
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Opens a slot to a sender of what only postMessage carries, and says which senders' slots have ended.
    pub fn offer_slot(&self, slot: u32) -> Vec<u32> {
        self.receiver.slots.offer(slot);
        self.receiver.slots.take_ended()
    }

    /// The slot that a sender has claimed of this handle.
    #[must_use]
    pub fn slot_of(&self, sender: u32) -> Option<u32> {
        self.receiver.slots.of(sender)
    }

    /// Claims a slot of another handle that subscribes. None if it has none open now.
    #[must_use]
    pub fn claim_slot(self: &Arc<Self>, receiver: u32) -> Option<u32> {
        let receiver = self.hub.receiver(receiver)?;
        let own = Arc::downgrade(self);
        receiver.slots.claim(self.number(), own)
    }

    /// Whether a handle has subscriptions.
    #[must_use]
    pub fn receives(&self, receiver: u32) -> bool {
        self.hub.receiver(receiver).is_some()
    }

    /// The handles and subscriptions that a message on a valid topic may go to; of groups, all members.
    #[must_use]
    pub fn destinations(&self, topic: &str) -> Vec<(u32, u32)> {
        self.hub.destinations(topic)
    }

    /// The handle of one subscription.
    #[must_use]
    pub fn destination(&self, subscription: u32) -> Option<u32> {
        self.hub.destination(subscription)
    }

    /// Publishes a batch: `data` as `batch.rs` has it, its text one or two bytes a character (`wide`).
    ///
    /// # Errors
    /// See `PublishError`.
    pub fn publish(&self, data: &[u8], runs_end: usize, wide: bool) -> Result<(), PublishError> {
        let large = std::mem::take(&mut *lock(&self.attached));
        if self.closed.load(Ordering::Acquire) {
            return Err(PublishError::Closed);
        }
        if u32::try_from(data.len()).is_err() || runs_end > data.len() {
            return Err(PublishError::Malformed);
        }
        let arena = Arena {
            data,
            runs_end,
            wide,
            large,
        };
        if let Some(run) = Single::read(&arena, self.thread)
            && self.hub.hasten(&run, &self.last_route, &self.sequence)
        {
            self.published.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let batch = Batch::new(arena, self.thread, Some(self.flights.current()));
        let mut batch = batch.ok_or(PublishError::Malformed)?;
        let first = self.sequence.fetch_add(batch.count, Ordering::Relaxed);
        self.published
            .fetch_add(u64::from(batch.count), Ordering::Relaxed);
        if self.hub.subscriptions() == 0 && !self.hub.retains() {
            return Ok(());
        }
        batch.number(first);
        self.hub.route(&Arc::new(batch), &self.last_route);
        Ok(())
    }

    /// Bytes that can be published before the fullest queue is full.
    #[must_use]
    pub fn room(&self) -> usize {
        self.hub.room()
    }

    /// Subscribes to a valid pattern. None if the handle is closed.
    #[must_use]
    pub fn subscribe(&self, pattern: &str, options: Options) -> Option<u32> {
        let mut own = lock(&self.own);
        if self.closed.load(Ordering::Acquire) {
            return None;
        }
        let receiver = Arc::clone(&self.receiver);
        let subscription = self.hub.subscribe(pattern, options, receiver);
        let id = subscription.id;
        own.insert(id, subscription);
        Some(id)
    }

    /// Ends a subscription of this handle; what it had not taken goes to the others of its group, else nowhere.
    pub fn unsubscribe(&self, id: u32) {
        let removed = lock(&self.own).remove(&id);
        if removed.is_some() {
            self.hub.remove(id);
        }
    }

    /// Messages in a subscription's queue, and messages it has lost to its bound.
    #[must_use]
    pub fn subscription(&self, id: u32) -> Option<(usize, u64)> {
        let subscription = lock(&self.own).get(&id).cloned()?;
        let (hastened, _) = self.receiver.hastened(id);
        let inner = subscription.lock();
        Some((hastened + inner.queue.messages(), inner.queue.dropped()))
    }

    /// Writes news into `out` (receiver.rs has the format).
    pub fn take(&self, out: &mut [u8]) -> Taken {
        let taken = self.receiver.take(out);
        if taken.made_room {
            self.hub.ring_waiting();
        }
        taken
    }

    /// Whether every queue is at most half full; if not, the handle is rung when that may have changed.
    #[must_use]
    pub fn is_drained(self: &Arc<Self>) -> bool {
        if self.hub.is_drained() {
            return true;
        }
        if !self.waits.swap(true, Ordering::AcqRel) {
            self.hub.wait_for_room(Arc::downgrade(self));
        }
        // A queue may have been emptied before this handle was in the list.
        self.hub.is_drained()
    }

    /// Asks to be rung when everything published so far has left all queues; `landed` counts such requests.
    pub fn flush(&self) {
        let flight = self.flights.await_current();
        self.hub.hold(&flight);
    }

    /// How many requests of `flush` have been met since the last time.
    #[must_use]
    pub fn landed(&self) -> usize {
        self.flights.landed()
    }

    /// See `Stats`.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let mut stats = Stats {
            published: self.published.load(Ordering::Relaxed),
            delivered: self.receiver.delivered.load(Ordering::Relaxed),
            subscriptions: self.hub.subscriptions(),
            topics: self.hub.topics(),
            ..Stats::default()
        };
        for (id, subscription) in &*lock(&self.own) {
            let (messages, cost) = self.receiver.hastened(*id);
            let inner = subscription.lock();
            stats.dropped += inner.queue.dropped();
            stats.queued += messages + inner.queue.messages();
            stats.queued_bytes += cost + inner.queue.bytes();
        }
        stats
    }

    /// There may be room now.
    pub(super) fn stop_waiting(&self) {
        self.waits.store(false, Ordering::Release);
        self.receiver.bell.ring();
    }

    /// Ends all subscriptions of this handle; nothing can be published through it any more.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let own = std::mem::take(&mut *lock(&self.own));
        for id in own.into_keys() {
            self.hub.remove(id);
        }
        self.receiver.clear();
        *lock(&self.last_route) = LastRoute::default();
    }
}
