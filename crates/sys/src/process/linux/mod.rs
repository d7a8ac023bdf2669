//! Linux: clone(CLONE_VM | CLONE_VFORK | CLONE_PIDFD) on a stack of its own, pidfds to signal and to wait.
//!
//! fork(2) copies page tables, which takes 23 ms for a process of 1 GB; a child that borrows the parent's memory until
//! it executes takes some 15 us at any size. The price is that the child must not allocate, lock or touch anything that the
//! parent's other threads use: see `child.rs`.

mod child;
mod ends;
mod exits;
mod handle;
mod plan;
mod probe;
mod spawner;
mod stack;
pub(in crate::process) mod syscall;
mod tree;
mod warden;

use super::{Mechanisms, platform};

pub use ends::{Ends, Use};
pub use exits::Exits;
pub use handle::ProcessHandle;
pub use plan::Descriptor;
pub use probe::has_pidfds;
pub use spawner::Spawner;
pub use tree::ProcessTree;

/// See [`Mechanisms`].
pub const MECHANISMS: Mechanisms = Mechanisms {
    spawn: "clone-vfork-pidfd",
    reap: "pidfd",
    kill_tree: "best-effort",
    die_with_parent: "best-effort",
    limits: "setrlimit",
    memory_limit: "watch",
};

/// A running child.
pub type Child = platform::Child<ProcessHandle>;

#[cfg(test)]
mod tests;
