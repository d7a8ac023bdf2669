use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::board::{Board, SLOTS, STARTED_CANCELLED};
use super::scheduler::{Cancelled, Gone, Scheduler, Turn};
use super::wire::{self, Malformed, flags, status};
use super::{Alarm, Bell};

/// Counts its rings.
#[derive(Clone, Default)]
pub(super) struct FakeBell {
    pub(super) rings: Arc<AtomicUsize>,
}

impl FakeBell {
    pub(super) fn rings(&self) -> usize {
        self.rings.load(Ordering::SeqCst)
    }
}

impl Bell for FakeBell {
    fn ring(&self) -> bool {
        self.rings.fetch_add(1, Ordering::SeqCst);
        true
    }
}

impl Alarm for FakeBell {
    fn arm(&self) {
        self.rings.fetch_add(1, Ordering::SeqCst);
    }
}

/// A submission, written as JavaScript writes it.
#[derive(Default)]
pub(super) struct Arena(pub(super) Vec<u8>);

#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    pub(super) flags: u32,
    pub(super) priority: i32,
    pub(super) timeout_ms: u32,
    pub(super) route: u32,
    pub(super) retries: u32,
}

impl Arena {
    pub(super) fn add(&mut self, id: u32, wanted: Wanted, payload: &[u8]) {
        let at = self.0.len();
        self.0.resize(
            at + wire::SUBMITTED_HEADER + wire::padded(payload.len()),
            0xAA,
        );
        let priority = wanted.priority.cast_unsigned();
        let len = payload.len() as u32;
        wire::put_words(
            &mut self.0,
            at,
            &[
                id,
                len,
                7,
                wanted.flags,
                priority,
                wanted.timeout_ms,
                wanted.route,
                wanted.retries,
            ],
        );
        self.0[at + wire::SUBMITTED_HEADER..][..payload.len()].copy_from_slice(payload);
    }
}

pub(super) fn arena(ids: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mut arena = Arena::default();
    for id in ids {
        arena.add(id, Wanted::default(), &id.to_le_bytes());
    }
    arena.0
}

/// A worker that does what the worker's JavaScript does.
pub(super) struct FakeWorker {
    pub(super) seat: u32,
    pub(super) bell: FakeBell,
    pub(super) board: Arc<Board>,
    scratch: Vec<u8>,
    /// Claimed, not looked at: position and id.
    pub(super) claimed: Vec<(usize, u32)>,
    pub(super) report: Vec<u8>,
}

impl FakeWorker {
    pub(super) fn join(pool: &Scheduler, now: Instant) -> Self {
        Self::take(pool, pool.add_seat(now))
    }

    /// The worker of a seat that is there.
    pub(super) fn take(pool: &Scheduler, seat: u32) -> Self {
        let bell = FakeBell::default();
        let board = pool.attach(seat, Arc::new(bell.clone())).expect("a seat");
        Self {
            seat,
            bell,
            board,
            scratch: vec![0; 4096],
            claimed: Vec::new(),
            report: Vec::new(),
        }
    }

    pub(super) fn turn(&mut self, pool: &Scheduler, now: Instant) -> Turn {
        let report = std::mem::take(&mut self.report);
        let turn = pool
            .turn(self.seat, &report, true, &mut self.scratch, now)
            .expect("a report");
        if let Turn::Claimed { bytes } = turn {
            let mut at = 0;
            while at < bytes {
                let word =
                    |index: usize| wire::word(&self.scratch, at + index * 4).expect("a word");
                let (position, len) = (word(0) as usize, word(1) as usize);
                assert_eq!(word(2), 7);
                let id = wire::word(&self.scratch, at + wire::CLAIMED_HEADER).expect("a payload");
                self.claimed.push((position, id));
                at += wire::CLAIMED_HEADER + wire::padded(len);
            }
        }
        if let Turn::Need(size) = turn {
            self.scratch.resize(size, 0);
            return self.turn(pool, now);
        }
        turn
    }

    /// Starts the next claimed task that is still its own: position and id.
    pub(super) fn start(&mut self) -> Option<(usize, u32)> {
        while !self.claimed.is_empty() {
            let (position, id) = self.claimed.remove(0);
            if self.board.start(position) {
                return Some((position, id));
            }
        }
        None
    }

