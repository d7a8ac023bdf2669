//! What must happen although no worker asks: timeouts, and claims that sit behind a long task.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::scheduler::Scheduler;
use super::seat::{Ledger, Seat};
use super::wire::{self, status};
use crate::lock::lock;

/// A claim of this age that has not started goes back to its queue, in front, for whoever is free first.
const STALE: Duration = Duration::from_millis(1);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Deadline {
    at: Instant,
    serial: u64,
    seat: u32,
    position: usize,
}

#[derive(Default)]
pub(super) struct Deadlines {
    heap: BinaryHeap<Reverse<Deadline>>,
}

impl Scheduler {
    /// A task with a timeout has started: the time runs from now.
    pub fn start_timer(&self, seat: u32, position: usize, now: Instant) {
        let Some(seat) = self.seats.get(seat) else {
            return;
        };
        let deadline = {
            let ledger = lock(&seat.ledger);
            let Some(claim) = ledger.get(position) else {
                return;
            };
            Deadline {
                at: now + Duration::from_millis(claim.task.timeout_ms().into()),
                serial: claim.serial,
                seat: seat.number,
                position,
            }
        };
        let serial = deadline.serial;
        let is_first = {
            let mut deadlines = lock(&self.deadlines);
            deadlines.heap.push(Reverse(deadline));
            deadlines
                .heap
                .peek()
                .is_some_and(|first| first.0.serial == serial)
        };
        if is_first {
            self.alarm.arm();
        }
    }

    /// Someone has to look after claims that get old, or at what is published and not handed in.
    pub fn watch(&self) {
        if !self.watching.swap(true, Ordering::SeqCst) {
            self.alarm.arm();
        }
    }

    /// Does what is due. Returns when the next tick is; None: when the alarm is armed.
    pub fn tick(&self, now: Instant) -> Option<Duration> {
        self.expire(now);
        self.harvest_all(now);
        // Where nobody sleeps a worker keeps one task, which it is about to start; the others are for whoever is free
        // next, itself included, and what is more urgent by then goes before them.
        let least = 1 + usize::from(lock(&self.rest).asleep.is_empty());
        if self.have_a_choice() && self.reclaim(None, least, now) > 0 {
            self.wake();
        }
        // Cleared before the look: a claim made during it arms the alarm again.
        self.watching.store(false, Ordering::SeqCst);
        let unstarted = self.seats.all().iter().any(|seat| seat.is_to_be_watched());
        if unstarted {
            self.watching.store(true, Ordering::SeqCst);
        }
        let next = lock(&self.deadlines)
            .heap
            .peek()
            .map(|deadline| deadline.0.at.saturating_duration_since(now));
        match next {
            Some(next) if unstarted => Some(next.min(STALE)),
            None if unstarted => Some(STALE),
            next => next,
        }
    }

    /// Whether what was claimed could be run elsewhere, or something else before it. Otherwise it stays where it is: a task
    /// that is queued again while younger ones are not comes after them.
    fn have_a_choice(&self) -> bool {
        self.seats.all().len() > 1 || self.queues.classes().len() > 1
    }

    /// Marks tasks that are past their time, tells their workers and the owner.
    fn expire(&self, now: Instant) {
        loop {
            let deadline = {
                let mut deadlines = lock(&self.deadlines);
                match deadlines.heap.peek() {
                    Some(first) if first.0.at <= now => deadlines.heap.pop(),
                    _ => None,
                }
            };
            let Some(Reverse(deadline)) = deadline else {
                return;
            };
            let Some(seat) = self.seats.get(deadline.seat) else {
                continue;
            };
            {
                let ledger = lock(&seat.ledger);
                let claim = ledger.get(deadline.position);
                let claim = claim.filter(|claim| claim.serial == deadline.serial);
                let Some(claim) = claim else {
                    continue;
                };
                if !seat.board.cancel_started(deadline.position) {
                    continue; // cancelled before
                }
                let mut record = vec![0; wire::REPORT_HEADER];
                let id = claim.task.id();
                wire::put_words(&mut record, 0, &[id, 0, status::TIMED_OUT, seat.number]);
                // Under the ledger's lock, so that it comes before the task's end: after it the id may be another's.
                self.outbox.push(record);
            }
            self.owner.ring();
            seat.ring();
        }
    }

    /// Settles what workers have published and not handed in for a while: a task may be blocking them.
    fn harvest_all(&self, now: Instant) {
        let mut found = false;
        for seat in self.seats.all().iter() {
            found |= self.harvest(seat, &mut lock(&seat.ledger), now);
        }
        if found {
            self.owner.ring();
        }
    }

    /// Settles what a worker has published. The owner is to be rung if that was anything.
    pub(super) fn harvest(&self, seat: &Seat, ledger: &mut Ledger, now: Instant) -> bool {
        let published = seat.board.published();
        if published <= ledger.harvested {
            return false;
        }
        let report = seat.page.read(ledger.harvested, published);
        ledger.harvested = published;
        // A malformed record is the worker's own fault; what came before it counts.
        let _ = self.settle(seat, ledger, &report, now);
        true
    }

    /// Queues again what seats that hold `least` tasks claimed and did not start for [`STALE`]. Returns how many tasks.
    pub(super) fn reclaim(&self, except: Option<u32>, least: usize, now: Instant) -> usize {
        let mut taken = 0;
        for seat in self.seats.all().iter() {
            if Some(seat.number) == except || lock(&seat.ledger).live() < least {
                continue;
            }
            let tasks = seat.take_back(STALE, false, now);
            taken += self.requeue(tasks);
        }
        taken
    }
}
