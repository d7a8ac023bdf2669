//! The ends of programs that no warden stands before, out of a set of pidfds.
//!
//! A run of which there is nothing to hear but its end is followed where that is heard of: its future is polled by the loop's
//! thread, too. The I/O thread polls it for everything else that happens to it, and where the loop did not come to it.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use ironloop_core::inbox::Port;
use ironloop_core::numbered::Numbered;
use ironloop_sys::process::ProcessHandle;

use crate::exits::{self, By, Listener, LoopExits};
use crate::threads;

/// All runs of the process; they never have nobody to tell.
struct Runs {
    number: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last_id: u32,
    /// Those that have not ended.
    running: Numbered<Running>,
}

#[derive(Default)]
struct Running {
    /// Who waits for the end.
    waker: Option<Waker>,
    /// What a loop can go on with by itself.
    body: Option<Arc<Body>>,
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
    fn ended(&self, id: u32, by: By<'_>) -> bool {
        let Some(Running { waker, body }) = self.state().running.remove(&id) else {
            return false;
        };
        match (by, body) {
            (By::Loop { owed }, Some(body)) => {
                let waker = waker.unwrap_or_else(|| Waker::noop().clone());
                body.go_on(&waker);
                // Its task on the I/O thread ends, too, or has to look for itself.
                owed.push(waker);
            }
            _ => {
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
        }
        false
    }
}

/// The set that the runs of one port can be in.
pub(in crate::process) struct LoopEnds(Option<Arc<LoopExits>>);

impl LoopEnds {
    pub(in crate::process) fn open(port: &Port) -> Self {
        Self(LoopExits::open(port))
    }
}

impl Clone for LoopEnds {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Whether one program has ended.
pub(super) struct Ended {
    runs: Arc<Runs>,
    id: u32,
    set: Option<Arc<LoopExits>>,
}

impl Ended {
    /// # Errors
    /// What there are too few of for the set, or for this process in it.
    pub(super) fn watch(process: &ProcessHandle, by_loop: Option<&LoopEnds>) -> io::Result<Self> {
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
        state.running.insert(id, Running::default());
        drop(state);
        // From here on its end may be heard of; a failure takes the number back.
        let set = by_loop.and_then(|ends| ends.0.clone());
        let ended = Self { runs, id, set };
        exits::watch(ended.set.as_deref(), process, ended.runs.number, id)?;
        Ok(ended)
    }

    pub(super) fn place(&self) -> Place {
        let by_loop = self.set.is_some();
        Place(by_loop.then(|| (Arc::clone(&self.runs), self.id)))
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<()> {
        match self.runs.state().running.get_mut(&self.id) {
            None => Poll::Ready(()),
            Some(Running { waker, .. }) => {
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
        // Not under the lock: it may be the last that holds what follows the run, and so us.
        let _running = self.runs.state().running.remove(&self.id);
    }
}

/// Where a run is followed.
#[derive(Default)]
pub(in crate::process) struct Place(Option<(Arc<Runs>, u32)>);

impl Place {
    pub(in crate::process) async fn follow(self, run: impl Future<Output = ()> + Send + 'static) {
        let Some((runs, id)) = self.0 else {
            return run.await;
        };
        let body = Arc::new(Body(Mutex::new(Some(Box::pin(run)))));
        if let Some(running) = runs.state().running.get_mut(&id) {
            running.body = Some(Arc::clone(&body));
        }
        poll_fn(|context| body.poll(context)).await;
    }
}

/// What follows a run, until it is over.
struct Body(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Body {
    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut run = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let polled = run
            .as_mut()
            .map_or(Poll::Ready(()), |run| run.as_mut().poll(context));
        if polled.is_ready() {
            *run = None;
        }
        polled
    }

    /// On a loop's thread; `waker` is that of its task.
    fn go_on(&self, waker: &Waker) {
        // It runs: it is what hears of a loop that is blocked.
        let Ok(io) = threads::io() else { return };
        let _runtime = io.runtime().enter();
        let _ = self.poll(&mut Context::from_waker(waker));
    }
}
