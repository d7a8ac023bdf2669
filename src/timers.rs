//! Precise timers: the alarm of this JavaScript thread. lib/timers keeps the timers.

use std::time::Duration;

use ironloop_core::timers::TimerThread;

use crate::raw::{self, Call, Failure, Reply};
use crate::{environment, threads};

pub(crate) const RAW: &[raw::Function] = &[
    raw::function("open", open),
    raw::function("setAlarm", set_alarm),
];

fn thread() -> Result<TimerThread, Failure> {
    threads::timers().map_err(|error| {
        Failure::new(
            "ERR_NATIVE_JOB_FAILED",
            format!("the timer thread cannot start: {error}"),
        )
    })
}

/// (port) -> the number of its alarm; starts the timer thread, if it is the first
fn open(call: &Call) -> raw::Outcome {
    let port =
        environment::port(call.u32(0)?).ok_or_else(|| Failure::internal("not an open port"))?;
    Ok(Reply::Number(f64::from(thread()?.open(port))))
}

/// (alarm, milliseconds from now): rings the port then, in place of the time set before
fn set_alarm(call: &Call) -> raw::Outcome {
    let delay = Duration::try_from_secs_f64(call.f64(1)?.max(0.0) / 1e3).unwrap_or(Duration::MAX);
    thread()?.set(call.u32(0)?, delay);
    Ok(Reply::Undefined)
}
