//! The worker pool's scheduler: which JavaScript worker runs which task, and what becomes of it.
//!
//! Tasks arrive in batches and wait in one injector per priority (`queues`). A worker asks for a claim when it has
//! nothing left to start: it takes as many tasks as fill about [`pace::CLAIM`] of work by the moving average of task
//! times, through its own work-stealing deque (Chase-Lev, as crossbeam-deque implements it), from which others may
//! steal what it has not copied out yet. What it did copy out is entered in its seat's ledger (`seat`) and on its
//! [`Board`], one shared word per claimed task: the worker starts a task by swapping the word, the scheduler takes a
//! task back by swapping the same word, so a claim that sits behind a long task is not lost to idle workers.
//!
//! Invariants:
//! - A task is in exactly one place: a queue, one deque, or one seat's ledger. It leaves the ledger under the seat's
//!   lock and by one of: reported, taken back, lost with its worker. So every task ends exactly once.
//! - A task that was claimed but not started when its worker died is queued again, in front; one that was started is
//!   reported lost. The board decides which: its memory outlives the worker. So does its [`Page`]: what has ended is
//!   settled, not lost.
//! - Notices travel by [`Bell`]: one ring per batch, never per task.

mod board;
mod bound;
mod claims;
mod endings;
mod histogram;
mod outbox;
mod pace;
mod page;
mod queues;
mod reserve;
mod scheduler;
mod seat;
mod sync;
mod task;
mod watch;
mod wire;

pub use board::{Board, CLAIMED, FREE, SLOTS, STARTED, STARTED_CANCELLED, TAKEN_BACK};
pub use histogram::{Histogram, Summary};
pub use page::{PAGE_BYTES, Page};
pub use scheduler::{Cancelled, Gone, Scheduler, Timings, Turn};
pub use wire::{Malformed, emitted, flags, status};

/// Tells a JavaScript environment that the scheduler has something for it: the owner completions, a worker tasks or
/// cancellations. False once that environment is dead. Called without any of the scheduler's locks held.
pub trait Bell: Send + Sync {
    /// Rings. Several rings may arrive as one.
    fn ring(&self) -> bool;
}

/// Makes [`Scheduler::tick`] run soon, on a thread that no JavaScript can block.
pub trait Alarm: Send + Sync {
    /// Asks for a tick now; its answer says when the next one is due.
    fn arm(&self);
}

#[cfg(all(test, not(loom)))]
mod bound_tests;
#[cfg(all(test, loom))]
mod loom_tests;
#[cfg(all(test, not(loom)))]
mod model;
#[cfg(all(test, not(loom)))]
mod page_tests;
#[cfg(all(test, not(loom)))]
mod tests;
#[cfg(all(test, not(loom)))]
mod waiting_tests;
