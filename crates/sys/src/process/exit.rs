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

/// A signal as Node names it. None for one that has no name here.
#[must_use]
pub fn signal_name(signal: i32) -> Option<&'static str> {
    let mut named = NAMES.iter().filter(|(number, _)| *number == signal);
    named.next().map(|(_, name)| *name)
}

#[cfg(unix)]
const NAMES: &[(i32, &str)] = &[
    (libc::SIGHUP, "SIGHUP"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGQUIT, "SIGQUIT"),
    (libc::SIGILL, "SIGILL"),
    (libc::SIGTRAP, "SIGTRAP"),
    (libc::SIGABRT, "SIGABRT"),
    (libc::SIGBUS, "SIGBUS"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGKILL, "SIGKILL"),
    (libc::SIGUSR1, "SIGUSR1"),
    (libc::SIGSEGV, "SIGSEGV"),
    (libc::SIGUSR2, "SIGUSR2"),
    (libc::SIGPIPE, "SIGPIPE"),
    (libc::SIGALRM, "SIGALRM"),
    (libc::SIGTERM, "SIGTERM"),
    (libc::SIGXCPU, "SIGXCPU"),
    (libc::SIGXFSZ, "SIGXFSZ"),
    (libc::SIGVTALRM, "SIGVTALRM"),
    (libc::SIGPROF, "SIGPROF"),
    (libc::SIGSYS, "SIGSYS"),
];

/// Those that Node gives what it ends there.
#[cfg(not(unix))]
const NAMES: &[(i32, &str)] = &[(2, "SIGINT"), (9, "SIGKILL"), (15, "SIGTERM")];
