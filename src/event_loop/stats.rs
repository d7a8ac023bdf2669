//! The account of this thread's loop, as lib/loop/stats.js reads it.

use ironloop_sys::clock;
use napi::Result;
use napi_derive::napi;

use super::this_loop::current;
use crate::raw::{self, Call, Failure, Reply};

/// Keeps an account of this thread's loop from now on. False if the host shows none.
#[napi]
pub fn loop_start_stats() -> Result<bool> {
    Ok(current()?.start_stats())
}

/// () -> where the loop is, as lib/loop/stats.js has it, and four times its turns
pub(super) fn phase(_call: &Call) -> raw::Outcome {
    let this = current().map_err(|_| Failure::internal("the loop is not open"))?;
    let stats = this.stats.borrow();
    let both = stats
        .as_ref()
        .map_or(0, |stats| stats.phase() + 4 * stats.turns_made());
    Ok(Reply::Number(both as f64))
}

/// (account) -> the account by now: six figures in nanoseconds, then how many turns were how long
pub(super) fn stats(call: &Call) -> raw::Outcome {
    let account: &mut [f64] = call.elements_mut(0)?;
    let this = current().map_err(|_| Failure::internal("the loop is not open"))?;
    if let Some(stats) = &*this.stats.borrow() {
        let spent = stats.read(clock::now(), this.idle());
        let figures = [
            spent.turns,
            spent.poll_idle,
            spent.poll_busy,
            spent.check,
            spent.rest,
            spent.longest,
        ];
        let all = figures.iter().chain(stats.turns().counts());
        for (place, figure) in account.iter_mut().zip(all) {
            *place = *figure as f64;
        }
    }
    Ok(Reply::Undefined)
}
