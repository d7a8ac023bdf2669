//! Algorithms and state machines of ironloop: no N-API, no operating system, no `unsafe`.
//!
//! What a part has to call back (JavaScript, the loop, the OS) is a small trait that `src/`
//! implements and the tests here fake.
#![forbid(unsafe_code)]

pub mod buffer;
pub mod bus;
pub mod cpu_threads;
pub mod inbox;
#[cfg(not(target_family = "wasm"))]
pub mod io_thread;
mod lock;
pub mod loop_stats;
pub mod net;
pub mod numbered;
pub mod pool;
#[cfg(not(target_family = "wasm"))]
pub mod process;
pub mod ring;
pub mod shapes;
pub mod stream;
pub mod timers;
pub mod watchdog;
