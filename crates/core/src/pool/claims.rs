//! How a worker gets its tasks: its own leftovers, the queues by priority, then what others have not copied out.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::histogram::Histogram;
use super::queues::certain;
use super::scheduler::{Scheduler, Turn};
use super::seat::{Claim, Ledger, Seat};
use super::task::Task;
use super::wire;
use crate::lock::lock;

impl Scheduler {
    /// Claims as many tasks as the pace allows, the board and the buffer hold.
    pub(super) fn claim(&self, seat: &Seat, out: &mut [u8], now: Instant) -> Turn {
        let mut ledger = lock(&seat.ledger);
        if ledger.closed && ledger.carry.is_none() && seat.bound.len() == 0 {
            return Turn::Closed;
        }
        let workers = self.seats.all().len();
        let want = self
            .pace
            .claim_size(self.queued() + seat.bound.len(), workers)
            .min(ledger.room());
        if ledger.live() == 0 {
            ledger.busy_since = now;
        }
        let (mut bytes, mut count) = (0, 0);
        let mut waits = Waits::default();
        while count < want {
            let task = ledger.carry.take();
            let Some(task) = task.or_else(|| self.next(seat, &mut ledger, want - count)) else {
                break;
            };
            let size = wire::CLAIMED_HEADER + wire::padded(task.payload().len());
            if bytes + size > out.len() {
                ledger.carry = Some(task);
                if count == 0 {
                    return Turn::Need(size);
                }
                break;
            }
            waits.add(task.submitted());
            let serial = self.last_serial.fetch_add(1, Ordering::Relaxed);
            let claim = Claim {
                task,
                serial,
                at: now,
            };
            bytes += ledger.enter(&seat.board, claim, &mut out[bytes..]);
            count += 1;
        }
        let worth_watching = count > 1 || ledger.carry.is_some();
        let closed = ledger.closed;
        drop(ledger);
        if count == 0 {
            return if closed { Turn::Closed } else { Turn::Nothing };
        }
        waits.record(&mut lock(&self.timings).wait, now);
        if worth_watching {
            self.watch();
        }
        Turn::Claimed { bytes }
    }

    /// The next task for a seat, highest priority first; marked as taken.
    fn next(&self, seat: &Seat, ledger: &mut Ledger, limit: usize) -> Option<Task> {
        loop {
            let task = self.candidate(seat, ledger, limit)?;
            if task.take() {
                if !task.is_bound() {
                    self.queued.fetch_sub(1, Ordering::SeqCst);
                }
                return Some(task);
            }
        }
    }

    fn candidate(&self, seat: &Seat, ledger: &mut Ledger, limit: usize) -> Option<Task> {
        if ledger.closed {
            return seat.bound.pop(i32::MIN);
        }
        let leftover = (!ledger.deque.is_empty()).then_some(ledger.deque_priority);
        for class in self.queues.classes().iter() {
            if let Some(task) = seat.bound.pop(class.priority) {
                return Some(task);
            }
            if leftover.is_some_and(|priority| priority >= class.priority)
                && let Some(task) = ledger.deque.pop()
            {
                return Some(task);
            }
            let task = if leftover.is_some() {
                class.take()
            } else {
                ledger.deque_priority = class.priority;
                class.take_into(&ledger.deque, limit)
            };
            if task.is_some() {
                return task;
            }
        }
        let own = ledger.deque.pop().or_else(|| seat.bound.pop(i32::MIN));
        own.or_else(|| {
            let seats = self.seats.all();
            let others = seats.iter().filter(|other| other.number != seat.number);
            others
                .into_iter()
                .find_map(|other| certain(|| other.stealer.steal()))
        })
    }
}

/// Waiting times of one claim: tasks of one submission follow each other and count together.
#[derive(Default)]
struct Waits {
    groups: Vec<(Instant, u64)>,
}

impl Waits {
    fn add(&mut self, submitted: Instant) {
        match self.groups.last_mut() {
            Some((since, times)) if *since == submitted => *times += 1,
            _ => self.groups.push((submitted, 1)),
        }
    }

    fn record(&self, histogram: &mut Histogram, now: Instant) {
        for (since, times) in &self.groups {
            let waited = now.saturating_duration_since(*since).as_nanos();
            histogram.record(u64::try_from(waited).unwrap_or(u64::MAX), *times);
        }
    }
}
