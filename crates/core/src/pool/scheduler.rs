use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::board::Board;
use super::histogram::Histogram;
use super::outbox::{Outbox, Pulled};
use super::pace::Pace;
use super::page::Page;
use super::queues::Queues;
use super::seat::{Ledger, Seat, Seats};
use super::task::{Batch, Task};
use super::watch::Deadlines;
use super::wire::{self, Malformed, Reported, status};
use super::{Alarm, Bell};
use crate::lock::lock;

/// What a worker's turn gave it.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// `bytes` of task records.
    Claimed {
        /// Written to the worker's buffer.
        bytes: usize,
    },
    /// The next task needs a buffer of this size.
    Need(usize),
    /// Nothing to do: the seat's bell will ring.
    Nothing,
    /// This seat gets no more tasks.
    Closed,
}

/// What became of a task that was to be cancelled.
#[derive(Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It had not started and never will.
    Removed,
    /// It runs in this seat, which was told.
    Running(u32),
    /// It has ended; its completion is under way, or was pulled.
    Ended,
}

/// What a worker left behind.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Tasks that had started: nobody else will report them.
    pub lost: Vec<u32>,
    /// Tasks that are queued again.
    pub requeued: usize,
    /// Tasks that are held again and want another seat.
    pub unassigned: Vec<u32>,
    /// Whether the worker ever asked for work.
    pub came: bool,
}

/// Durations of tasks since the pool began.
#[derive(Default)]
pub struct Timings {
    /// From submission to claim.
    pub wait: Histogram,
    /// From start to report. Tasks too short to be measured one by one are recorded as equal shares of their batch.
    pub run: Histogram,
}

/// Who sleeps, and who was woken and has not asked for work yet.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) asleep: Vec<u32>,
    waking: Vec<u32>,
}

impl Rest {
    pub(super) fn forget(&mut self, seat: u32) {
        self.asleep.retain(|one| *one != seat);
        self.waking.retain(|one| *one != seat);
    }

    /// A seat has got work of its own: whether it has to be rung.
    pub(super) fn rouse(&mut self, seat: u32) -> bool {
        if let Some(at) = self.asleep.iter().position(|one| *one == seat) {
            self.asleep.remove(at);
            self.waking.push(seat);
            return true;
        }
        self.waking.contains(&seat)
    }

    /// Takes a sleeper that somebody will rouse.
    pub(super) fn reserve(&mut self) -> Option<u32> {
        let seat = self.asleep.pop()?;
        self.waking.push(seat);
        Some(seat)
    }
}

/// See the module's text.
///
/// Lock order: a ledger, then anything below it here; never two ledgers; bells are rung under no lock.
pub struct Scheduler {
    pub(super) queues: Queues,
    pub(super) seats: Seats,
    last_seat: AtomicU32,
    pub(super) last_serial: AtomicU64,
    /// Tasks in queues and deques. Moves after the queue it counts, so it may be off, also below zero, for a moment.
    pub(super) queued: AtomicIsize,
    pub(super) rest: Mutex<Rest>,
    pub(super) pace: Pace,
    pub(super) cancellable: Mutex<HashMap<u32, Task>>,
    /// Tasks that wait for the owner to assign them, by id.
    pub(super) held: Mutex<HashMap<u32, Task>>,
    pub(super) outbox: Outbox,
    pub(super) owner: Box<dyn Bell>,
    pub(super) alarm: Box<dyn Alarm>,
    /// Whether ticks are due for claims that get old.
    pub(super) watching: AtomicBool,
    pub(super) deadlines: Mutex<Deadlines>,
    pub(super) timings: Mutex<Timings>,
}

impl Scheduler {
    /// A pool without seats. `owner` hears of completions.
    #[must_use]
    pub fn new(owner: Box<dyn Bell>, alarm: Box<dyn Alarm>) -> Self {
        Self {
            queues: Queues::default(),
            seats: Seats::default(),
            last_seat: AtomicU32::new(0),
            last_serial: AtomicU64::new(0),
            queued: AtomicIsize::new(0),
            rest: Mutex::default(),
            pace: Pace::default(),
            cancellable: Mutex::default(),
            held: Mutex::default(),
            outbox: Outbox::default(),
            owner,
            alarm,
            watching: AtomicBool::new(false),
            deadlines: Mutex::default(),
            timings: Mutex::default(),
        }
    }