    pub(super) fn done(&mut self, position: usize, status: u32, payload: &[u8]) {
        let at = self.report.len();
        let len = wire::padded(payload.len());
        self.report.resize(at + wire::REPORT_HEADER + len, 0);
        let words = [position as u32, payload.len() as u32, status, wire::UNTIMED];
        wire::put_words(&mut self.report, at, &words);
        self.report[at + wire::REPORT_HEADER..][..payload.len()].copy_from_slice(payload);
    }

    /// Runs all that it can get, and reports it: the ids in the order of their start.
    pub(super) fn run_all(&mut self, pool: &Scheduler, now: Instant) -> Vec<u32> {
        let mut ran = Vec::new();
        loop {
            while let Some((position, id)) = self.start() {
                ran.push(id);
                self.done(position, status::OK, &[]);
            }
            if !matches!(self.turn(pool, now), Turn::Claimed { .. }) {
                return ran;
            }
        }
    }
}

/// (id, status) of everything that can be pulled.
pub(super) fn pull(pool: &Scheduler) -> Vec<(u32, u32)> {
    let mut out = vec![0; 64];
    let mut seen = Vec::new();
    loop {
        match pool.pull(&mut out) {
            Err(size) => out.resize(size, 0),
            Ok(0) => return seen,
            Ok(bytes) => {
                let mut at = 0;
                while at < bytes {
                    let word = |index: usize| wire::word(&out, at + index * 4).expect("a word");
                    seen.push((word(0), word(2)));
                    at += wire::REPORT_HEADER + wire::padded(word(1) as usize);
                }
            }
        }
    }
}

pub(super) fn pool() -> (Scheduler, FakeBell, FakeBell) {
    let (owner, alarm) = (FakeBell::default(), FakeBell::default());
    let pool = Scheduler::new(Box::new(owner.clone()), Box::new(alarm.clone()));
    (pool, owner, alarm)
}

#[test]
fn tasks_run_in_order_and_completions_carry_their_ids() {
    let (pool, owner, _) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    assert_eq!(worker.turn(&pool, now), Turn::Nothing);
    pool.submit(&arena(0..500), now).expect("an arena");
    assert_eq!(worker.bell.rings(), 1);
    assert_eq!(pool.queued(), 500);
    assert_eq!(worker.run_all(&pool, now), (0..500).collect::<Vec<_>>());
    assert_eq!((pool.queued(), pool.held()), (0, 0));
    let expected: Vec<_> = (0..500).map(|id| (id, status::OK)).collect();
    assert_eq!(pull(&pool), expected);
    assert!(owner.rings() < 50, "one ring per report, not per task");
}

#[test]
fn higher_priorities_go_first_and_equal_ones_in_order() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut submitted = Arena::default();
    for (id, priority) in [(1, 0), (2, 5), (3, -1), (4, 5), (5, 0), (6, i32::MAX)] {
        let wanted = Wanted {
            priority,
            ..Wanted::default()
        };
        submitted.add(id, wanted, &u32::to_le_bytes(id));
    }
    pool.submit(&submitted.0, now).expect("an arena");
    let mut worker = FakeWorker::join(&pool, now);
    assert_eq!(worker.run_all(&pool, now), [6, 2, 4, 1, 5, 3]);
}

#[test]
fn more_priorities_than_queues_lose_nothing() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut submitted = Arena::default();
    for id in 0..300_u32 {
        let wanted = Wanted {
            priority: (id as i32 * 37) % 211,
            ..Wanted::default()
        };
        submitted.add(id, wanted, &id.to_le_bytes());
    }
    pool.submit(&submitted.0, now).expect("an arena");
    let mut worker = FakeWorker::join(&pool, now);
    assert_eq!(worker.run_all(&pool, now).len(), 300);
}

