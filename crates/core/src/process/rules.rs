use std::time::Duration;

/// What happens to bytes past the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnOverflow {
    /// The process is killed and the run fails.
    Kill,
    /// The rest is read and dropped.
    Truncate,
}

/// What becomes of one output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Kept until the end, at most this much.
    Bytes(usize),
    /// Handed on in pieces while the process runs.
    Flow,
}

/// When a run is killed and how.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// From the start of the process.
    pub timeout: Option<Duration>,
    /// Between asking and forcing; None never forces.
    pub grace: Option<Duration>,
    pub kill_signal: i32,
    /// The one that cannot be refused.
    pub force_signal: i32,
    /// Kills reach the whole group.
    pub group: bool,
    pub on_overflow: OnOverflow,
}