    /// Queues every task of an arena (see `wire`) and wakes as many workers as they are worth.
    ///
    /// # Errors
    /// When the arena is not what it says; nothing of it is queued then.
    pub fn submit(&self, arena: &[u8], now: Instant) -> Result<(), Malformed> {
        let batch = Batch::read(arena, now)?;
        let mut class = None;
        let mut bound = 0;
        for task in batch.tasks() {
            if task.cancellable() {
                lock(&self.cancellable).insert(task.id(), task.clone());
            }
            if task.is_bound() {
                bound += 1;
                self.bind(task);
                continue;
            }
            let fits = class
                .take()
                .filter(|(priority, _)| *priority == task.priority());
            let (priority, queue) =
                fits.unwrap_or_else(|| (task.priority(), self.queues.class(task.priority())));
            queue.push(task);
            class = Some((priority, queue));
        }
        self.queued
            .fetch_add((batch.len() - bound) as isize, Ordering::SeqCst);
        self.wake();
        Ok(())
    }

    /// Makes a seat for a worker that is about to start.
    pub fn add_seat(&self, now: Instant) -> u32 {
        let number = self.last_seat.fetch_add(1, Ordering::Relaxed);
        self.seats.add(number, now);
        number
    }

    /// The worker of a seat has started and hears its bell. The board is what it shares with the scheduler.
    pub fn attach(&self, seat: u32, bell: Arc<dyn Bell>) -> Option<Arc<Board>> {
        let seat = self.seats.get(seat)?;
        seat.attach(bell);
        Some(Arc::clone(&seat.board))
    }

    /// The board of a seat.
    pub fn board(&self, seat: u32) -> Option<Arc<Board>> {
        Some(Arc::clone(&self.seats.get(seat)?.board))
    }

    /// The page of a seat, which its worker writes its reports to.
    pub fn page(&self, seat: u32) -> Option<Arc<Page>> {
        Some(Arc::clone(&self.seats.get(seat)?.page))
    }

    /// A worker hands in its `report` and, if it can `start` tasks, claims more of them into `out`.
    ///
    /// # Errors
    /// When the report is not what it says; what came before the fault counts.
    pub fn turn(
        &self,
        seat: u32,
        report: &[u8],
        start: bool,
        out: &mut [u8],
        now: Instant,
    ) -> Result<Turn, Malformed> {
        let Some(seat) = self.seats.get(seat) else {
            return Ok(Turn::Closed);
        };
        let settled = match report {
            [] => Ok(()),
            _ => self.hand_in(&seat, report, now),
        };
        let turn = match start {
            true => self.next_claim(&seat, out, now),
            false => Turn::Nothing,
        };
        // Last, so that the owner's thread does not wake into the locks of this turn.
        if !report.is_empty() {
            self.owner.ring();
        }
        settled.map(|()| turn)
    }

    /// Settles what has not been harvested of a report; the page is the worker's again.
    fn hand_in(&self, seat: &Seat, report: &[u8], now: Instant) -> Result<(), Malformed> {
        let mut ledger = lock(&seat.ledger);
        let rest = report.get(ledger.harvested..).unwrap_or_default();
        ledger.harvested = 0;
        seat.board.publish(0);
        match rest {
            [] => Ok(()),
            _ => self.settle(seat, &mut ledger, rest, now),
        }
    }

    fn next_claim(&self, seat: &Seat, out: &mut [u8], now: Instant) -> Turn {
        lock(&self.rest).forget(seat.number);
        lock(&seat.ledger).came = true;
        let mut turn = self.claim(seat, out, now);
        if turn == Turn::Nothing && self.reclaim(Some(seat.number), 0, now) > 0 {
            turn = self.claim(seat, out, now);
        }
        if turn == Turn::Nothing {
            turn = self.lie_down(seat, out, now);
        }
        self.wake();
        turn
    }

    /// Goes to sleep, unless work came in the meantime: submitters queue first and look at the sleepers then.
    fn lie_down(&self, seat: &Seat, out: &mut [u8], now: Instant) -> Turn {
        lock(&seat.ledger).idle_since = now;
        lock(&self.rest).asleep.push(seat.number);
        if self.queued() == 0 && seat.bound.len() == 0 {
            return Turn::Nothing;
        }
        let turn = self.claim(seat, out, now);
        if turn != Turn::Nothing {
            lock(&self.rest).forget(seat.number);
        }
        turn
    }

