use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use libc::c_int;

use super::ProcessHandle;

/// Tells which of any number of children have ended, in time that does not grow with their number.
///
/// An epoll instance over pidfds. It is readable itself while it has something to tell, so that another epoll can watch
/// it: a child is added by one system call from any thread, and nobody is woken for it.
///
/// Invariant: a child is told of once. A pidfd that is closed leaves the instance by itself.
#[derive(Debug)]
pub struct Exits {
    epoll: OwnedFd,
}

/// How many ends are taken at a time.
const BATCH: usize = 64;

impl Exits {
    /// An empty set.
    ///
    /// # Errors
    /// EMFILE, ENFILE, ENOMEM.
    pub fn new() -> io::Result<Self> {
        // SAFETY: no pointers.
        let epoll = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel just created this descriptor for us.
        let epoll = unsafe { OwnedFd::from_raw_fd(epoll) };
        Ok(Self { epoll })
    }

    /// Adds a child, to be told of as `key`; also one that has ended already.
    ///
    /// # Errors
    /// ENOMEM, ENOSPC (the user's share of watches).
    pub fn add(&self, process: &ProcessHandle, key: u64) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: (libc::EPOLLIN | libc::EPOLLONESHOT) as u32,
            u64: key,
        };
        // SAFETY: both descriptors are open, `event` is valid for the call.
        check(unsafe {
            libc::epoll_ctl(
                self.epoll.as_raw_fd(),
                libc::EPOLL_CTL_ADD,
                process.as_raw_fd(),
                &raw mut event,
            )
        })?;
        Ok(())
    }

    /// The keys of children that have ended, none twice; without waiting, some at a time.
    pub fn take(&self) -> impl Iterator<Item = u64> + use<> {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; BATCH];
        // SAFETY: room for BATCH events, which is what is asked for.
        let count = unsafe {
            libc::epoll_wait(
                self.epoll.as_raw_fd(),
                events.as_mut_ptr(),
                BATCH as c_int,
                0,
            )
        };
        let count = usize::try_from(count).unwrap_or(0); // EINTR cannot happen without waiting
        events.into_iter().take(count).map(|event| event.u64)
    }
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

impl AsFd for Exits {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}

impl AsRawFd for Exits {
    fn as_raw_fd(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }
}
