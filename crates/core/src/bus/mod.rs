//! The Bus: topics that all threads of the process share.
//!
//! ```text
//! publisher   one arena of records per turn -> Hub::publish -> an Arc'd Batch
//! hub         topic -> matching subscriptions, remembered per topic until a subscription comes or goes
//! history     what is kept for those who come later, where a Bus was opened with replay
//! queue       one per subscription, of ranges of shared batches, bounded by bytes
//! prompt      the short way for few bytes to one subscriber, past queues, while nothing waits in them
//! receiver    one per thread's handle: which subscriptions have news; `take` fills memory that JavaScript gave
//! ```
//!
//! Invariant: a publisher's batches are appended to each queue in the order of publishing, so order is kept per
//! publisher (and so per publisher and topic); nothing is promised between publishers.
//! There is no lock-free protocol here, so nothing for loom to try: every shared structure stands behind a mutex or a
//! read-write lock, and the atomics are counters and hints (how full a queue is, whether the cached match of a topic
//! is older than the subscriptions) whose readers take the lock before they act on data.
//! Lock order: a handle's own list, history, its last route, topic, subscriptions, queue, a receiver's news, then what the bell
//! locks. None of them is held while JavaScript runs.

mod batch;
mod block;
mod flight;
mod handle;
mod history;
mod hub;
mod matcher;
pub mod news;
mod prompt;
mod queue;
mod receiver;
mod slots;
mod subscription;
mod topic;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use crate::lock::lock;

pub use batch::{INLINE_TOPIC, TO_SUBSCRIPTION};
pub use block::Block;
pub use handle::{Handle, PublishError, Stats};
pub use history::Retention;
pub use queue::Overflow;
pub use receiver::Taken;
pub use subscription::Options;
pub use topic::{is_pattern, is_topic, matches};

use hub::Hub;

/// Tells a JavaScript thread that its handle has news: records to take, flights that landed, room to publish.
pub trait Bell: Send + Sync {
    /// False if nobody will ever ask: the thread is gone.
    fn ring(&self) -> bool;
}

impl Bell for crate::inbox::Port {
    fn ring(&self) -> bool {
        self.notify()
    }
}

/// The hubs of this process by name, for as long as a handle of one is open.
static HUBS: Mutex<Option<HashMap<String, Weak<Hub>>>> = Mutex::new(None);

/// Opens a handle on the process's Bus of this name, or on one of its own where `name` is None.
#[must_use]
pub fn open(name: Option<&str>, thread: u32, bell: Arc<dyn Bell>) -> Arc<Handle> {
    let Some(name) = name else {
        return Handle::new(Hub::new(), thread, bell);
    };
    let mut hubs = lock(&HUBS);
    let hubs = hubs.get_or_insert_default();
    let hub = hubs.get(name).and_then(Weak::upgrade).unwrap_or_else(|| {
        hubs.retain(|_, hub| hub.strong_count() > 0);
        let hub = Hub::new();
        hubs.insert(name.to_owned(), Arc::downgrade(&hub));
        hub
    });
    Handle::new(hub, thread, bell)
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
