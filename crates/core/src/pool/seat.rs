//! A worker's place in the pool: its deque, and the ledger of what it holds.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crossbeam::deque::{Stealer, Worker};

use super::board::{Board, SLOTS};
use super::bound::BoundQueue;
use super::histogram::Histogram;
use super::page::Page;
use super::task::Task;
use super::{Bell, wire};
use crate::lock::lock;

pub(super) struct Seat {
    pub(super) number: u32,
    pub(super) board: Arc<Board>,
    pub(super) page: Arc<Page>,
    pub(super) stealer: Stealer<Task>,
    pub(super) ledger: Mutex<Ledger>,
    /// Tasks that no other seat may run.
    pub(super) bound: BoundQueue,
    /// None until the worker's environment has opened its port.
    bell: Mutex<Option<Arc<dyn Bell>>>,
}

/// One claimed task.
pub(super) struct Claim {
    pub(super) task: Task,
    /// Unique in its pool: tells this claim from a later one at the same position.
    pub(super) serial: u64,
    pub(super) at: Instant,
}

pub(super) struct Ledger {
    /// What this worker took from a queue and did not copy out yet: open to thieves.
    pub(super) deque: Worker<Task>,
    /// The priority of everything in the deque.
    pub(super) deque_priority: i32,
    /// A task that did not fit the worker's buffer: its next one.
    pub(super) carry: Option<Task>,
    claims: Box<[Option<Claim>]>,
    free: Vec<u32>,
    /// Since when this worker has been occupied with what it reports next.
    pub(super) busy_since: Instant,
    pub(super) idle_since: Instant,
    /// Its worker has asked for work.
    pub(super) came: bool,
    /// Its worker is gone or going: it gets only what no other seat may run.
    pub(super) closed: bool,
    /// Bytes of the page that were settled before the worker handed them in.
    pub(super) harvested: usize,
    /// Run times of this seat alone, where they are wanted.
    pub(super) runs: Option<Histogram>,
}

impl Seat {
    pub(super) fn new(number: u32, now: Instant) -> Arc<Self> {
        let deque = Worker::new_fifo();
        Arc::new(Self {
            number,
            board: Arc::default(),
            page: Arc::default(),
            stealer: deque.stealer(),
            ledger: Mutex::new(Ledger {
                deque,
                deque_priority: 0,
                carry: None,
                claims: (0..SLOTS).map(|_| None).collect(),
                free: (0..SLOTS as u32).rev().collect(),
                busy_since: now,
                idle_since: now,
                came: false,
                closed: false,
                harvested: 0,
                runs: None,
            }),
            bound: BoundQueue::default(),
            bell: Mutex::new(None),
        })
    }

    pub(super) fn attach(&self, bell: Arc<dyn Bell>) {
        *lock(&self.bell) = Some(bell);
    }

    pub(super) fn ring(&self) -> bool {
        let bell = lock(&self.bell).clone();
        bell.is_some_and(|bell| bell.ring())
    }

    /// Takes back what was claimed at least `age` ago and not started, oldest claim first. The caller requeues it.
    /// What only this seat may run is left to it, unless `bound` is wanted as well.
    pub(super) fn take_back(&self, age: Duration, bound: bool, now: Instant) -> Vec<Task> {
        let mut ledger = lock(&self.ledger);
        let mut taken: Vec<Claim> = ledger
            .positions()
            .into_iter()
            .filter(|(_, at)| now.saturating_duration_since(*at) >= age)
            .filter(|(position, _)| bound || ledger.is_loose(*position))
            .filter(|(position, _)| self.board.take_back(*position))
            .collect::<Vec<_>>()
            .into_iter()
            .filter_map(|(position, _)| ledger.remove(&self.board, position))
            .collect();
        taken.sort_unstable_by_key(|claim| claim.serial);
        let waited = now.saturating_duration_since(ledger.busy_since) >= age;
        let carry = ledger
            .carry
            .take_if(|task| waited && (bound || !task.is_bound()));
        taken
            .into_iter()
            .map(|claim| claim.task)
            .chain(carry)
            .collect()
    }