    /// Enters a report in the ledger and passes it on, with ids in the place of positions.
    pub(super) fn settle(
        &self,
        seat: &Seat,
        ledger: &mut Ledger,
        report: &[u8],
        now: Instant,
    ) -> Result<(), Malformed> {
        let mut report = report.to_vec();
        let mut run = Vec::new();
        let mut ended = 0;
        let mut at = 0;
        while at < report.len() {
            let record = match Reported::read(&report, at) {
                Ok(record) => record,
                Err(malformed) => {
                    report.truncate(at);
                    self.outbox.push(report);
                    return Err(malformed);
                }
            };
            let id = match record.status & status::KIND {
                status::PROGRESS | status::ITEM | status::WANT => {
                    ledger.get(record.position).map(|claim| claim.task.id())
                }
                status::READY | status::LEAVING => Some(0),
                _ => {
                    ended += 1;
                    if record.micros != wire::UNTIMED {
                        run.push(u64::from(record.micros) * 1000);
                    }
                    let claim = ledger.remove(&seat.board, record.position);
                    claim.map(|claim| self.finish(&claim.task))
                }
            };
            // What travels by a port was sent all the same, so that bit stays.
            let status = match id {
                Some(_) => record.status,
                None => status::VOID | record.status & status::PORTED,
            };
            wire::put_words(&mut report, at, &[id.unwrap_or(0)]);
            wire::put_words(&mut report, at + 8, &[status, seat.number]);
            at = record.next;
        }
        self.outbox.push(report);
        if ended > 0 {
            let occupied = now.saturating_duration_since(ledger.busy_since);
            ledger.busy_since = now;
            self.pace.record(occupied, ended);
            let shared = (ended - run.len(), occupied / ended as u32);
            record_runs(&mut lock(&self.timings).run, &run, shared);
            if let Some(runs) = &mut ledger.runs {
                record_runs(runs, &run, shared);
            }
        }
        Ok(())
    }

    /// A task left its ledger for good: its id.
    pub(super) fn finish(&self, task: &Task) -> u32 {
        task.finish();
        if task.cancellable() {
            lock(&self.cancellable).remove(&task.id());
        }
        task.id()
    }

    /// Rings sleeping workers while the queue is worth more of them than are on their way.
    pub(super) fn wake(&self) {
        loop {
            let queued = self.queued();
            if queued == 0 {
                return;
            }
            let woken = {
                let mut rest = lock(&self.rest);
                if rest.waking.len() >= self.pace.workers_for(queued) {
                    return;
                }
                let Some(seat) = rest.asleep.pop() else {
                    return;
                };
                rest.waking.push(seat);
                seat
            };
            let heard = self.seats.get(woken).is_some_and(|seat| seat.ring());
            if !heard {
                lock(&self.rest).forget(woken); // its environment is dying; its end will be reported
            }
        }
    }

    /// Fills the owner's buffer with completions: how many bytes, or (as an error) what size the next report needs.
    ///
    /// # Errors
    /// The size needed, when the oldest report does not fit.
    pub fn pull(&self, out: &mut [u8]) -> Result<usize, usize> {
        match self.outbox.pull(out) {
            Pulled::Bytes(bytes) => Ok(bytes),
            Pulled::Need(size) => Err(size),
        }
    }

    /// Tasks that wait, those included that not every seat may run.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queued() + self.bound_waiting()
    }

    /// Tasks that wait in queues and deques.
    #[must_use]
    pub fn queued(&self) -> usize {
        usize::try_from(self.queued.load(Ordering::SeqCst)).unwrap_or(0)
    }

    /// Tasks that are claimed or run.
    #[must_use]
    pub fn held(&self) -> usize {
        self.seats
            .all()
            .iter()
            .map(|seat| lock(&seat.ledger).live())
            .sum()
    }

    /// Tasks that one seat has claimed or runs.
    #[must_use]
    pub fn held_by(&self, seat: u32) -> usize {
        self.seats
            .get(seat)
            .map_or(0, |seat| lock(&seat.ledger).live())
    }

    /// Workers that wait for tasks.
    #[must_use]
    pub fn idle(&self) -> usize {
        lock(&self.rest).asleep.len()
    }

    /// From here on the run times of this seat are recorded on their own as well.
    pub fn record_seat(&self, seat: u32) {
        if let Some(seat) = self.seats.get(seat) {
            lock(&seat.ledger).runs.get_or_insert_default();
        }
    }

    /// The run times of one seat, where they are recorded.
    pub fn seat_runs<T>(&self, seat: u32, read: impl FnOnce(&Histogram) -> T) -> Option<T> {
        let seat = self.seats.get(seat)?;
        lock(&seat.ledger).runs.as_ref().map(read)
    }

    /// Reads the timings, or changes them (to reset).
    pub fn timings<T>(&self, read: impl FnOnce(&mut Timings) -> T) -> T {
        read(&mut lock(&self.timings))
    }
}

fn record_runs(histogram: &mut Histogram, measured: &[u64], (tasks, share): (usize, Duration)) {
    for nanos in measured {
        histogram.record(*nanos, 1);
    }
    let share = u64::try_from(share.as_nanos()).unwrap_or(u64::MAX);
    histogram.record(share, tasks as u64);
}
