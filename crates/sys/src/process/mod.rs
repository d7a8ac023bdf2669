//! Starting, signalling and reaping child processes.
//!
//! [`Spawner::spawn`] takes a [`Command`] whose every string was made beforehand and gives a [`Child`] with real pipes.
//! On Linux it clones without copying the parent's page tables and hands out a pidfd (`linux/`); on other Unix systems the
//! standard library spawns by posix_spawn(3) and a thread waits (`posix.rs`); Windows has job objects (`windows/`). All
//! offer the same names, with the traits [`Starter`] and [`Handle`].
//!
//! Invariant: a child is waited for by its own handle only, never by "any child", so no exit is stolen from libuv or
//! from another library in the process.

mod command;
mod control;
mod environ;
mod exit;
#[cfg(target_vendor = "apple")]
mod kqueue;
#[cfg(unix)]
mod pipe;
mod platform;
#[cfg(any(target_os = "linux", test))]
mod search;
mod strings;

#[cfg(target_os = "linux")]
mod linux;
// Also built by the tests on Linux, so that it cannot rot unseen.
#[cfg(all(unix, any(not(target_os = "linux"), test)))]
#[cfg_attr(
    target_os = "linux",
    allow(
        unreachable_pub,
        dead_code,
        reason = "the tests need a part of it only"
    )
)]
mod posix;
#[cfg(any(windows, test))]
#[cfg_attr(
    not(windows),
    allow(
        dead_code,
        reason = "what is decided without the system is tested everywhere"
    )
)]
mod windows;

pub use command::{Command, Limit, LimitKind, SpawnError, Stdio, Step, Warden};
pub use control::{Control, Ended, Order, Report};
pub use environ::environment;
pub use exit::{Exit, signal_name};
#[cfg(unix)]
pub use pipe::{Reader, Writer};
pub use platform::{Handle, Starter};
pub use strings::CStrings;

#[cfg(target_os = "linux")]
pub use linux::{
    Child, Descriptor, Ends, Exits, MECHANISMS, ProcessHandle, ProcessTree, Spawner, Use,
    has_pidfds,
};
#[cfg(all(unix, not(target_os = "linux")))]
pub use posix::{Child, MECHANISMS, ProcessHandle, ProcessTree, Spawner};
#[cfg(windows)]
pub use windows::{Child, MECHANISMS, ProcessHandle, ProcessTree, Reader, Spawner, Writer};

/// The signal that a process cannot refuse.
#[cfg(unix)]
pub const FORCE_SIGNAL: i32 = libc::SIGKILL;
/// The signal that a process cannot refuse: Node's number for it.
#[cfg(not(unix))]
pub const FORCE_SIGNAL: i32 = 9;

/// The signal by which a stopped process goes on.
#[cfg(unix)]
pub const RESUME_SIGNAL: i32 = libc::SIGCONT;
/// The signal by which a stopped process goes on; nothing can be stopped here.
#[cfg(not(unix))]
pub const RESUME_SIGNAL: i32 = 0;

/// Which mechanism keeps which promise on this platform, as `capabilities()` reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mechanisms {
    pub spawn: &'static str,
    pub reap: &'static str,
    pub kill_tree: &'static str,
    pub die_with_parent: &'static str,
    /// Which limits a child can be given; 'none' where the platform has no such call between fork and exec.
    pub limits: &'static str,
    /// Who watches the memory of a tree where the kernel does not.
    pub memory_limit: &'static str,
}

#[cfg(all(test, unix))]
mod tests;
