//! Windows: CreateProcess with exactly the handles that the child is to have, a job object around each tree.
//!
//! What can be decided without the system (quoting, the search along PATH and PATHEXT, the environment block) stands in
//! files of its own, which are tested everywhere.

mod command_line;
mod environment;
#[cfg(windows)]
mod handle;
#[cfg(windows)]
mod job;
mod search;
#[cfg(windows)]
mod spawner;

#[cfg(windows)]
use super::{Mechanisms, platform};
#[cfg(windows)]
use std::io::{PipeReader, PipeWriter};

#[cfg(windows)]
pub use handle::{ProcessHandle, ProcessTree};
#[cfg(windows)]
pub use spawner::Spawner;

/// The parent's reading end of a child's output; blocks.
#[cfg(windows)]
pub type Reader = PipeReader;

/// The parent's writing end of a child's input; blocks.
#[cfg(windows)]
pub type Writer = PipeWriter;

/// See [`Mechanisms`].
#[cfg(windows)]
pub const MECHANISMS: Mechanisms = Mechanisms {
    spawn: "create-process",
    reap: "thread",
    kill_tree: "job-object",
    die_with_parent: "job-object",
    limits: "none",
    memory_limit: "none",
};

/// A running child.
#[cfg(windows)]
pub type Child = platform::Child<ProcessHandle>;
