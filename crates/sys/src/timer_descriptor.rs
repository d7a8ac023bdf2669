//! A timer of the kernel's as a descriptor, which is readable from its time on: a thread that polls it is woken by the
//! interrupt itself, to the microsecond, where the timeout of a poll has whole milliseconds and a slack of 50 us.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::time::Duration;

/// See the module's text. Monotonic.
pub struct TimerDescriptor(OwnedFd);

impl TimerDescriptor {
    /// A timer that is not set.
    ///
    /// # Errors
    /// EMFILE, ENFILE, ENOMEM.
    pub fn new() -> io::Result<Self> {
        let flags = libc::TFD_NONBLOCK | libc::TFD_CLOEXEC;
        // SAFETY: takes no memory of ours.
        let descriptor = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, flags) };
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: timerfd_create has just made it, so it is open and nobody else's.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(descriptor) }))
    }

    /// Makes it readable when `delay` has passed, in place of what was set before; at once it is not readable any more.
    pub fn set(&self, delay: Duration) {
        // Zero would be never.
        self.arm(delay.max(Duration::from_nanos(1)));
    }

    /// Makes it not readable, until it is set again.
    pub fn clear(&self) {
        self.arm(Duration::ZERO);
    }

    fn arm(&self, delay: Duration) {
        let never = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let at = libc::itimerspec {
            it_interval: never,
            it_value: libc::timespec {
                tv_sec: i32::try_from(delay.as_secs()).unwrap_or(i32::MAX).into(), // 68 years
                tv_nsec: libc::c_long::from(delay.subsec_nanos().cast_signed()),
            },
        };
        // SAFETY: the descriptor is a timer of ours, `at` a live local with valid nanoseconds; no old value is asked for.
        unsafe { libc::timerfd_settime(self.0.as_raw_fd(), 0, &at, ptr::null_mut()) };
    }
}

impl AsFd for TimerDescriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for TimerDescriptor {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::time::{Duration, Instant};

    use super::TimerDescriptor;

    /// Whether it is readable within so many milliseconds.
    fn readable(timer: &TimerDescriptor, ms: i32) -> bool {
        let mut polled = libc::pollfd {
            fd: timer.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one live pollfd.
        unsafe { libc::poll(&mut polled, 1, ms) == 1 }
    }

    #[test]
    fn it_is_readable_from_its_time_on_until_it_is_set_anew() {
        let timer = TimerDescriptor::new().expect("a descriptor");
        assert!(!readable(&timer, 0));
        let begun = Instant::now();
        timer.set(Duration::from_micros(2500));
        assert!(readable(&timer, 60_000));
        assert!(begun.elapsed() >= Duration::from_micros(2500));
        timer.set(Duration::from_secs(3600));
        assert!(!readable(&timer, 0));
        timer.set(Duration::ZERO);
        assert!(readable(&timer, 60_000));
        timer.clear();
        assert!(!readable(&timer, 0));
        timer.set(Duration::MAX);
        assert!(!readable(&timer, 0));
    }
}
