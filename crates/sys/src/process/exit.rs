use std::time::Duration;

/// How a process ended and what it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Exit {
    /// None when a signal ended it, or when somebody else in this process took the status first.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub user: Duration,
    pub system: Duration,
    /// The largest resident set, only where it is known to be the child's own.
    pub max_rss_bytes: Option<u64>,
}
