//! What a run that is over came to, into arrays and views of lib/'s own.

use std::time::Duration;

use ironloop_core::process::{Captured, Outcome};

use super::find;
use crate::raw::{self, Call, Failure, Reply};

/// Fills what lib/child_process/result.js reads; false if the run is not over.
pub(super) fn facts(call: &Call) -> raw::Outcome {
    let facts: &mut [f64] = call.elements_mut(2)?;
    let Some(run) = find(call)? else {
        return Ok(Reply::Bool(false));
    };
    let shared = run.shared();
    let Some(outcome) = &shared.outcome else {
        return Ok(Reply::Bool(false));
    };
    let all = facts_of(outcome, run.pid());
    let Some(facts) = facts.get_mut(..all.len()) else {
        return Err(Failure::internal("facts: no room"));
    };
    facts.copy_from_slice(&all);
    Ok(Reply::Bool(true))
}

/// Waits for the end of the run, `(port, id, milliseconds)`: see [`super::run::Run::wait`].
pub(super) fn wait(call: &Call) -> raw::Outcome {
    let patience = Duration::from_millis(call.u32(2)?.into());
    let answer = find(call)?.map_or(1, |run| run.wait(patience));
    Ok(Reply::Number(answer.into()))
}

fn facts_of(outcome: &Outcome, pid: u32) -> [f64; 17] {
    let (exit, verdict) = (&outcome.exit, &outcome.verdict);
    let [stdout, stderr] = &outcome.outputs;
    let length =
        |kept: &Option<Captured>| kept.as_ref().map_or(-1.0, |kept| kept.bytes.len() as f64);
    let truncated = |kept: &Option<Captured>| kept.as_ref().is_some_and(|kept| kept.truncated);
    let milliseconds = |time: Duration| time.as_micros() as f64 / 1000.0;
    [
        exit.code.map_or(-1.0, f64::from),
        exit.signal.map_or(0.0, f64::from),
        pid.into(),
        milliseconds(outcome.duration),
        milliseconds(exit.user),
        milliseconds(exit.system),
        exit.max_rss_bytes.map_or(-1.0, |bytes| bytes as f64),
        f64::from(u8::from(verdict.timed_out)),
        f64::from(u8::from(verdict.cancelled)),
        f64::from(u8::from(verdict.killed)),
        verdict.overflow.map_or(0.0, |at| at as f64),
        f64::from(u8::from(verdict.input_lost)),
        length(stdout),
        length(stderr),
        f64::from(u8::from(truncated(stdout))),
        f64::from(u8::from(truncated(stderr))),
        f64::from(u8::from(verdict.out_of_memory)),
    ]
}

fn captured(call: &Call) -> Result<Option<Captured>, Failure> {
    let at = call.usize(2)?;
    Ok(find(call)?.and_then(|run| {
        let mut shared = run.shared();
        shared.outcome.as_mut()?.outputs.get_mut(at)?.take()
    }))
}

/// What was kept of output 0 or 1, as text, and lets go of it.
pub(super) fn text(call: &Call) -> raw::Outcome {
    match captured(call)? {
        None => Ok(Reply::Undefined),
        Some(kept) if kept.ascii => call.latin1(&kept.bytes),
        Some(kept) => call.utf8(&kept.bytes),
    }
}

/// What was kept of output 0 or 1 as an ArrayBuffer of its own, without a copy, and lets go of it; undefined where there
/// is nothing, or the host allows no such memory.
pub(super) fn memory(call: &Call) -> raw::Outcome {
    let Some(mut kept) = captured(call)? else {
        return Ok(Reply::Undefined);
    };
    kept.fit();
    let Captured {
        bytes,
        truncated,
        ascii,
    } = kept;
    let block = match call.array_buffer(bytes.into())? {
        Ok(buffer) => return Ok(buffer),
        Err(block) => block,
    };
    if let (Some(run), at) = (find(call)?, call.usize(2)?)
        && let Some(outcome) = &mut run.shared().outcome
        && let Some(output) = outcome.outputs.get_mut(at)
    {
        *output = Some(Captured {
            bytes: block.to_vec(),
            truncated,
            ascii,
        });
    }
    Ok(Reply::Undefined)
}

/// What was kept of output 0 or 1 (or, as 2, the piece that `read` announced), into a view of its length.
pub(super) fn bytes(call: &Call) -> raw::Outcome {
    let into = call.bytes_mut(3)?;
    let from = if call.usize(2)? == 2 {
        find(call)?.map(|run| std::mem::take(&mut run.shared().piece))
    } else {
        captured(call)?.map(|kept| kept.bytes)
    };
    if let Some(from) = from.filter(|from| from.len() == into.len()) {
        into.copy_from_slice(&from);
    }
    Ok(Reply::Undefined)
}
