use std::time::Duration;

use super::Captured;

/// How a process ended and what it used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub user: Duration,
    pub system: Duration,
    pub max_rss_bytes: Option<u64>,
}

/// What we did to it. The first reason to kill stands: a timeout during a cancellation is still a cancellation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub timed_out: bool,
    pub cancelled: bool,
    /// A signal of ours that asks it to end was delivered.
    pub killed: bool,
    /// The output (1 or 2) that went past its limit, where that is a reason to kill.
    pub overflow: Option<usize>,
    /// It was killed because its tree took more memory than it may.
    pub out_of_memory: bool,
    /// Input was left over when nobody read it any more.
    pub input_lost: bool,
}

impl Verdict {
    /// True once there is a reason that explains why it was killed.
    pub(super) fn stands(&self) -> bool {
        self.timed_out || self.cancelled || self.overflow.is_some() || self.out_of_memory
    }
}

/// A run that is over.
#[derive(Debug, Default)]
pub struct Outcome {
    pub exit: Exit,
    pub verdict: Verdict,
    /// From the start of the process until it ended and its output was read.
    pub duration: Duration,
    /// stdout and stderr, where they were kept.
    pub outputs: [Option<Captured>; 2],
}
