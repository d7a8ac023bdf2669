//! The atomics of this module's own protocols; `--cfg loom` tests every interleaving of them.

#[cfg(all(test, loom))]
pub(super) use loom::sync::atomic::{AtomicU8, AtomicU32, Ordering};
#[cfg(not(all(test, loom)))]
pub(super) use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
