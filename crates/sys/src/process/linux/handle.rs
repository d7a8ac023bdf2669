use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use libc::c_int;

use super::syscall::kilobytes;
use crate::process::{Exit, Handle};

/// Where the resident set counters of the kernel may disagree with themselves by their per-CPU batches.
const RSS_MARGIN: u64 = 1024 * 1024;

/// One child: signalled and waited for by its pidfd, which never means another process.
#[derive(Debug)]
pub struct ProcessHandle {
    pidfd: OwnedFd,
    pid: u32,
    session: bool,
    /// A child that borrowed our memory inherits our largest resident set as its own; only above that is it true.
    rss_floor: u64,
    /// Guards the group: its number stays ours only until its leader is reaped.
    reaped: Mutex<bool>,
}

impl ProcessHandle {
    pub(super) fn new(pid: u32, pidfd: OwnedFd, session: bool, own_max_rss: u64) -> Self {
        Self {
            pidfd,
            pid,
            session,
            rss_floor: own_max_rss + RSS_MARGIN,
            reaped: Mutex::new(false),
        }
    }

    fn reaped(&self) -> MutexGuard<'_, bool> {
        self.reaped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the process has ended. Takes nothing.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        let mut poll = libc::pollfd {
            fd: self.pidfd.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one pollfd, valid for the call, which does not wait.
        unsafe { libc::poll(&mut poll, 1, 0) == 1 }
    }

    /// How the process has ended, if it has. Takes nothing.
    #[must_use]
    pub fn peek(&self) -> Option<Exit> {
        self.wait(libc::WNOHANG | libc::WNOWAIT).ok().flatten()
    }

    /// For a child that could not execute and ends at once.
    pub(super) fn reap_now(&self) {
        let _ = self.wait(0);
    }

    fn wait(&self, flags: c_int) -> io::Result<Option<Exit>> {
        // The lock is not held while this blocks, which it does only for a child that nobody else knows yet.
        let mut reaped = if flags & libc::WNOHANG == 0 {
            None
        } else {
            Some(self.reaped())
        };
        // SAFETY: both structures are plain data; all zeroes is a valid value.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        loop {
            // SAFETY: our own pidfd, both structures valid for the call. __WALL, because before exec a child of ours
            // has no exit signal and counts as a "clone child".
            let waited = unsafe {
                libc::syscall(
                    libc::SYS_waitid,
                    libc::P_PIDFD,
                    self.pidfd.as_raw_fd(),
                    &raw mut info,
                    libc::WEXITED | libc::__WALL | flags,
                    &raw mut usage,
                )
            };
            if waited == 0 {
                break;
            }
            let error = io::Error::last_os_error();
            match error.raw_os_error() {
                Some(libc::EINTR) => {}
                Some(libc::ECHILD) => {
                    mark(&mut reaped);
                    return Ok(Some(Exit::default()));
                }
                _ => return Err(error),
            }
        }
        // SAFETY: waitid filled the structure as for SIGCHLD, or left its zeroes.
        if unsafe { info.si_pid() } == 0 {
            return Ok(None);
        }
        if flags & libc::WNOWAIT == 0 {
            mark(&mut reaped);
        }
        Ok(Some(self.exit(&info, &usage)))
    }

    fn exit(&self, info: &libc::siginfo_t, usage: &libc::rusage) -> Exit {
        // SAFETY: a siginfo that waitid filled has a status.
        let status = unsafe { info.si_status() };
        let exited = info.si_code == libc::CLD_EXITED;
        let max_rss = kilobytes(usage.ru_maxrss);
        Exit {
            code: exited.then_some(status),
            signal: (!exited).then_some(status),
            user: duration(usage.ru_utime),
            system: duration(usage.ru_stime),
            max_rss_bytes: (max_rss > self.rss_floor).then_some(max_rss),
        }
    }
}

impl Handle for ProcessHandle {
    fn pid(&self) -> u32 {
        self.pid
    }

    fn signal(&self, signal: i32) -> io::Result<()> {
        // SAFETY: our own pidfd, no siginfo, no flags.
        let sent = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                self.pidfd.as_raw_fd(),
                signal,
                0_usize,
                0,
            )
        };
        if sent == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }

    fn signal_group(&self, signal: i32) -> io::Result<()> {
        if !self.session {
            return self.signal(signal);
        }
        let reaped = self.reaped();
        if *reaped {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        // SAFETY: numbers only. The group is ours: its leader is not reaped, which the lock holds still.
        let sent = unsafe { libc::kill(-(self.pid as libc::pid_t), signal) };
        if sent == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }

    fn try_reap(&self) -> io::Result<Option<Exit>> {
        self.wait(libc::WNOHANG)
    }
}

fn mark(reaped: &mut Option<MutexGuard<'_, bool>>) {
    if let Some(reaped) = reaped {
        **reaped = true;
    }
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_micros(seconds * 1_000_000 + micros)
}

impl AsFd for ProcessHandle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

impl AsRawFd for ProcessHandle {
    fn as_raw_fd(&self) -> RawFd {
        self.pidfd.as_raw_fd()
    }
}
