//! The warden stands between a parent and a child whose whole tree is to be reached: it is the subreaper of that tree, so
//! that what double-forks or leaves its session stays below it, and it ends last.
//!
//! It has no dependency, neither the standard nor the C library: it starts in about the time of an exec, runs under any
//! C library, and has no allocator that could fail. `main.rs` is the executable; everything is here, where it is linted
//! and tested. The parent's side is crates/sys, which uses [`wire`] alone.
//!
//! Invariant: a process that is not the warden's own child is only signalled through a pidfd, after a second look has
//! shown that it still is in the tree, so that a number that was given to another process in between hits nobody.

#![no_std]

#[cfg(test)]
extern crate std;

pub mod wire;

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
pub mod linux;
