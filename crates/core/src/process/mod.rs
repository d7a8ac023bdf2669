//! One run of a child process: when it is killed, what of its output is kept, when it is over.
//!
//! [`drive`] follows a running child on the I/O thread. What it needs of the operating system are the traits [`Process`],
//! [`Source`] and [`Sink`]; whom it tells is [`Desk`]. [`Start`] decides between a kill and a spawn that is still queued.
//!
//! Invariant: every accepted run ends in exactly one of `Desk::done` or, where it never started, its caller's report.

mod capture;
mod cgroup;
mod driver;
mod fell;
mod flow;
mod forced;
mod growth;
mod input;
mod ladder;
mod outcome;
mod output;
mod rules;
mod start;

use std::task::{Context, Poll};

pub use capture::{Capture, Captured};
pub use cgroup::{Cgroups, Files, Group, GroupLimits, RealFiles};
pub use driver::{Control, Parts, drive};
pub use fell::{Tree, fell};
pub use flow::{Flow, Taken};
pub use forced::Forced;
pub use growth::Growth;
pub use input::{Feed, Input};
pub use outcome::{Exit, Outcome, Verdict};
pub use rules::{OnOverflow, Rules};
pub use start::{Start, Stopped};

/// A running child.
pub trait Process {
    /// Signals the process, or with `group` what it started too. False if it is gone or may not be signalled.
    fn signal(&self, signal: i32, group: bool) -> bool;
    /// Ready once the process has ended. Its status is still to be taken.
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()>;
    /// Takes the status of a process that has ended.
    fn reap(&mut self) -> Exit;
    /// The resident set of it and of what it started, in bytes.
    fn tree_rss(&self) -> u64 {
        0
    }
    /// Whether the kernel killed some of it for want of memory.
    fn ran_out_of_memory(&self) -> bool {
        false
    }
    /// Whether [`Self::poll_tree_gone`] can tell.
    fn sees_tree(&self) -> bool {
        false
    }
    /// Ready once nothing is left of what it started.
    fn poll_tree_gone(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

/// The reading end of a pipe.
pub trait Source {
    /// Appends to `into` what is there and answers how much that was; 0 is the end, also by an error.
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut Vec<u8>) -> Poll<Read>;
    /// The same without waiting and without trust in an earlier "not ready"; None when the pipe is empty.
    fn read_now(&mut self, into: &mut Vec<u8>) -> Option<Read>;
    /// Asks for a larger pipe; false where there is none to be had.
    fn grow(&mut self) -> bool;
}

/// What a read brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    pub count: usize,
    /// The pipe was full, so that its writer probably waited, or fills faster than it is worth to look at each write.
    pub full: bool,
}

/// The writing end of a pipe.
pub trait Sink {
    /// Writes what fits; None when nobody reads any more.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Option<usize>>;
}

/// Where the news of a run go. Called on the I/O thread; must not block.
pub trait Desk {
    /// The flow of stdout (0) or stderr (1) has something for a reader that waits.
    fn readable(&self, output: usize);
    /// An output is past its limit and waits for somebody who takes it as a flow.
    fn overflowed(&self, output: usize);
    /// The process that reads this one's stdout has something to read, or has come to its end.
    fn fed(&self);
    /// The input has room again, or (false) nobody reads it any more.
    fn input(&self, open: bool);
    /// Whether the caller forced its end without a control. Asked once, when the end is seen.
    fn was_forced(&self) -> bool {
        false
    }
    /// The run is over.
    fn done(&self, outcome: Outcome);
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_trees;
