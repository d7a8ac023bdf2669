//! One subscription: a pattern, its queue, and the receiver that is told when it has something.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::queue::{Chunk, Overflow, Queue};
use super::receiver::Receiver;
use crate::lock::lock;

/// How a subscription receives.
#[derive(Clone, Debug)]
pub struct Options {
    /// The queue is full from this many bytes on.
    pub max_queued_bytes: usize,
    /// What happens then.
    pub overflow: Overflow,
    /// Each message goes to one member of the group.
    pub group: Option<String>,
    /// At most so many messages of each topic that the Bus remembers come first; 0: none.
    pub replay: usize,
}

pub(super) struct Inner {
    pub(super) queue: Queue,
    /// In the receiver's list of those with news.
    pub(super) listed: bool,
    /// The count of dropped messages that the receiver has been told.
    pub(super) told_dropped: u64,
    pub(super) told_end: bool,
    closed: bool,
}

impl Inner {
    pub(super) fn has_news(&self) -> bool {
        self.queue.front().is_some()
            || self.told_dropped != self.queue.dropped()
            || (self.queue.has_ended() && !self.told_end)
    }
}

/// See the module's text.
pub(super) struct Subscription {
    pub(super) id: u32,
    pub(super) pattern: String,
    pub(super) options: Options,
    pub(super) receiver: Arc<Receiver>,
    inner: Mutex<Inner>,
    /// The bytes in the queue, to be looked at without its lock.
    queued: AtomicUsize,
    /// How many subscriptions of the hub are more than half full.
    crowded: Arc<AtomicUsize>,
}

impl Subscription {
    pub(super) fn new(
        id: u32,
        pattern: &str,
        options: Options,
        receiver: Arc<Receiver>,
        crowded: Arc<AtomicUsize>,
    ) -> Arc<Self> {
        let queue = Queue::new(options.max_queued_bytes.max(1), options.overflow);
        Arc::new(Self {
            id,
            pattern: pattern.to_owned(),
            options,
            receiver,
            inner: Mutex::new(Inner {
                queue,
                listed: false,
                told_dropped: 0,
                told_end: false,
                closed: false,
            }),
            queued: AtomicUsize::new(0),
            crowded,
        })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    pub(super) fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    /// The bytes that can still be queued before the queue is full.
    pub(super) fn room(&self) -> usize {
        self.options.max_queued_bytes.saturating_sub(self.queued())
    }

    /// Whether publishers that wait for room would go on waiting because of this one.
    pub(super) fn is_half_full(&self) -> bool {
        self.queued() > self.options.max_queued_bytes / 2
    }

    /// Queues a chunk and rings. Gives it back if the subscription has been closed.
    pub(super) fn push(self: &Arc<Self>, chunk: Chunk) -> Result<(), Chunk> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(chunk);
        }
        inner.queue.push(chunk);
        self.publish_size(&inner);
        if inner.listed || !inner.has_news() {
            return Ok(());
        }
        inner.listed = true;
        drop(inner);
        self.receiver.list(Arc::clone(self));
        Ok(())
    }

    pub(super) fn publish_size(&self, inner: &Inner) {
        let was_half_full = self.is_half_full();
        self.queued.store(inner.queue.bytes(), Ordering::Relaxed);
        match (was_half_full, self.is_half_full()) {
            (false, true) => self.crowded.fetch_add(1, Ordering::Relaxed),
            (true, false) => self.crowded.fetch_sub(1, Ordering::Relaxed),
            _ => 0,
        };
    }

    /// Refuses what comes from now on, and gives back what was queued.
    pub(super) fn close(&self) -> VecDeque<Chunk> {
        let mut inner = self.lock();
        inner.closed = true;
        let left = inner.queue.close();
        inner.told_dropped = inner.queue.dropped();
        inner.told_end = true;
        self.publish_size(&inner);
        left
    }
}
