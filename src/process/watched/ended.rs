//! The ends of programs that no warden stands before, out of the one set of pidfds.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use ironloop_core::numbered::Numbered;
use ironloop_sys::process::ProcessHandle;

use crate::exits::{self, Listener};

/// All runs of the process; they never have nobody to tell.
struct Runs {
    number: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last_id: u32,
    /// Those that have not ended, with who waits for that.
    running: Numbered<Option<Waker>>,
}

static RUNS: Mutex<Option<Arc<Runs>>> = Mutex::new(None);

fn runs() -> io::Result<Arc<Runs>> {
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runs) = &*runs {
        return Ok(Arc::clone(runs));
    }
    let enrolled = exits::enrol(|number| Runs {
        number,
        state: Mutex::default(),
    })?;
    Ok(Arc::clone(runs.insert(enrolled)))
}

impl Runs {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Runs {
    fn ended(&self, id: u32) -> bool {
        let waker = self.state().running.remove(&id);
        if let Some(waker) = waker.flatten() {
            waker.wake();
        }
        false
    }
}

/// Whether one program has ended.
pub(super) struct Ended {
    runs: Arc<Runs>,
    id: u32,
}

impl Ended {
    /// # Errors
    /// What there are too few of for the set, or for this process in it.
    pub(super) fn watch(process: &ProcessHandle) -> io::Result<Self> {
        let runs = runs()?;
        let mut state = runs.state();
        let taken = |state: &State| state.running.contains_key(&state.last_id);
        loop {
            state.last_id = state.last_id.wrapping_add(1);
            if !taken(&state) {
                break;
            }
        }
        let id = state.last_id;
        state.running.insert(id, None);
        drop(state);
        // From here on its end may be heard of; a failure takes the number back.
        let ended = Self { runs, id };
        exits::watch(process, ended.runs.number, id)?;
        Ok(ended)
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<()> {
        match self.runs.state().running.get_mut(&self.id) {
            None => Poll::Ready(()),
            Some(waker) => {
                if !waker
                    .as_ref()
                    .is_some_and(|one| one.will_wake(context.waker()))
                {
                    *waker = Some(context.waker().clone());
                }
                Poll::Pending
            }
        }
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.runs.state().running.remove(&self.id);
    }
}
