//! The N-API binding of ironloop: converts arguments, calls the core, converts back. No policy.
#![deny(unsafe_code)]

use napi_derive::napi;

mod buffer;
mod bus;
#[allow(unsafe_code, reason = "borrows the memory of JavaScript buffers")]
mod bytes;
mod children;
#[allow(unsafe_code, reason = "the way back into JavaScript is raw N-API")]
mod environment;
mod event_loop;
mod jobs;
mod net;
mod pool;
mod process;
#[allow(unsafe_code, reason = "hot paths and what napi-rs does not wrap")]
mod raw;
mod ring;
mod stream;
mod threads;
mod timers;
mod values;

/// The version of the native part, to be compared with package.json's by the loader.
#[napi]
pub fn native_version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