    /// Whether it has something that others may want: results that it has not handed in, or more than the one task
    /// that it can be expected to be at.
    pub(super) fn is_to_be_watched(&self) -> bool {
        let ledger = lock(&self.ledger);
        if self.board.published() > ledger.harvested {
            return true;
        }
        ledger.carry.as_ref().is_some_and(|task| !task.is_bound())
            || (ledger.live() > 1
                && ledger.positions().iter().any(|(position, _)| {
                    ledger.is_loose(*position) && self.board.is_claimed(*position)
                }))
    }
}

impl Ledger {
    /// How many tasks are claimed or running.
    pub(super) fn live(&self) -> usize {
        SLOTS - self.free.len()
    }

    pub(super) fn room(&self) -> usize {
        self.free.len()
    }

    /// Occupied positions and when they were claimed.
    pub(super) fn positions(&self) -> Vec<(usize, Instant)> {
        let mut left = self.live();
        let mut found = Vec::with_capacity(left);
        for (position, claim) in self.claims.iter().enumerate() {
            if left == 0 {
                break;
            }
            if let Some(claim) = claim {
                found.push((position, claim.at));
                left -= 1;
            }
        }
        found
    }

    /// The flags of what is claimed or running.
    pub(super) fn asked(&self) -> impl Iterator<Item = u32> + '_ {
        self.claims.iter().flatten().map(|claim| claim.task.flags())
    }

    fn is_loose(&self, position: usize) -> bool {
        self.get(position)
            .is_some_and(|claim| !claim.task.is_bound())
    }

    /// The position of a task by its id.
    pub(super) fn position_of(&self, id: u32) -> Option<usize> {
        self.claims
            .iter()
            .position(|claim| claim.as_ref().is_some_and(|claim| claim.task.id() == id))
    }

    pub(super) fn get(&self, position: usize) -> Option<&Claim> {
        self.claims.get(position)?.as_ref()
    }

    /// The position of a task that is in this ledger.
    pub(super) fn find(&self, task: &Task) -> Option<usize> {
        self.claims
            .iter()
            .position(|claim| claim.as_ref().is_some_and(|claim| claim.task.is(task)))
    }

    /// Enters a task at a free position and writes its record to `out`, which has the room; returns what was written.
    pub(super) fn enter(&mut self, board: &Board, claim: Claim, out: &mut [u8]) -> usize {
        let Some(position) = self.free.pop() else {
            return 0; // unreachable: the caller claims no more than `room`
        };
        let task = &claim.task;
        let payload = task.payload();
        let header = [position, payload.len() as u32, task.handler(), task.flags()];
        wire::put_words(out, 0, &header);
        out[wire::CLAIMED_HEADER..wire::CLAIMED_HEADER + payload.len()].copy_from_slice(payload);
        let written = wire::CLAIMED_HEADER + wire::padded(payload.len());
        board.claim(position as usize);
        self.claims[position as usize] = Some(claim);
        written
    }

    /// Takes a claim out for good.
    pub(super) fn remove(&mut self, board: &Board, position: usize) -> Option<Claim> {
        let claim = self.claims.get_mut(position)?.take()?;
        board.free(position);
        self.free.push(position as u32);
        Some(claim)
    }
}

/// All seats, by number. Read at every claim, written when a worker comes or goes.
#[derive(Default)]
pub(super) struct Seats {
    seats: RwLock<Arc<[Arc<Seat>]>>,
}

impl Seats {
    pub(super) fn all(&self) -> Arc<[Arc<Seat>]> {
        Arc::clone(&self.seats.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn get(&self, number: u32) -> Option<Arc<Seat>> {
        let seats = self.all();
        let at = seats.binary_search_by_key(&number, |seat| seat.number);
        at.ok().map(|at| Arc::clone(&seats[at]))
    }

    /// Adds a seat under the next number; numbers are never used again.
    pub(super) fn add(&self, number: u32, now: Instant) -> Arc<Seat> {
        let seat = Seat::new(number, now);
        self.change(|seats| seats.push(Arc::clone(&seat)));
        seat
    }

    pub(super) fn remove(&self, number: u32) {
        self.change(|seats| seats.retain(|seat| seat.number != number));
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<Seat>>)) {
        let mut seats = self.seats.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = seats.to_vec();
        change(&mut changed);
        *seats = changed.into();
    }
}
