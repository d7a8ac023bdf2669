//! The N-API binding of ironloop: converts arguments, calls the core, converts back. No policy.
#![deny(unsafe_code)]

use napi_derive::napi;

mod buffer;
#[cfg(not(target_family = "wasm"))]
mod bus;
#[allow(unsafe_code, reason = "borrows the memory of JavaScript buffers")]
#[cfg_attr(target_family = "wasm", path = "bytes_copied.rs")]
mod bytes;
#[cfg(not(target_family = "wasm"))]
mod children;
#[allow(unsafe_code, reason = "the way back into JavaScript is raw N-API")]
#[cfg_attr(target_family = "wasm", path = "environment_by_loader.rs")]
mod environment;
#[cfg(not(target_family = "wasm"))]
mod event_loop;
#[cfg(target_os = "linux")]
mod exits;
mod jobs;
#[cfg(not(target_family = "wasm"))]
mod net;
#[cfg(not(target_family = "wasm"))]
mod news;
#[cfg(not(target_family = "wasm"))]
mod pool;
#[cfg(not(target_family = "wasm"))]
mod process;
#[allow(unsafe_code, reason = "hot paths and what napi-rs does not wrap")]
#[cfg_attr(
    target_family = "wasm",
    allow(dead_code, reason = "for modules not there")
)]
mod raw;
#[cfg(not(target_family = "wasm"))]
mod ring;
mod stream;
#[cfg_attr(target_family = "wasm", path = "threads_none.rs")]
mod threads;
#[cfg(not(target_family = "wasm"))]
mod timers;
mod values;

#[cfg(target_os = "linux")]
#[global_allocator]
static MEMORY: ironloop_sys::large_memory::LargeMemory = ironloop_sys::large_memory::LargeMemory;

/// The version of the native part, to be compared with package.json's by the loader.
#[napi]
pub fn native_version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
