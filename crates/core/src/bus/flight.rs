//! What a publisher has in the air: a token that every batch of a span of publishing holds, and whose end is heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};

use super::Bell;
use crate::lock::lock;

/// Held by the batches of one span; the publisher is rung when the last of them is gone from all queues.
pub(super) struct Flight {
    bell: Arc<dyn Bell>,
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.bell.ring();
    }
}

/// The spans of one publisher, oldest first.
pub(super) struct Flights {
    bell: Arc<dyn Bell>,
    state: Mutex<State>,
}

struct State {
    current: Arc<Flight>,
    awaited: VecDeque<Weak<Flight>>,
}

impl Flights {
    pub(super) fn new(bell: Arc<dyn Bell>) -> Self {
        let current = Arc::new(Flight {
            bell: Arc::clone(&bell),
        });
        Self {
            bell,
            state: Mutex::new(State {
                current,
                awaited: VecDeque::new(),
            }),
        }
    }

    pub(super) fn current(&self) -> Arc<Flight> {
        Arc::clone(&lock(&self.state).current)
    }

    /// Ends the span: what was published so far is awaited, what comes is another span.
    /// The ended span's flight is for those who hold what left no batch.
    pub(super) fn await_current(&self) -> Arc<Flight> {
        let next = Arc::new(Flight {
            bell: Arc::clone(&self.bell),
        });
        let mut state = lock(&self.state);
        let ended = std::mem::replace(&mut state.current, next);
        state.awaited.push_back(Arc::downgrade(&ended));
        drop(state); // dropping `ended` may ring
        ended
    }

    /// How many awaited spans, from the oldest on, have landed since the last time it was asked.
    pub(super) fn landed(&self) -> usize {
        let mut state = lock(&self.state);
        let still = state
            .awaited
            .iter()
            .position(|flight| flight.strong_count() > 0);
        let landed = still.unwrap_or(state.awaited.len());
        state.awaited.drain(..landed);
        landed
    }
}
