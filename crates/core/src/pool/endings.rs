//! Ways in which a task leaves without having been run to its end: cancelled, lost, drained.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::board::STARTED_CANCELLED;
use super::scheduler::{Cancelled, Gone, Scheduler};
use super::seat::Seat;
use super::task::Task;
use super::wire::flags;
use crate::lock::lock;

impl Scheduler {
    /// Cancels a task that was submitted as cancellable. If it runs, its worker is told and goes on.
    pub fn cancel(&self, id: u32) -> Cancelled {
        let Some(task) = lock(&self.cancellable).get(&id).cloned() else {
            return Cancelled::Ended;
        };
        while !task.ended() {
            if task.kill() {
                if !task.is_bound() {
                    self.queued.fetch_sub(1, Ordering::SeqCst);
                }
                lock(&self.held).remove(&id);
                lock(&self.cancellable).remove(&id);
                return Cancelled::Removed;
            }
            for seat in self.seats.all().iter() {
                if let Some(cancelled) = self.cancel_held(seat, &task) {
                    if cancelled != Cancelled::Removed {
                        seat.ring();
                    }
                    return cancelled;
                }
            }
            std::thread::yield_now(); // on its way from a ledger to a queue, or just reported
        }
        Cancelled::Ended
    }

    fn cancel_held(&self, seat: &Seat, task: &Task) -> Option<Cancelled> {
        let mut ledger = lock(&seat.ledger);
        if ledger.carry.as_ref().is_some_and(|carry| carry.is(task)) {
            ledger.carry = None;
            self.finish(task);
            return Some(Cancelled::Removed);
        }
        let position = ledger.find(task)?;
        if seat.board.take_back(position) {
            ledger.remove(&seat.board, position);
            self.finish(task);
            return Some(Cancelled::Removed);
        }
        seat.board.cancel_started(position);
        Some(Cancelled::Running(seat.number))
    }

    /// A worker is gone and will not call again. Started tasks are lost, the others are queued again, in front.
    pub fn seat_gone(&self, number: u32, now: Instant) -> Gone {
        let Some(seat) = self.seats.get(number) else {
            return Gone::default();
        };
        lock(&seat.ledger).closed = true;
        lock(&self.rest).forget(number);
        let mut back = seat.take_back(Duration::ZERO, true, now);
        let mut gone = Gone::default();
        {
            let mut ledger = lock(&seat.ledger);
            gone.came = ledger.came;
            for (position, _) in ledger.positions() {
                let is_wanted = seat.board.state(position) != STARTED_CANCELLED;
                let Some(claim) = ledger.remove(&seat.board, position) else {
                    continue;
                };
                if is_wanted && claim.task.retry() {
                    back.push(claim.task);
                } else {
                    gone.lost.push(self.finish(&claim.task));
                }
            }
            // In the deque tasks count as waiting. Taking them first keeps cancellation from meeting them twice.
            while let Some(task) = ledger.deque.pop() {
                if task.take() {
                    self.queued.fetch_sub(1, Ordering::SeqCst);
                    back.push(task);
                }
            }
        }
        while let Some(task) = seat.bound.pop(i32::MIN) {
            if task.take() {
                back.push(task);
            }
        }
        self.seats.remove(number);
        self.put_back(back, &mut gone);
        self.wake();
        gone
    }

    /// Finds new places for tasks whose seat is gone.
    fn put_back(&self, tasks: Vec<Task>, gone: &mut Gone) {
        let (bound, loose): (Vec<_>, Vec<_>) = tasks.into_iter().partition(Task::is_bound);
        gone.requeued = self.requeue(loose);
        for task in bound {
            if task.flags() & flags::PINNED != 0 {
                gone.lost.push(self.finish(&task)); // what it needs was sent to that worker
                continue;
            }
            if task.flags() & flags::HELD != 0 {
                gone.unassigned.push(task.id());
            }
            task.give_back();
            gone.requeued += 1;
            self.bind(task);
        }
    }

    /// A seat gets no more tasks, but for those that no other may run. What it has not started is queued again. True
    /// if it holds nothing, so that its worker may be ended; else the worker says when.
    pub fn leave(&self, number: u32, now: Instant) -> bool {
        let Some(seat) = self.seats.get(number) else {
            return false;
        };
        lock(&seat.ledger).closed = true;
        self.requeue(seat.take_back(Duration::ZERO, false, now));
        lock(&self.rest).forget(number);
        seat.ring();
        self.wake();
        let ledger = lock(&seat.ledger);
        ledger.live() == 0 && ledger.carry.is_none() && seat.bound.len() == 0
    }

    /// Takes every task out that has not started: their ids.
    pub fn drain_queued(&self, now: Instant) -> Vec<u32> {
        let mut ids = Vec::new();
        for seat in self.seats.all().iter() {
            let back = seat.take_back(Duration::ZERO, true, now);
            let (bound, loose): (Vec<_>, Vec<_>) = back.into_iter().partition(Task::is_bound);
            self.requeue(loose);
            ids.extend(bound.iter().map(|task| self.finish(task)));
            while let Some(task) = seat.bound.pop(i32::MIN) {
                if task.take() {
                    ids.push(self.finish(&task));
                }
            }
        }
        for task in std::mem::take(&mut *lock(&self.held)).into_values() {
            if task.take() {
                ids.push(self.finish(&task));
            }
        }
        let mut drop_waiting = |task: &Task| {
            if task.take() {
                self.queued.fetch_sub(1, Ordering::SeqCst);
                ids.push(self.finish(task));
            }
        };
        for class in self.queues.classes().iter() {
            while let Some(task) = class.take() {
                drop_waiting(&task);
            }
        }
        for seat in self.seats.all().iter() {
            while let Some(task) = super::queues::certain(|| seat.stealer.steal()) {
                drop_waiting(&task);
            }
        }
        ids
    }

    /// Closes a seat whose worker has slept for `idle` and holds nothing: true if its worker may be ended.
    pub fn retire(&self, number: u32, idle: Duration, now: Instant) -> bool {
        let Some(seat) = self.seats.get(number) else {
            return false;
        };
        if !lock(&self.rest).asleep.contains(&number) {
            return false;
        }
        let mut ledger = lock(&seat.ledger);
        let rested = now.saturating_duration_since(ledger.idle_since) >= idle;
        if ledger.live() > 0 || ledger.carry.is_some() || seat.bound.len() > 0 || !rested {
            return false;
        }
        ledger.closed = true;
        drop(ledger);
        lock(&self.rest).forget(number);
        // Someone may have woken it in between: what it will not take now, another must.
        self.wake();
        true
    }

    /// The owner is gone: nothing that is queued or pulled matters any more.
    pub fn close(&self, now: Instant) {
        self.drain_queued(now);
        self.outbox.clear();
        lock(&self.cancellable).clear();
    }

    pub(super) fn requeue(&self, tasks: Vec<Task>) -> usize {
        let count = tasks.len();
        if count > 0 {
            self.queues.give_back(tasks);
            self.queued.fetch_add(count as isize, Ordering::SeqCst);
        }
        count
    }
}
