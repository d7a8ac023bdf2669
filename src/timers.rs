//! Precise timers: the alarm of this JavaScript thread. lib/timers keeps the timers.
//!
//! Where the loop can poll a timer of the kernel's (Linux, a host with libuv) it is woken by that itself. Elsewhere a thread
//! waits for all loops and rings their ports: a second wake-up, and a second thread that the system has to run.

#[cfg(target_os = "linux")]
mod loop_alarm;

use std::cell::RefCell;
use std::time::Duration;

use ironloop_core::numbered::Numbered;
use napi::{Env, Error};
use napi_derive::napi;

use crate::raw::{self, Call, Reply};
use crate::{environment, threads};

pub(crate) const RAW: &[raw::Function] = &[raw::function("setAlarm", set_alarm)];

enum Alarm {
    #[cfg(target_os = "linux")]
    Loop(loop_alarm::LoopAlarm),
    Thread(u32),
}

thread_local! {
    static ALARMS: RefCell<Numbered<Alarm>> = RefCell::default();
}

/// Makes `port` one that `setAlarm` rings, until it closes.
#[napi]
pub fn timers_open(env: Env, port: u32, uv_version: String) -> Result<(), Error<String>> {
    let failed = |why: String| Error::new("ERR_NATIVE_JOB_FAILED".to_owned(), why);
    let bell = environment::port(port).ok_or_else(|| failed("not an open port".to_owned()))?;
    let alarm = match by_loop(&env, port, &uv_version) {
        Some(alarm) => alarm,
        None => {
            let thread = threads::timers();
            let thread = thread
                .map_err(|error| failed(format!("the timer thread cannot start: {error}")))?;
            Alarm::Thread(thread.open(bell.clone()))
        }
    };
    ALARMS.with_borrow_mut(|all| all.insert(port, alarm));
    bell.on_close(move || {
        // Dropped when the borrow is over.
        let _closed = ALARMS.with_borrow_mut(|all| all.remove(&port));
    });
    Ok(())
}

#[cfg(target_os = "linux")]
fn by_loop(env: &Env, port: u32, uv_version: &str) -> Option<Alarm> {
    let host = environment::host_loop(env, uv_version)?;
    loop_alarm::LoopAlarm::open(&host, port).map(Alarm::Loop)
}

#[cfg(not(target_os = "linux"))]
fn by_loop(_env: &Env, _port: u32, _uv_version: &str) -> Option<Alarm> {
    None
}

/// (port, milliseconds from now): rings the port then, in place of the time set before
fn set_alarm(call: &Call) -> raw::Outcome {
    let delay = Duration::try_from_secs_f64(call.f64(1)?.max(0.0) / 1e3).unwrap_or(Duration::MAX);
    let port = call.u32(0)?;
    ALARMS.with_borrow(|all| match all.get(&port) {
        #[cfg(target_os = "linux")]
        Some(Alarm::Loop(alarm)) => alarm.set(delay),
        Some(Alarm::Thread(id)) => {
            if let Ok(thread) = threads::timers() {
                thread.set(*id, delay);
            }
        }
        None => {}
    });
    Ok(Reply::Undefined)
}
