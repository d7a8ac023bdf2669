use std::time::Duration;

use tokio::time::Instant;

/// Asking first, forcing after the grace: SIGTERM, then SIGKILL.
#[derive(Debug)]
pub(super) struct Ladder {
    grace: Option<Duration>,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Idle,
    Asked { force_at: Option<Instant> },
    Forced,
}

impl Ladder {
    pub(super) fn new(grace: Option<Duration>) -> Self {
        Self {
            grace,
            step: Step::Idle,
        }
    }

    /// The process was asked to end. Asking again does not prolong its grace.
    pub(super) fn asked(&mut self, now: Instant) {
        if self.step == Step::Idle {
            // A grace beyond what a clock can hold is none.
            let force_at = self.grace.and_then(|grace| now.checked_add(grace));
            self.step = Step::Asked { force_at };
        }
    }

    /// The process was forced: nothing more to do.
    pub(super) fn forced(&mut self) {
        self.step = Step::Forced;
    }

    /// Whether its end is wanted.
    pub(super) fn began(&self) -> bool {
        self.step != Step::Idle
    }

    pub(super) fn is_forced(&self) -> bool {
        self.step == Step::Forced
    }

    /// When it is to be forced.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.step {
            Step::Asked { force_at } => force_at,
            Step::Idle | Step::Forced => None,
        }
    }
}
