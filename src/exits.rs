//! What hears of children that end: sets of pidfds, each watched by the I/O thread.
//!
//! A child is added to one of them by one system call from any thread, and nobody wakes before one ends. Whoever has children
//! enrols a listener and numbers its children itself.
//!
//! Children whose end a loop alone is to hear of are in a set of that loop's, which it polls itself: it is woken by the end,
//! and not by another thread that was. The I/O thread watches that set, too, but lets the loop go first: what it finds there
//! after a moment is what a blocked loop did not take, or one that is gone. Whoever takes an end out of a set handles it.

mod by_loop;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use ironloop_core::numbered::Numbered;
use ironloop_sys::process::{Exits, ProcessHandle};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::threads;

pub(crate) use by_loop::LoopExits;

/// Who hears of the ends of some children.
pub(crate) trait Listener: Send + Sync {
    /// A child has ended. True if this listener has no children left and gets no others.
    fn ended(&self, id: u32, by: By<'_>) -> bool;
}

/// On which thread an end is heard of.
pub(crate) enum By<'a> {
    Io,
    /// The one whose child it is. Whom it owes a wake-up can wait until JavaScript was told.
    Loop {
        owed: &'a mut Vec<Waker>,
    },
}

struct Watching {
    exits: Arc<Exits>,
    listeners: Numbered<Arc<dyn Listener>>,
    last_number: u32,
}

static WATCHING: Mutex<Option<Watching>> = Mutex::new(None);

/// Children that were forced and have not been let go of.
static DOOMED: AtomicUsize = AtomicUsize::new(0);
/// From so many on their ends are gathered: waking two threads for each costs as much time as it takes them to die.
const STORM: usize = 32;
const GATHER: Duration = Duration::from_millis(1);

fn lock() -> MutexGuard<'static, Option<Watching>> {
    WATCHING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a listener under a number of its own.
///
/// # Errors
/// When the I/O thread cannot be started, or there is no descriptor left; a later call tries again.
pub(crate) fn enrol<L: Listener + 'static>(make: impl FnOnce(u32) -> L) -> io::Result<Arc<L>> {
    let mut watching = lock();
    if watching.is_none() {
        *watching = Some(start()?);
    }
    let watching = watching.as_mut().ok_or(io::ErrorKind::NotFound)?;
    watching.last_number = watching.last_number.wrapping_add(1);
    let listener = Arc::new(make(watching.last_number));
    let shared: Arc<dyn Listener> = Arc::clone(&listener) as _;
    watching.listeners.insert(watching.last_number, shared);
    Ok(listener)
}

/// The listener has no children any more and gets no others.
pub(crate) fn dismiss(number: u32) {
    if let Some(watching) = &mut *lock() {
        watching.listeners.remove(&number);
    }
}

/// Watches a child of the listener with this number, in a loop's set or else in the one of the I/O thread.
///
/// # Errors
/// What epoll says.
pub(crate) fn watch(
    set: Option<&LoopExits>,
    process: &ProcessHandle,
    listener: u32,
    id: u32,
) -> io::Result<()> {
    let key = u64::from(listener) << 32 | u64::from(id);
    if let Some(set) = set {
        return set.add(process, key);
    }
    let exits = lock().as_ref().map(|watching| Arc::clone(&watching.exits));
    let exits = exits.ok_or(io::ErrorKind::NotFound)?;
    exits.add(process, key)
}

/// Whether a child was forced; counts it until it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Doom(AtomicBool);

impl Doom {
    /// It cannot live on.
    pub(crate) fn seal(&self) {
        if !self.0.swap(true, Ordering::Relaxed) {
            DOOMED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Doom {
    fn drop(&mut self) {
        if *self.0.get_mut() {
            DOOMED.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn start() -> io::Result<Watching> {
    let exits = Arc::new(Exits::new()?);
    let io = threads::io()?;
    let _runtime = io.runtime().enter();
    io.spawn(follow(watch_set(Arc::clone(&exits))?, Duration::ZERO));
    Ok(Watching {
        exits,
        listeners: Numbered::default(),
        last_number: 0,
    })
}

#[allow(
    deprecated,
    reason = "the set owns its descriptor, which is what the newer, unsafe constructor asks its caller to see to"
)]
fn watch_set(exits: Arc<Exits>) -> io::Result<AsyncFd<Arc<Exits>>> {
    AsyncFd::with_interest(exits, Interest::READABLE)
}

/// Lives as long as the process, or the set's loop and its children. `yields` is for how long others go first.
async fn follow(watched: AsyncFd<Arc<Exits>>, yields: Duration) {
    let mut heard = false;
    while let Ok(mut ready) = watched.readable().await {
        if !heard && !yields.is_zero() {
            tokio::time::sleep(yields).await;
        }
        heard = false;
        for key in watched.get_ref().take() {
            heard = true;
            ended(key, By::Io);
        }
        if !heard {
            ready.clear_ready();
            if DOOMED.load(Ordering::Relaxed) >= STORM {
                tokio::time::sleep(GATHER).await;
            }
        }
    }
}

fn ended(key: u64, by: By<'_>) {
    let (number, id) = ((key >> 32) as u32, key as u32);
    let listener = lock()
        .as_ref()
        .and_then(|watching| watching.listeners.get(&number).cloned());
    if listener.is_some_and(|listener| listener.ended(id, by)) {
        dismiss(number);
    }
}
