//! The binding of `ironloop/loop`: the watchdog of the process, and this thread's loop as it is watched.

mod capture;
mod pool_probe;
mod report;
mod stats;
mod this_loop;
mod watch;

use std::sync::{Arc, OnceLock};

use ironloop_core::watchdog::{Machine, Watchdog};
use ironloop_sys::{clock, thread};

use crate::raw::{self, function};

pub(crate) const RAW: &[raw::Function] = &[
    function("stats", stats::stats),
    function("phase", stats::phase),
];

struct ThisMachine;

impl Machine for ThisMachine {
    fn now(&self) -> u64 {
        clock::now()
    }

    fn process_cpu(&self) -> Option<u64> {
        clock::process_cpu()
    }

    fn asleep(&self) -> u64 {
        clock::asleep()
    }

    fn queued(&self) -> u64 {
        clock::queued_here()
    }

    fn on_start(&self) {
        thread::block_signals();
    }
}

fn watchdog() -> &'static Arc<Watchdog> {
    static WATCHDOG: OnceLock<Arc<Watchdog>> = OnceLock::new();
    WATCHDOG.get_or_init(|| Arc::new(Watchdog::new(Box::new(ThisMachine))))
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}
