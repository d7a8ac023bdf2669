use std::sync::Mutex;

use crate::lock::lock;

/// Decides between a spawn that waits in a queue and a kill that comes before it.
///
/// Invariant: a run that was stopped while it waited is never started, and a signal that came while it was being
/// started is sent once it runs.
pub struct Start<H> {
    state: Mutex<State<H>>,
}

enum State<H> {
    Waiting { signals: Vec<i32> },
    Starting { signals: Vec<i32> },
    Running(H),
    Over,
}

/// What became of a stop.
#[derive(Debug, PartialEq, Eq)]
pub enum Stopped<H> {
    /// It will never start.
    Revoked,
    /// It is being started; the signal is sent as soon as it runs.
    Pending,
    /// It runs: signal it.
    Running(H),
    /// It has ended, or was revoked before.
    Over,
}

impl<H: Clone> Default for Start<H> {
    fn default() -> Self {
        Self::new()
    }
}

impl<H: Clone> Start<H> {
    /// A run that waits for its spawn.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State::Waiting {
                signals: Vec::new(),
            }),
        }
    }

    /// A signal for the run; `ends` says that it asks the process to end, so that a waiting run need not start at all.
    pub fn stop(&self, signal: i32, ends: bool) -> Stopped<H> {
        let mut state = lock(&self.state);
        match &mut *state {
            State::Waiting { .. } if ends => {
                *state = State::Over;
                Stopped::Revoked
            }
            State::Waiting { signals } | State::Starting { signals } => {
                if signal != 0 {
                    signals.push(signal);
                }
                Stopped::Pending
            }
            State::Running(handle) => Stopped::Running(handle.clone()),
            State::Over => Stopped::Over,
        }
    }

    /// The spawner takes the run. False if it was revoked.
    pub fn begin(&self) -> bool {
        let mut state = lock(&self.state);
        let State::Waiting { signals } = &mut *state else {
            return false;
        };
        *state = State::Starting {
            signals: std::mem::take(signals),
        };
        true
    }

    /// The process runs. The signals that came meanwhile are to be sent now.
    pub fn running(&self, handle: H) -> Vec<i32> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut *state, State::Running(handle)) {
            State::Waiting { signals } | State::Starting { signals } => signals,
            State::Running(_) | State::Over => Vec::new(),
        }
    }

    /// The run has ended or could not be started.
    pub fn over(&self) {
        *lock(&self.state) = State::Over;
    }
}

#[cfg(test)]
mod tests {
    use super::{Start, Stopped};

    #[test]
    fn a_stop_before_the_spawn_revokes_it() {
        let start = Start::<u8>::new();
        assert_eq!(start.stop(15, true), Stopped::Revoked);
        assert!(!start.begin());
        assert_eq!(start.stop(15, true), Stopped::Over);
    }

    #[test]
    fn a_signal_before_or_during_the_spawn_is_sent_after_it() {
        let start = Start::new();
        assert_eq!(start.stop(10, false), Stopped::Pending);
        assert_eq!(start.stop(0, false), Stopped::Pending);
        assert!(start.begin());
        assert_eq!(start.stop(15, true), Stopped::Pending);
        assert_eq!(start.running('h'), [10, 15]);
        assert_eq!(start.stop(15, true), Stopped::Running('h'));
        start.over();
        assert_eq!(start.stop(9, true), Stopped::Over);
    }
}
