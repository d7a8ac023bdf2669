//! How a pipe that fills fast is read: every fifth of a millisecond, and not at each of its writer's writes.
//!
//! Woken by epoll a reader on another core takes each write by itself, some 4 KB, and for each the writer has to wake it:
//! both spend more time on that than on the bytes. A large pipe that nobody watches fills up meanwhile.

use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use ironloop_sys::timer_descriptor::TimerDescriptor;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::watch;

/// A pipe of 1 MB is full after 0.4 ms of the fastest writers.
const TICK: Duration = Duration::from_micros(200);
/// What makes a writer fast: so many bytes in so much time.
const FAST_BYTES: usize = 256 * 1024;
const FAST_TIME: Duration = Duration::from_millis(2);
/// What it writes at least within a tick, to be fast still.
const STILL_FAST_BYTES: usize = 8 * 1024;

/// How fast a writer is.
pub(super) struct Meter {
    since: Instant,
    bytes: usize,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            since: Instant::now(),
            bytes: 0,
        }
    }

    /// True once for each time that it was fast.
    pub(super) fn is_fast(&mut self, count: usize) -> bool {
        self.bytes += count;
        if self.bytes < FAST_BYTES {
            return false;
        }
        let now = Instant::now();
        let fast = now - self.since < FAST_TIME;
        *self = Self {
            since: now,
            bytes: 0,
        };
        fast
    }
}

/// The clock of one pipe.
pub(super) struct Pace(AsyncFd<TimerDescriptor>);

impl Pace {
    pub(super) fn new() -> io::Result<Self> {
        let timer = TimerDescriptor::new()?;
        timer.set(TICK);
        Ok(Self(watch(timer, Interest::READABLE)?))
    }

    /// Ready when it is time to read.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        // An error would be that of a runtime that ends.
        let _ready = ready!(self.0.poll_read_ready(context));
        Poll::Ready(())
    }

    /// The pipe was read empty. False if that brought so little that it may be watched as any other.
    pub(super) fn next(&self, count: usize, context: &mut Context<'_>) -> bool {
        if let Poll::Ready(Ok(mut ready)) = self.0.poll_read_ready(context) {
            ready.clear_ready();
        }
        self.0.get_ref().set(TICK);
        count >= STILL_FAST_BYTES
    }
}
