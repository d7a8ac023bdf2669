//! The ends of all children on one thread: kqueue's EVFILT_PROC with NOTE_EXIT, where there is no pidfd.
//!
//! A process that has ended before it is registered is refused with ESRCH, and is told of at once. Its number stays its
//! own until [`super::Handle::try_reap`] takes the status, so an event is never another process's.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use super::posix::wait_without_reaping;

type Tell = Box<dyn FnOnce() + Send>;

struct Watch {
    queue: OwnedFd,
    waiting: Mutex<HashMap<usize, Tell>>,
}

static WATCH: OnceLock<Watch> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// Calls back from the watching thread once the process, an unreaped child of ours, has ended.
///
/// # Errors
/// When there is no queue or no thread to be had.
pub(super) fn on_exit(pid: u32, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let watch = watch()?;
    let pid = pid as usize;
    watch.insert(pid, Box::new(tell));
    match register(&watch.queue, pid) {
        Ok(()) => Ok(()),
        Err(error) => {
            let tell = watch.remove(pid);
            if error.raw_os_error() != Some(libc::ESRCH) {
                return Err(error);
            }
            if let Some(tell) = tell {
                tell();
            }
            Ok(())
        }
    }
}

impl Watch {
    fn insert(&self, pid: usize, tell: Tell) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(pid, tell);
    }

    fn remove(&self, pid: usize) -> Option<Tell> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(&pid)
    }
}

fn watch() -> io::Result<&'static Watch> {
    let _one = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(watch) = WATCH.get() {
        return Ok(watch);
    }
    // SAFETY: takes nothing; gives a descriptor of ours or -1.
    let queue = unsafe { libc::kqueue() };
    if queue < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system just created this descriptor for us. It is not inherited: kqueues do not survive fork(2).
    let queue = unsafe { OwnedFd::from_raw_fd(queue) };
    let thread = thread::Builder::new().name("ironloop-wait".into());
    // The thread finds the queue once it is stored, below, before any process is registered.
    let raw = queue.as_raw_fd();
    thread.spawn(move || follow(raw))?;
    Ok(WATCH.get_or_init(|| Watch {
        queue,
        waiting: Mutex::new(HashMap::new()),
    }))
}

fn register(queue: &OwnedFd, pid: usize) -> io::Result<()> {
    let change = libc::kevent {
        ident: pid,
        filter: libc::EVFILT_PROC,
        flags: libc::EV_ADD | libc::EV_ONESHOT,
        fflags: libc::NOTE_EXIT,
        data: 0,
        udata: ptr::null_mut(),
    };
    // SAFETY: one change that is valid for the call, no room for events, no time.
    let done = unsafe {
        libc::kevent(
            queue.as_raw_fd(),
            &raw const change,
            1,
            ptr::null_mut(),
            0,
            ptr::null(),
        )
    };
    if done < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The thread, which lives as long as the process; so does the queue, which is never dropped once it is stored.
fn follow(queue: i32) {
    crate::thread::block_signals();
    loop {
        let Some(pid) = next(queue) else { return };
        if let Some(tell) = WATCH.get().and_then(|watch| watch.remove(pid)) {
            // The event may come a moment before the status can be taken.
            wait_without_reaping(u32::try_from(pid).unwrap_or(0));
            tell();
        }
    }
}

/// The process that has ended; None when the queue is closed.
fn next(queue: i32) -> Option<usize> {
    // SAFETY: an event is plain data; all zeroes is a valid value.
    let mut event: libc::kevent = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: no changes, room for one event, no end of the wait; a queue that was closed gives EBADF.
        let count = unsafe { libc::kevent(queue, ptr::null(), 0, &raw mut event, 1, ptr::null()) };
        if count > 0 {
            return Some(event.ident);
        }
        if count < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return None;
        }
    }
}