#[test]
fn a_dead_workers_started_task_is_lost_and_the_rest_goes_in_front() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut first = FakeWorker::join(&pool, now);
    teach_short_tasks(&pool, &mut first, now);
    pool.submit(&arena(0..10), now).expect("an arena");
    first.turn(&pool, now);
    let held = first.claimed.len();
    assert!(held > 2);
    let (position, _) = first.start().expect("a task");
    first.done(position, status::OK, &[]);
    assert_eq!(first.start().map(|(_, id)| id), Some(1));
    pool.submit(&arena(10..12), now).expect("an arena");
    // Task 0 was done but not reported: for the owner that is the same as lost.
    let gone = pool.seat_gone(first.seat, now);
    assert_eq!(
        gone,
        Gone {
            lost: vec![0, 1],
            requeued: held - 2,
            came: true,
            ..Gone::default()
        }
    );
    assert_eq!(pool.seat_gone(first.seat, now), Gone::default());
    let mut second = FakeWorker::join(&pool, now);
    let mut ran = second.run_all(&pool, now);
    if held < 10 {
        ran.sort_unstable(); // what the claim had left in the queue comes after what was requeued
    }
    assert_eq!(ran, (2..12).collect::<Vec<_>>());
    assert_eq!(first.turn(&pool, now), Turn::Closed);
}

/// So that claims hold more than one task.
fn teach_short_tasks(pool: &Scheduler, worker: &mut FakeWorker, now: Instant) {
    for id in 1000..1040 {
        pool.submit(&arena([id]), now).expect("an arena");
        worker.run_all(pool, now);
    }
    pull(pool);
}

#[test]
fn a_claim_behind_a_long_task_is_given_to_a_sleeper() {
    let (pool, _, alarm) = pool();
    let mut now = Instant::now();
    let mut busy = FakeWorker::join(&pool, now);
    teach_short_tasks(&pool, &mut busy, now);
    let mut sleeper = FakeWorker::join(&pool, now);
    sleeper.turn(&pool, now);
    pool.submit(&arena(0..4), now).expect("an arena");
    busy.turn(&pool, now);
    let (position, long) = busy.start().expect("a task");
    assert!(alarm.rings() > 0);
    assert_eq!(sleeper.turn(&pool, now), Turn::Nothing);
    assert!(pool.tick(now).is_some(), "not old enough yet, so again");
    let rings = sleeper.bell.rings();
    now += Duration::from_millis(2);
    assert_eq!(pool.tick(now), None);
    assert_eq!(sleeper.bell.rings(), rings + 1);
    let mut ran = sleeper.run_all(&pool, now);
    ran.push(long);
    ran.sort_unstable();
    assert_eq!(ran, [0, 1, 2, 3]);
    assert_eq!(busy.start(), None, "the others are not its own any more");
    busy.done(position, status::OK, &[]);
    busy.turn(&pool, now);
    assert_eq!(pull(&pool).len(), 4);
}

#[test]
fn a_claim_behind_a_long_task_goes_behind_what_is_more_urgent() {
    let (pool, ..) = pool();
    let mut now = Instant::now();
    let mut busy = FakeWorker::join(&pool, now);
    teach_short_tasks(&pool, &mut busy, now);
    pool.submit(&arena(0..4), now).expect("an arena");
    busy.turn(&pool, now);
    let (position, long) = busy.start().expect("a task");
    now += Duration::from_millis(1);
    let mut submitted = Arena::default();
    let urgent = Wanted {
        priority: 1,
        ..Wanted::default()
    };
    submitted.add(9, urgent, &9_u32.to_le_bytes());
    pool.submit(&submitted.0, now).expect("an arena");
    pool.tick(now);
    busy.done(position, status::OK, &[]);
    let ran = busy.run_all(&pool, now);
    assert_eq!((long, ran), (0, vec![9, 1, 2, 3]));
}

#[test]
fn a_task_is_cancelled_wherever_it_is() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    teach_short_tasks(&pool, &mut worker, now);
    let wanted = Wanted {
        flags: flags::CANCELLABLE,
        ..Wanted::default()
    };
    let mut submitted = Arena::default();
    for id in 0..4_u32 {
        submitted.add(id, wanted, &id.to_le_bytes());
    }
    pool.submit(&submitted.0, now).expect("an arena");
    assert_eq!(pool.cancel(0), Cancelled::Removed, "in the queue");
    worker.turn(&pool, now);
    let rings = worker.bell.rings();
    let (position, id) = worker.start().expect("a task");
    assert_eq!(id, 1);
    assert_eq!(pool.cancel(2), Cancelled::Removed, "claimed");
    assert_eq!(worker.bell.rings(), rings);
    assert_eq!(pool.cancel(1), Cancelled::Running(worker.seat));
    assert_eq!(worker.bell.rings(), rings + 1);
    let word = worker.board.words()[position].load(Ordering::SeqCst);
    assert_eq!(word, STARTED_CANCELLED);
    worker.done(position, status::THREW, b"stopped");
    assert_eq!(worker.run_all(&pool, now), [3]);
    assert_eq!(pool.cancel(1), Cancelled::Ended);
    assert_eq!(pool.cancel(3), Cancelled::Ended);
    assert_eq!(pull(&pool), [(1, status::THREW), (3, status::OK)]);
}

