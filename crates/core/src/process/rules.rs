use std::time::Duration;

/// What happens to bytes past the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnOverflow {
    /// The process is killed and the run fails.
    Kill,
    /// The rest is read and dropped.
    Truncate,
    /// Nothing more is read until somebody takes all of it as a flow.
    Spill,
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
    /// Bytes of the whole tree's resident set, where somebody has to watch it.
    pub memory: Option<u64>,
}
