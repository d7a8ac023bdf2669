//! The timer thread: one for the whole process, which wakes JavaScript threads at the deadline they asked for.
//!
//! The timers themselves live in JavaScript (lib/timers): to create and to clear one must not cost a crossing. What
//! crosses, at most once per turn of a loop, is the earliest deadline of all, and what this thread does is to wait for it
//! by the monotonic clock and ring that loop's port.

mod alarms;

use std::io;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::inbox::Port;
use crate::lock::lock;
use alarms::Alarms;

/// What a deadline further away than this is cut to. JavaScript finds nothing due then and asks again.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

struct State {
    alarms: Alarms<Port>,
    /// What the thread waits for; None while it waits for news only.
    waits_for: Option<Instant>,
}

struct Shared {
    state: Mutex<State>,
    earlier: Condvar,
}

/// A running timer thread. It lives as long as the process.
#[derive(Clone)]
pub struct TimerThread {
    shared: Arc<Shared>,
}

impl TimerThread {
    /// Starts the thread. `on_start` runs on it first (signal mask, precision).
    ///
    /// # Errors
    /// When the thread cannot be created (thread limit).
    pub fn start(on_start: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                alarms: Alarms::new(),
                waits_for: None,
            }),
            earlier: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        thread::Builder::new()
            .name("ironloop-timers".into())
            .spawn(move || {
                on_start();
                own.run();
            })?;
        Ok(Self { shared })
    }

    /// A sleeper that `port` is rung for, until the port closes.
    #[must_use]
    pub fn open(&self, port: Port) -> u32 {
        let id = lock(&self.shared.state).alarms.add(port.clone());
        let shared = Arc::clone(&self.shared);
        port.on_close(move || lock(&shared.state).alarms.remove(id));
        id
    }

    /// Rings the sleeper's port once `delay` has passed, in place of what it had asked for before.
    pub fn set(&self, id: u32, delay: Duration) {
        let wakes = Instant::now() + delay.min(LONGEST);
        let mut state = lock(&self.shared.state);
        if !state.alarms.set(id, Some(wakes)) {
            return;
        }
        // A later one needs no wake-up: the thread looks again when it wakes for what it waits for now.
        if state.waits_for.is_none_or(|waits_for| wakes < waits_for) {
            drop(state);
            self.shared.earlier.notify_one();
        }
    }
}

impl Shared {
    fn run(&self) -> ! {
        let mut due = Vec::new();
        let mut state = lock(&self.state);
        loop {
            let now = Instant::now();
            while let Some(port) = state.alarms.pop_due(now) {
                due.push(port);
            }
            if !due.is_empty() {
                // Set, so that what is asked for meanwhile wakes nobody: the loop looks again before it waits.
                state.waits_for = Some(now);
                drop(state);
                for port in due.drain(..) {
                    port.notify();
                }
                state = lock(&self.state);
                continue;
            }
            state.waits_for = state.alarms.next();
            let waited = match state.waits_for {
                Some(wakes) => self
                    .earlier
                    .wait_timeout(state, wakes.saturating_duration_since(now))
                    .map(|(state, _)| state)
                    .map_err(|poisoned| poisoned.into_inner().0),
                None => self
                    .earlier
                    .wait(state)
                    .map_err(std::sync::PoisonError::into_inner),
            };
            state = match waited {
                Ok(state) | Err(state) => state,
            };
        }
    }
}

#[cfg(test)]
mod tests;
