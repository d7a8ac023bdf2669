//! The process's native threads, each set started on first use.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use ironloop_core::cpu_threads::CpuThreads;
use ironloop_core::io_thread::IoThread;
use ironloop_core::timers::TimerThread;
use ironloop_sys::thread::{block_signals, wake_precisely};

static IO: Mutex<Option<Arc<IoThread>>> = Mutex::new(None);
static CPU: Mutex<Option<CpuThreads>> = Mutex::new(None);
static TIMERS: Mutex<Option<TimerThread>> = Mutex::new(None);

/// The I/O thread. Fails when it cannot be started (descriptors, thread limit); a later call tries again.
pub(crate) fn io() -> io::Result<Arc<IoThread>> {
    let mut running = IO.lock().unwrap_or_else(PoisonError::into_inner);
    match &*running {
        Some(thread) => Ok(Arc::clone(thread)),
        None => {
            let thread = Arc::new(IoThread::start(block_signals)?);
            *running = Some(Arc::clone(&thread));
            Ok(thread)
        }
    }
}

/// The CPU threads: as many as `cpus` says when they are first used, one set per process.
pub(crate) fn cpu() -> io::Result<CpuThreads> {
    let mut running = CPU.lock().unwrap_or_else(PoisonError::into_inner);
    match &*running {
        Some(threads) => Ok(threads.clone()),
        None => {
            let threads = CpuThreads::start(cpus(), block_signals)?;
            *running = Some(threads.clone());
            Ok(threads)
        }
    }
}

/// The thread that keeps deadlines.
pub(crate) fn timers() -> io::Result<TimerThread> {
    let mut running = TIMERS.lock().unwrap_or_else(PoisonError::into_inner);
    match &*running {
        Some(thread) => Ok(thread.clone()),
        None => {
            let thread = TimerThread::start(|| {
                block_signals();
                wake_precisely();
            })?;
            *running = Some(thread.clone());
            Ok(thread)
        }
    }
}

/// IRONLOOP_CPUS, else the processors this process may use within its cgroup's quota.
pub(crate) fn cpus() -> usize {
    let asked = std::env::var("IRONLOOP_CPUS")
        .ok()
        .and_then(|cpus| cpus.parse().ok());
    asked
        .filter(|cpus| (1..=1024).contains(cpus))
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}
