//! A transfer of a part of a file to a connection, in slices: a thread sends until the connection is full, the transfer
//! has had its share of the thread, or it is over; then it waits, queues again, or reports.

use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes of one call: a cancelled transfer stops after it.
const CALL_BYTES: u64 = 1 << 20;
/// Bytes after which other work of the thread has its turn.
const SLICE_BYTES: u64 = 32 << 20;

/// Where the bytes go.
pub trait Outlet {
    /// Sends up to `most` bytes from `offset` of the file on; 0 at its end, `WouldBlock` where there is no room.
    ///
    /// # Errors
    /// Those of the connection and the file.
    fn send(&mut self, offset: u64, most: usize) -> io::Result<usize>;
}

/// What others see of a transfer, and how they stop it.
#[derive(Default)]
pub struct Progress {
    sent: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// How many bytes the connection has taken.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Stops the transfer: a call that is under way ends first.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Whether it was told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

/// How a slice ended.
#[derive(Debug)]
pub enum Step {
    /// All is sent, or the file has ended before.
    Done,
    Cancelled,
    Failed(io::Error),
    /// The connection has no room.
    Blocked,
    /// There is more to do, and others wait.
    More,
}

/// What is left of a transfer.
pub struct Transfer {
    offset: u64,
    left: u64,
}

impl Transfer {
    #[must_use]
    pub fn new(offset: u64, length: u64) -> Self {
        Self {
            offset,
            left: length,
        }
    }

    pub fn slice(&mut self, outlet: &mut impl Outlet, progress: &Progress) -> Step {
        let mut share = SLICE_BYTES;
        while self.left > 0 {
            if progress.is_cancelled() {
                return Step::Cancelled;
            }
            if share == 0 {
                return Step::More;
            }
            let most = self.left.min(CALL_BYTES).min(share);
            match outlet.send(self.offset, most as usize) {
                Ok(0) => return Step::Done,
                Ok(count) => {
                    let count = (count as u64).min(most);
                    self.offset += count;
                    self.left -= count;
                    share -= count;
                    progress.sent.fetch_add(count, Ordering::Relaxed);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Blocked,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Step::Failed(error),
            }
        }
        Step::Done
    }
}

#[cfg(test)]
mod tests {
    use super::{Outlet, Progress, SLICE_BYTES, Step, Transfer};
    use proptest::prelude::*;
    use std::io::{self, ErrorKind};

    /// A file of `size` bytes, and a connection that takes what the plan says.
    struct Fake {
        size: u64,
        plan: Vec<Option<usize>>,
        calls: Vec<(u64, usize)>,
    }

    impl Outlet for Fake {
        fn send(&mut self, offset: u64, most: usize) -> io::Result<usize> {
            let there = self.size.saturating_sub(offset).min(most as u64) as usize;
            let taken = self.plan.pop().unwrap_or(Some(usize::MAX));
            let taken = taken.ok_or(ErrorKind::WouldBlock)?.max(1).min(there);
            self.calls.push((offset, taken));
            Ok(taken)
        }
    }

    proptest! {
        #[test]
        fn every_byte_is_sent_once_and_in_order(
            size in 0..200_000_000_u64,
            start in 0..200_000_000_u64,
            length in 0..300_000_000_u64,
            plan in prop::collection::vec(prop::option::of(0..3_000_000_usize), 0..40),
        ) {
            let (mut outlet, progress) = (Fake { size, plan, calls: vec![] }, Progress::default());
            let mut transfer = Transfer::new(start, length);
            let mut slice = 0;
            loop {
                let before = progress.sent();
                match transfer.slice(&mut outlet, &progress) {
                    Step::Done => break,
                    Step::Blocked | Step::More => {}
                    other => prop_assert!(false, "{other:?}"),
                }
                prop_assert!(progress.sent() - before <= SLICE_BYTES);
                slice += 1;
                prop_assert!(slice < 1000);
            }
            prop_assert_eq!(progress.sent(), size.saturating_sub(start).min(length));
            let mut at = start;
            for (offset, taken) in outlet.calls {
                prop_assert_eq!(offset, at);
                at += taken as u64;
            }
        }
    }

    #[test]
    fn a_cancelled_transfer_stops_and_a_failure_is_told() {
        struct Broken;
        impl Outlet for Broken {
            fn send(&mut self, _: u64, _: usize) -> io::Result<usize> {
                Err(ErrorKind::BrokenPipe.into())
            }
        }
        let progress = Progress::default();
        let failed = Transfer::new(0, 10).slice(&mut Broken, &progress);
        assert!(matches!(failed, Step::Failed(error) if error.kind() == ErrorKind::BrokenPipe));
        progress.cancel();
        let cancelled = Transfer::new(0, 10).slice(&mut Broken, &progress);
        assert!(matches!(cancelled, Step::Cancelled));
        assert!(matches!(
            Transfer::new(0, 0).slice(&mut Broken, &progress),
            Step::Done
        ));
    }
}
