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
    Forced { give_up_at: Option<Instant> },
}

/// How long something that was forced may take to go; past that it is beyond our reach (another user's, or stuck in the
/// kernel).
const PATIENCE: Duration = Duration::from_secs(2);

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

    /// The process was forced: nothing more to do but to wait a while.
    pub(super) fn forced(&mut self, now: Instant) {
        if !self.is_forced() {
            let give_up_at = now.checked_add(PATIENCE);
            self.step = Step::Forced { give_up_at };
        }
    }

    /// That while is over.
    pub(super) fn give_up(&mut self) {
        self.step = Step::Forced { give_up_at: None };
    }

    pub(super) fn gave_up(&self) -> bool {
        self.step == Step::Forced { give_up_at: None }
    }

    /// Whether its end is wanted.
    pub(super) fn began(&self) -> bool {
        self.step != Step::Idle
    }

    pub(super) fn is_forced(&self) -> bool {
        matches!(self.step, Step::Forced { .. })
    }

    /// When the next step is to be taken.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.step {
            Step::Asked { force_at } => force_at,
            Step::Forced { give_up_at } => give_up_at,
            Step::Idle => None,
        }
    }
}
