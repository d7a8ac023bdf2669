//! What hears of children that end: one set of pidfds, itself watched by the I/O thread.
//!
//! A child is added by one system call from its JavaScript thread; the I/O thread wakes only when one ends.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ironloop_sys::process::{Exits, ProcessHandle};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::desk::Desk;
use crate::threads;

struct Reaper {
    exits: Arc<Exits>,
    desks: HashMap<u32, Arc<Desk>>,
    last_number: u32,
}

static REAPER: Mutex<Option<Reaper>> = Mutex::new(None);

fn lock() -> MutexGuard<'static, Option<Reaper>> {
    REAPER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a desk under a number of its own.
///
/// # Errors
/// When the I/O thread cannot be started, or there is no descriptor left; a later call tries again.
pub(super) fn enrol(make: impl FnOnce(u32) -> Desk) -> io::Result<Arc<Desk>> {
    let mut running = lock();
    if running.is_none() {
        *running = Some(start()?);
    }
    let reaper = running.as_mut().ok_or(io::ErrorKind::NotFound)?;
    reaper.last_number = reaper.last_number.wrapping_add(1);
    let desk = Arc::new(make(reaper.last_number));
    reaper.desks.insert(reaper.last_number, Arc::clone(&desk));
    Ok(desk)
}

/// The desk has no children any more and gets no others.
pub(super) fn dismiss(number: u32) {
    if let Some(reaper) = &mut *lock() {
        reaper.desks.remove(&number);
    }
}

/// Watches a child of the desk with this number.
///
/// # Errors
/// What epoll says.
pub(super) fn watch(process: &ProcessHandle, desk: u32, id: u32) -> io::Result<()> {
    let exits = lock().as_ref().map(|reaper| Arc::clone(&reaper.exits));
    let exits = exits.ok_or(io::ErrorKind::NotFound)?;
    exits.add(process, u64::from(desk) << 32 | u64::from(id))
}

fn start() -> io::Result<Reaper> {
    let exits = Arc::new(Exits::new()?);
    let io = threads::io()?;
    let _runtime = io.runtime().enter();
    io.spawn(follow(watch_set(Arc::clone(&exits))?));
    Ok(Reaper {
        exits,
        desks: HashMap::new(),
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

/// Lives as long as the process.
async fn follow(watched: AsyncFd<Arc<Exits>>) {
    while let Ok(mut ready) = watched.readable().await {
        let mut heard = false;
        for key in watched.get_ref().take() {
            heard = true;
            ended((key >> 32) as u32, key as u32);
        }
        if !heard {
            ready.clear_ready();
        }
    }
}

fn ended(number: u32, id: u32) {
    let desk = lock()
        .as_ref()
        .and_then(|reaper| reaper.desks.get(&number).cloned());
    if desk.is_some_and(|desk| desk.ended(id)) {
        dismiss(number);
    }
}
