//! Tasks that not every seat may run: pinned to a seat, together with their like by an affinity key, or held until the
//! owner has assigned them. They are stolen by nobody and taken back only when their worker is gone.
//!
//! An affinity key finds its seat by rendezvous hashing (Thaler, Ravishankar 1998), so when a seat comes or goes only
//! its own keys move.

use std::cmp::{Ordering as Order, Reverse};
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::scheduler::Scheduler;
use super::seat::Seat;
use super::task::Task;
use super::wire::flags;
use crate::lock::lock;

/// The tasks of one seat, highest priority first, equal ones in order.
#[derive(Default)]
pub(super) struct BoundQueue {
    tasks: Mutex<BinaryHeap<Bound>>,
    /// Changes under the lock; read without it, because most seats have none.
    len: AtomicUsize,
}

struct Bound {
    rank: (i32, Reverse<u64>),
    task: Task,
}

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> Order {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Bound {}

impl BoundQueue {
    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::SeqCst)
    }

    fn push(&self, task: Task, serial: u64) {
        let mut tasks = lock(&self.tasks);
        let rank = (task.priority(), Reverse(serial));
        tasks.push(Bound { rank, task });
        self.len.store(tasks.len(), Ordering::SeqCst);
    }

    /// The flags of those that wait.
    pub(super) fn asked(&self) -> Vec<u32> {
        if self.len() == 0 {
            return Vec::new();
        }
        let tasks = lock(&self.tasks);
        let waiting = tasks.iter().filter(|bound| !bound.task.ended());
        waiting.map(|bound| bound.task.flags()).collect()
    }

    /// The next task, if its priority is at least this.
    pub(super) fn pop(&self, least: i32) -> Option<Task> {
        if self.len() == 0 {
            return None;
        }
        let mut tasks = lock(&self.tasks);
        let first = tasks.peek()?;
        if first.rank.0 < least {
            return None;
        }
        let bound = tasks.pop()?;
        self.len.store(tasks.len(), Ordering::SeqCst);
        Some(bound.task)
    }
}

impl Scheduler {
    /// Puts a bound task where its flags say, and wakes who is to run it.
    pub(super) fn bind(&self, task: Task) {
        let asked = task.flags();
        if asked & flags::HELD != 0 {
            lock(&self.held).insert(task.id(), task);
            return;
        }
        let seat = match asked & flags::PINNED {
            0 => self.seat_for_key(task.route()),
            _ => self.seats.get(task.route()),
        };
        match seat {
            Some(seat) => self.hand_to(&seat, task),
            None => {
                task.loosen();
                self.requeue(vec![task]);
            }
        }
    }

    fn hand_to(&self, seat: &Seat, task: Task) {
        let serial = self.last_serial.fetch_add(1, Ordering::Relaxed);
        seat.bound.push(task, serial);
        // After the push: a seat that goes to sleep looks at its queue once it is on the list.
        if lock(&self.rest).rouse(seat.number) {
            seat.ring();
        }
    }

    /// The open seat with the highest hash of key and number.
    pub(super) fn seat_for_key(&self, key: u32) -> Option<Arc<Seat>> {
        let seats = self.seats.all();
        let open = seats.iter().filter(|seat| !lock(&seat.ledger).closed);
        open.max_by_key(|seat| mix(u64::from(key) << 32 | u64::from(seat.number)))
            .map(Arc::clone)
    }

    /// The owner has chosen a seat for a held task. False if that seat is gone: the task is held as before.
    pub fn assign(&self, id: u32, seat: u32) -> bool {
        let Some(seat) = self.seats.get(seat) else {
            return false;
        };
        let task = lock(&self.held).remove(&id);
        if let Some(task) = task {
            self.hand_to(&seat, task);
        }
        true
    }

    /// Rings a seat.
    pub fn ring(&self, seat: u32) {
        if let Some(seat) = self.seats.get(seat) {
            seat.ring();
        }
    }

    /// The consumer of a task's items has taken `count` more.
    pub fn grant(&self, id: u32, count: u32) {
        for seat in self.seats.all().iter() {
            let ledger = lock(&seat.ledger);
            if let Some(position) = ledger.position_of(id) {
                seat.board.grant(position, count);
                drop(ledger);
                seat.ring();
                return;
            }
        }
    }

    /// Tasks in bound queues, and held ones.
    pub(super) fn bound_waiting(&self) -> usize {
        let seats = self.seats.all();
        lock(&self.held).len() + seats.iter().map(|seat| seat.bound.len()).sum::<usize>()
    }
}

/// The finalizer of SplitMix64.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
