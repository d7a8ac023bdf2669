//! The one home of `unsafe` operating system code: a small safe API over each mechanism.
//!
//! One operation per block; every SAFETY comment names the invariant and who upholds it.

#[cfg(target_os = "linux")]
pub mod bell;
pub mod block_mask;
pub mod buffer;
pub mod clock;
#[cfg_attr(target_family = "wasm", path = "deflate_portable.rs")]
pub mod deflate;
#[cfg(all(test, not(target_family = "wasm")))]
mod deflate_portable;
#[cfg(unix)]
pub mod descriptor;
pub mod host_uv;
#[cfg(target_os = "linux")]
pub mod large_memory;
#[cfg(not(target_family = "wasm"))]
pub mod process;
#[cfg(unix)]
pub mod sendfile;
#[cfg(target_os = "linux")]
pub mod shared_memory;
pub mod thread;
#[cfg(target_os = "linux")]
pub mod timer_descriptor;
