//! A worker's board: two words per claimed task, in memory that the worker's JavaScript and the scheduler share. The
//! first is the task's state, the second (at `SLOTS` further) how many items its consumer has taken of a task that
//! yields them.
//!
//! The worker starts a task only by swapping its word from [`CLAIMED`] to [`STARTED`]; the scheduler takes a task
//! back only by swapping it from [`CLAIMED`] to [`TAKEN_BACK`]. One of the two wins, which is the whole protocol.
//!
//! ```text
//! FREE -> CLAIMED -> STARTED -> STARTED_CANCELLED
//!                 -> TAKEN_BACK            any -> FREE when the position leaves the ledger for good
//! ```

use super::sync::{AtomicU32, Ordering};

/// Nothing here.
pub const FREE: u32 = 0;
/// Handed to the worker, not started.
pub const CLAIMED: u32 = 1;
/// The handler was called.
pub const STARTED: u32 = 2;
/// The scheduler gave the task to another or dropped it: the worker skips it.
pub const TAKEN_BACK: u32 = 3;
/// As [`STARTED`], and whoever submitted it no longer wants it.
pub const STARTED_CANCELLED: u32 = 4;

/// Positions on a board, which bounds one claim together with what still runs.
pub const SLOTS: usize = if cfg!(loom) { 2 } else { 256 };

/// See the file's text.
pub struct Board {
    words: [AtomicU32; 2 * SLOTS],
}

impl Default for Board {
    fn default() -> Self {
        Self {
            words: std::array::from_fn(|_| AtomicU32::new(FREE)),
        }
    }
}

impl Board {
    /// The words themselves, to be shown to the worker's JavaScript (as an Int32Array, by `Atomics` only).
    #[must_use]
    pub fn words(&self) -> &[AtomicU32; 2 * SLOTS] {
        &self.words
    }

    pub(super) fn claim(&self, position: usize) {
        self.words[SLOTS + position].store(0, Ordering::SeqCst);
        self.words[position].store(CLAIMED, Ordering::SeqCst);
    }

    /// The consumer of a task's items has taken `count` more.
    pub(super) fn grant(&self, position: usize, count: u32) {
        self.words[SLOTS + position].fetch_add(count, Ordering::SeqCst);
    }

    pub(super) fn free(&self, position: usize) {
        self.words[position].store(FREE, Ordering::SeqCst);
    }

    /// What the worker does in JavaScript: true if the task is now its to run.
    #[must_use]
    pub fn start(&self, position: usize) -> bool {
        self.swap(position, CLAIMED, STARTED)
    }

    /// True if the task was not started, and now never will be by this worker.
    pub(super) fn take_back(&self, position: usize) -> bool {
        self.swap(position, CLAIMED, TAKEN_BACK)
    }

    /// True if the task runs and did not know yet that it is no longer wanted.
    pub(super) fn cancel_started(&self, position: usize) -> bool {
        self.swap(position, STARTED, STARTED_CANCELLED)
    }

    /// Whether a running task is not wanted any more. False for a position that is not on the board.
    #[must_use]
    pub fn is_cancelled(&self, position: usize) -> bool {
        let word = self.words.get(position);
        word.is_some_and(|word| word.load(Ordering::SeqCst) == STARTED_CANCELLED)
    }

    pub(super) fn state(&self, position: usize) -> u32 {
        self.words[position].load(Ordering::SeqCst)
    }

    pub(super) fn is_claimed(&self, position: usize) -> bool {
        self.state(position) == CLAIMED
    }

    fn swap(&self, position: usize, from: u32, to: u32) -> bool {
        self.words.get(position).is_some_and(|word| {
            word.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
                .is_ok()
        })
    }
}