#[test]
fn a_timeout_runs_from_the_start_and_tells_both_sides() {
    let (pool, owner, alarm) = pool();
    let mut now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    let mut submitted = Arena::default();
    let wanted = Wanted {
        flags: flags::TIMED,
        timeout_ms: 50,
        ..Wanted::default()
    };
    submitted.add(9, wanted, &9_u32.to_le_bytes());
    pool.submit(&submitted.0, now).expect("an arena");
    worker.turn(&pool, now);
    now += Duration::from_secs(1);
    assert_eq!(pool.tick(now), None, "nothing runs yet");
    let (position, _) = worker.start().expect("a task");
    pool.start_timer(worker.seat, position, now);
    assert_eq!(alarm.rings(), 1);
    assert_eq!(pool.tick(now), Some(Duration::from_millis(50)));
    let rings = (owner.rings(), worker.bell.rings());
    now += Duration::from_millis(50);
    assert_eq!(pool.tick(now), None);
    assert_eq!(
        (owner.rings(), worker.bell.rings()),
        (rings.0 + 1, rings.1 + 1)
    );
    worker.done(position, status::OK, b"late");
    worker.turn(&pool, now);
    assert_eq!(pull(&pool), [(9, status::TIMED_OUT), (9, status::OK)]);
    pool.start_timer(worker.seat, position, now); // of a task that has ended
    assert_eq!(pool.tick(now), None);
}

#[test]
fn a_timer_does_not_hit_the_next_task_at_its_position() {
    let (pool, ..) = pool();
    let mut now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    let wanted = Wanted {
        flags: flags::TIMED,
        timeout_ms: 5,
        ..Wanted::default()
    };
    for id in [1_u32, 2] {
        let mut submitted = Arena::default();
        submitted.add(id, wanted, &id.to_le_bytes());
        pool.submit(&submitted.0, now).expect("an arena");
        worker.turn(&pool, now);
        let (position, _) = worker.start().expect("a task");
        if id == 1 {
            pool.start_timer(worker.seat, position, now);
            worker.done(position, status::OK, &[]);
        }
    }
    now += Duration::from_millis(9);
    pool.tick(now);
    assert_eq!(pull(&pool), [(1, status::OK)]);
}

#[test]
fn a_task_larger_than_the_buffer_asks_for_room_and_keeps_its_turn() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut submitted = Arena::default();
    let mut large = vec![0; 10_000];
    large[..4].copy_from_slice(&5_u32.to_le_bytes());
    submitted.add(5, Wanted::default(), &large);
    submitted.add(6, Wanted::default(), &6_u32.to_le_bytes());
    pool.submit(&submitted.0, now).expect("an arena");
    let seat = pool.add_seat(now);
    pool.attach(seat, Arc::new(FakeBell::default()));
    let turn = pool.turn(seat, &[], true, &mut [0; 64], now);
    assert_eq!(turn, Ok(Turn::Need(10_016)));
    assert_eq!(pool.seat_gone(seat, now).requeued, 1);
    let mut worker = FakeWorker::join(&pool, now);
    assert_eq!(worker.run_all(&pool, now), [5, 6]);
}

#[test]
fn no_claim_exceeds_the_board() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    teach_short_tasks(&pool, &mut worker, now);
    pool.submit(&arena(0..2000), now).expect("an arena");
    worker.scratch.resize(1 << 20, 0);
    for _ in 0..3 {
        worker.turn(&pool, now);
    }
    assert!(pool.held() <= SLOTS);
    assert_eq!(worker.claimed.len(), pool.held());
}

