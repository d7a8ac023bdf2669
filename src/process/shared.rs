//! What of a run its JavaScript thread and the I/O thread both change.

use std::sync::Arc;

use ironloop_core::process::{Flow, Outcome};

/// Touched once or twice in a run's life.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) flows: [Option<Handed>; 2],
    /// What `read` has taken from the flow and `bytes` fetches.
    pub(super) piece: Vec<u8>,
    pub(super) outcome: Option<Outcome>,
    /// The errno for which it could not be started.
    pub(super) failed: Option<i32>,
}

/// An output that comes in pieces.
pub(super) struct Handed {
    pub(super) flow: Arc<Flow>,
    /// It is kept, too.
    pub(super) keep: bool,
}

impl Shared {
    /// The run is over: a flow that the I/O thread has not heard of in time gets what was kept, and its end.
    pub(super) fn end_flows(&mut self) {
        let Some(outcome) = &mut self.outcome else {
            return;
        };
        for (handed, kept) in self.flows.iter().zip(&mut outcome.outputs) {
            let Some(Handed { flow, keep }) = handed else {
                continue;
            };
            if flow.is_ended() {
                continue;
            }
            let kept = if *keep { kept.clone() } else { kept.take() };
            // Whoever reads it looks again at the news of the end.
            let _ = flow.push(&mut kept.map(|kept| kept.bytes).unwrap_or_default());
            let _ = flow.end();
        }
    }

    pub(super) fn end(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
        self.end_flows();
    }
}
