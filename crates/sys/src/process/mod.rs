//! Starting, signalling and reaping child processes.
//!
//! [`Spawner::spawn`] takes a [`Command`] whose every string was made beforehand and gives a [`Child`] with real pipes.
//! On Linux it clones without copying the parent's page tables and hands out a pidfd (`linux/`); elsewhere the standard
//! library spawns and a thread waits (`portable.rs`). Both offer the same names.
//!
//! Invariant: a child is waited for by its own handle only, never by "any child", so no exit is stolen from libuv or
//! from another library in the process.

mod command;
mod environ;
mod exit;
#[cfg(unix)]
mod pipe;
mod search;
mod strings;

#[cfg(target_os = "linux")]
mod linux;
// Also built by the tests on Linux, so that it cannot rot unseen.
#[cfg(any(not(target_os = "linux"), test))]
#[cfg_attr(target_os = "linux", allow(unreachable_pub))]
mod portable;

pub use command::{Command, Limit, LimitKind, SpawnError, Stdio, Step};
pub use environ::inherited;
pub use exit::Exit;
#[cfg(unix)]
pub use pipe::{Reader, Writer};
pub use strings::CStrings;

#[cfg(target_os = "linux")]
pub use linux::{
    Child, Descriptor, Ends, Exits, MECHANISMS, ProcessHandle, Spawner, Use, has_pidfds,
};
#[cfg(not(target_os = "linux"))]
pub use portable::{Child, MECHANISMS, ProcessHandle, Spawner};
#[cfg(not(unix))]
pub use portable::{Reader, Writer};

/// The signal that a process cannot refuse.
#[cfg(unix)]
pub const FORCE_SIGNAL: i32 = libc::SIGKILL;
/// The signal that a process cannot refuse: Node's number for it.
#[cfg(not(unix))]
pub const FORCE_SIGNAL: i32 = 9;

/// Which mechanism keeps which promise on this platform, as `capabilities()` reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mechanisms {
    pub spawn: &'static str,
    pub reap: &'static str,
    pub kill_tree: &'static str,
    pub die_with_parent: &'static str,
    /// Which limits a child can be given; 'none' where the platform has no such call between fork and exec.
    pub limits: &'static str,
}

#[cfg(all(test, unix))]
mod tests;