#[test]
fn only_a_rested_sleeper_retires_and_its_work_goes_to_others() {
    let (pool, ..) = pool();
    let mut now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    let idle = Duration::from_millis(10);
    assert!(
        !pool.retire(worker.seat, Duration::ZERO, now),
        "it has not come yet"
    );
    worker.turn(&pool, now);
    assert!(!pool.retire(worker.seat, idle, now));
    now += idle;
    assert!(pool.retire(worker.seat, idle, now));
    assert!(!pool.retire(worker.seat, idle, now));
    pool.submit(&arena([1]), now).expect("an arena");
    assert_eq!(worker.bell.rings(), 0);
    assert_eq!(worker.turn(&pool, now), Turn::Closed);
    let mut other = FakeWorker::join(&pool, now);
    assert_eq!(other.run_all(&pool, now), [1]);
}

#[test]
fn draining_takes_all_that_did_not_start() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    teach_short_tasks(&pool, &mut worker, now);
    pool.submit(&arena(0..400), now).expect("an arena");
    worker.turn(&pool, now);
    let (position, id) = worker.start().expect("a task");
    let mut drained = pool.drain_queued(now);
    drained.push(id);
    drained.sort_unstable();
    assert_eq!(drained, (0..400).collect::<Vec<_>>());
    assert_eq!((pool.queued(), pool.held()), (0, 1));
    worker.done(position, status::OK, &[]);
    assert_eq!(worker.run_all(&pool, now), []);
    assert_eq!(pull(&pool), [(id, status::OK)]);
}

#[test]
fn malformed_arenas_are_refused_whole() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let good = arena([1, 2]);
    for cut in 1..good.len() {
        let refused = pool.submit(&good[..cut], now);
        assert_eq!(refused.is_err(), !cut.is_multiple_of(40), "cut at {cut}");
        pool.drain_queued(now);
    }
    let mut worker = FakeWorker::join(&pool, now);
    pool.submit(&good, now).expect("an arena");
    worker.turn(&pool, now);
    let (position, id) = worker.start().expect("a task");
    worker.done(position, status::OK, &[]);
    worker.done(99_999, status::OK, &[]); // a position that was never claimed
    worker.report.extend([0; 5]);
    let mut out = [0; 64];
    let turn = pool.turn(worker.seat, &worker.report, true, &mut out, now);
    assert_eq!(turn, Err(Malformed));
    assert_eq!(pull(&pool), [(id, status::OK), (0, status::VOID)]);
}

#[test]
fn waiting_and_running_are_timed() {
    let (pool, ..) = pool();
    let mut now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    pool.submit(&arena([1]), now).expect("an arena");
    now += Duration::from_millis(3);
    worker.turn(&pool, now);
    let (position, _) = worker.start().expect("a task");
    worker.done(position, status::OK, &[]);
    now += Duration::from_millis(7);
    worker.turn(&pool, now);
    pool.timings(|timings| {
        assert_eq!(timings.wait.summary().max, 3_000_000);
        assert_eq!(timings.run.summary().max, 7_000_000);
    });
}

#[test]
fn workers_on_threads_run_each_task_once() {
    const TASKS: u32 = 40_000;
    let (pool, ..) = pool();
    let pool = Arc::new(pool);
    let now = Instant::now();
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let pool = Arc::clone(&pool);
            let mut worker = FakeWorker::join(&pool, now);
            thread::spawn(move || {
                let mut ran = Vec::new();
                while !ran.contains(&u32::MAX) {
                    ran.extend(worker.run_all(&pool, Instant::now()));
                    thread::yield_now();
                }
                ran
            })
        })
        .collect();
    for batch in 0..400 {
        let from = batch * (TASKS / 400);
        pool.submit(&arena(from..from + TASKS / 400), Instant::now())
            .expect("an arena");
        pool.tick(Instant::now());
    }
    let mut seen = Vec::new();
    while seen.len() < TASKS as usize {
        seen.extend(pull(&pool).into_iter().map(|(id, _)| id));
        thread::yield_now();
    }
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..TASKS));
    // One stop mark each: a worker that got one asks for no more.
    let mut waiting = workers;
    while !waiting.is_empty() {
        pool.submit(&arena([u32::MAX]), Instant::now())
            .expect("an arena");
        thread::yield_now();
        waiting.retain(|worker| !worker.is_finished());
    }
}
