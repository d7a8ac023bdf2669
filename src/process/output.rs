//! Outputs that are handed on while their run lasts: in pieces to lib/, or to another run.

use std::sync::Arc;

use ironloop_core::process::{Control, Flow, Taken};

use super::shared::Handed;
use super::{desk, find, with_run};
use crate::raw::{self, Call, Reply};

/// Bytes of an output that may wait for their reader.
const FLOW_BYTES: usize = 256 * 1024;

/// From now on output 0 or 1 comes in pieces; with `keep` it is kept, too.
pub(super) fn hand_on(call: &Call) -> raw::Outcome {
    let (output, keep) = (call.usize(2)?, call.bool(3)?);
    with_run(call, |run| {
        let flow = Arc::new(Flow::new(FLOW_BYTES));
        let mut shared = run.shared();
        if let Some(place) = shared.flows.get_mut(output) {
            let flow = Arc::clone(&flow);
            *place = Some(Handed { flow, keep });
        }
        shared.end_flows(); // if the run is over already
        drop(shared);
        run.control(Control::HandOn { output, flow, keep });
    })
}

pub(super) fn close(call: &Call) -> raw::Outcome {
    with_run(call, |run| run.control(Control::CloseOutput))
}

/// The next bytes of an output: a length to be fetched, 0 for "later", -1 for the end. The bytes stay with the run
/// until `bytes` takes them.
pub(super) fn read(call: &Call) -> raw::Outcome {
    let output = call.usize(2)?;
    let Some(run) = find(call)? else {
        return Ok(Reply::Number(-1.0));
    };
    let flow = match run.shared().flows.get(output) {
        Some(Some(handed)) => Arc::clone(&handed.flow),
        _ => return Ok(Reply::Number(-1.0)),
    };
    Ok(match flow.take() {
        Taken::Ended => Reply::Number(-1.0),
        Taken::Later => Reply::Number(0.0),
        Taken::Bytes { bytes, resume } => {
            if resume {
                run.control(Control::Look);
            }
            let length = bytes.len();
            run.shared().piece = bytes;
            length.into()
        }
    })
}

/// From now on the stdout of the run is the input of another of the same port: `(port, from, to)`.
pub(super) fn pipe(call: &Call) -> raw::Outcome {
    let to = call.u32(2)?;
    let from = find(call)?;
    let to = desk::find(call.u32(0)?).and_then(|desk| desk.run(to));
    if let (Some(from), Some(to)) = (from, to) {
        from.feed(&to);
    }
    Ok(Reply::Undefined)
}
