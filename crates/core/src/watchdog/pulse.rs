//! The heartbeat of one event loop, shared by the loop's thread and the watchdog.
//!
//! One number is written per turn: the loop's *busy clock*, which is time minus the time that it has waited for events.
//! So a loop that waits does not age, and one word says both which turn it is in and since when. The loop's thread is its
//! only writer, the watchdog reads a number that is true of some moment just before: nothing is torn, no lock is taken.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// A turn that was long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The busy clock at its beginning.
    pub mark: u64,
    /// How much of the busy clock it took.
    pub length: u64,
    /// When it ended, by the monotonic clock.
    pub ended: u64,
    /// The processor time of the loop's thread at its end.
    pub cpu: Option<u64>,
    /// How long that had waited for a processor by then.
    pub queued: u64,
}

/// See the module's text.
pub struct Pulse {
    mark: AtomicU64,
    /// The shortest turn that anybody wants to hear of.
    threshold: AtomicU64,
    finished: Mutex<Vec<Finished>>,
}

impl Pulse {
    /// The loop is in a turn that began at `busy`.
    #[must_use]
    pub fn new(busy: u64) -> Self {
        Self {
            mark: AtomicU64::new(busy),
            threshold: AtomicU64::new(u64::MAX),
            finished: Mutex::default(),
        }
    }

    /// A turn ends and the next begins. Some, with what is to be told by [`finish`](Self::finish), if it was long.
    #[must_use]
    pub fn beat(&self, busy: u64) -> Option<(u64, u64)> {
        let mark = self.mark.load(Ordering::Relaxed);
        self.mark.store(busy, Ordering::Release);
        let length = busy.saturating_sub(mark);
        (length >= self.threshold.load(Ordering::Relaxed)).then_some((mark, length))
    }

    /// Keeps a long turn for the watchdog.
    pub fn finish(&self, finished: Finished) {
        self.lock().push(finished);
    }

    /// The busy clock at the beginning of the turn.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.mark.load(Ordering::Acquire)
    }

    pub(super) fn set_threshold(&self, nanoseconds: u64) {
        self.threshold.store(nanoseconds, Ordering::Relaxed);
    }

    pub(super) fn take_finished(&self) -> Vec<Finished> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Finished>> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
