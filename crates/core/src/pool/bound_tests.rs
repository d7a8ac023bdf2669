//! Tasks that not every seat may run, and what becomes of them when seats come and go.

use std::time::{Duration, Instant};

use super::scheduler::{Cancelled, Scheduler, Turn};
use super::tests::{Arena, FakeWorker, Wanted, pool, pull};
use super::wire::{flags, status};

fn bound(ids: impl IntoIterator<Item = u32>, wanted: Wanted) -> Vec<u8> {
    let mut arena = Arena::default();
    for id in ids {
        arena.add(id, wanted, &id.to_le_bytes());
    }
    arena.0
}

fn wanted(flags: u32, route: u32) -> Wanted {
    Wanted {
        flags,
        route,
        ..Wanted::default()
    }
}

#[test]
fn tasks_of_one_key_go_to_one_seat_and_move_with_its_end() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut workers: Vec<_> = (0..4).map(|_| FakeWorker::join(&pool, now)).collect();
    for worker in &mut workers {
        worker.turn(&pool, now);
    }
    for key in 0..40 {
        let tasks = bound(key * 10..key * 10 + 3, wanted(flags::AFFINE, key));
        pool.submit(&tasks, now).expect("an arena");
    }
    let ran: Vec<_> = workers
        .iter_mut()
        .map(|worker| worker.run_all(&pool, now))
        .collect();
    assert!(ran.iter().all(|ids| !ids.is_empty()), "keys are spread");
    for ids in &ran {
        for group in ids.chunks(3) {
            assert_eq!(group, [group[0], group[0] + 1, group[0] + 2]);
        }
    }
    pull(&pool);
    for key in 0..40 {
        let again = bound([1000 + key], wanted(flags::AFFINE, key));
        pool.submit(&again, now).expect("an arena");
    }
    let gone = workers.remove(0);
    assert!(pool.seat_gone(gone.seat, now).requeued > 0);
    let ids: usize = workers
        .iter_mut()
        .map(|worker| worker.run_all(&pool, now).len())
        .sum();
    assert_eq!(ids, 40);
    assert_eq!(pool.waiting(), 0);
}

#[test]
fn a_key_without_any_seat_waits_for_whoever_comes() {
    let (pool, ..) = pool();
    let now = Instant::now();
    pool.submit(&bound([1], wanted(flags::AFFINE, 9)), now)
        .expect("an arena");
    let mut worker = FakeWorker::join(&pool, now);
    assert_eq!(worker.run_all(&pool, now), [1]);
    assert_eq!(pool.waiting(), 0);
}

#[test]
fn a_held_task_runs_where_it_is_assigned_and_is_held_again_if_that_seat_dies() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut first = FakeWorker::join(&pool, now);
    let mut second = FakeWorker::join(&pool, now);
    let held = wanted(flags::HELD | flags::CANCELLABLE, 0);
    pool.submit(&bound([1, 2, 3], held), now).expect("an arena");
    assert_eq!(first.turn(&pool, now), Turn::Nothing);
    assert_eq!(second.turn(&pool, now), Turn::Nothing);
    assert_eq!(pool.waiting(), 3);
    assert!(pool.assign(2, first.seat));
    assert_eq!(first.bell.rings(), 1);
    assert_eq!(second.turn(&pool, now), Turn::Nothing);
    let gone = pool.seat_gone(first.seat, now);
    assert_eq!(gone.unassigned, [2]);
    assert!(!pool.assign(2, first.seat));
    assert_eq!(pool.cancel(1), Cancelled::Removed);
    assert!(pool.assign(2, second.seat));
    assert!(pool.assign(1, second.seat));
    assert_eq!(second.run_all(&pool, now), [2]);
    assert_eq!(pool.drain_queued(now), [3]);
    assert_eq!(pool.waiting(), 0);
}

#[test]
fn a_pinned_task_waits_for_its_seat_alone_and_is_lost_with_it() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut first = FakeWorker::join(&pool, now);
    let mut second = FakeWorker::join(&pool, now);
    first.turn(&pool, now);
    let seat = pool.reserve(0).expect("a sleeper");
    assert_eq!(seat, first.seat);
    assert_eq!(pool.reserve(0), None);
    let pinned = wanted(flags::PINNED | flags::PORTED, seat);
    pool.submit(&bound([1], pinned), now).expect("an arena");
    assert_eq!(first.bell.rings(), 1);
    assert_eq!(second.turn(&pool, now), Turn::Nothing);
    first.turn(&pool, now);
    pool.tick(now + Duration::from_millis(5));
    assert_eq!(first.start().map(|(_, id)| id), Some(1));
    pool.submit(&bound([2], pinned), now).expect("an arena");
    assert_eq!(pool.seat_gone(seat, now).lost, [1, 2]);
}

fn pin(pool: &Scheduler, id: u32, seat: u32, asked: u32, now: Instant) {
    let pinned = wanted(flags::PINNED | flags::PORTED | asked, seat);
    pool.submit(&bound([id], pinned), now).expect("an arena");
}

#[test]
fn where_nobody_sleeps_the_seat_with_the_fewest_tasks_is_reserved() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let [first, second] = [pool.add_seat(now), pool.add_seat(now)];
    assert_eq!(pool.reserve(0), None);
    assert_eq!(pool.reserve(2), Some(first));
    pin(&pool, 1, first, 0, now);
    assert_eq!(pool.reserve(2), Some(second));
    pin(&pool, 2, second, 0, now);
    let mut worker = FakeWorker::take(&pool, second);
    worker.turn(&pool, now);
    assert_eq!(worker.start().map(|(_, id)| id), Some(2));
    assert_eq!(pool.reserve(1), None);
    assert_eq!(pool.reserve(2), Some(second), "whose worker is up");
    assert!(pool.seat_gone(second, now).lost == [2]);
    assert_eq!(pool.reserve(2), Some(first));
}

#[test]
fn a_seat_whose_task_has_ended_is_reserved_before_it_sleeps() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    pool.submit(&bound([1], wanted(0, 0)), now)
        .expect("an arena");
    worker.turn(&pool, now);
    let (position, _) = worker.start().expect("a task");
    assert_eq!(pool.reserve(1), None);
    worker.done(position, status::OK, &[]);
    let report = std::mem::take(&mut worker.report);
    let handed_in = pool.turn(worker.seat, &report, false, &mut [], now);
    assert_eq!(handed_in, Ok(Turn::Nothing));
    assert_eq!(pool.reserve(1), Some(worker.seat));
    pin(&pool, 2, worker.seat, 0, now);
    worker.turn(&pool, now);
    assert_eq!(worker.start().map(|(_, id)| id), Some(2));
}

#[test]
fn nothing_is_reserved_that_would_overtake_or_disturb() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    let seat = worker.seat;
    pool.submit(&bound([1], wanted(0, 0)), now)
        .expect("an arena");
    assert_eq!(pool.reserve(4), None, "one waits");
    assert_eq!(worker.run_all(&pool, now), [1]);
    assert_eq!(pool.reserve(4), Some(seat));
    pin(&pool, 2, seat, flags::EXCLUSIVE, now);
    assert_eq!(pool.reserve(4), None, "it is to be alone");
    assert_eq!(worker.run_all(&pool, now), [2]);
    pool.leave(seat, now);
    assert_eq!(pool.reserve(4), None, "it leaves");
}

#[test]
fn a_seat_that_leaves_runs_only_what_no_other_may() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut leaving = FakeWorker::join(&pool, now);
    leaving.turn(&pool, now);
    pool.submit(&bound([1], wanted(flags::PINNED, leaving.seat)), now)
        .expect("an arena");
    pool.submit(&bound([2], Wanted::default()), now)
        .expect("an arena");
    assert!(!pool.leave(leaving.seat, now));
    assert_eq!(leaving.run_all(&pool, now), [1]);
    assert_eq!(leaving.turn(&pool, now), Turn::Closed);
    assert!(pool.leave(leaving.seat, now));
    let mut other = FakeWorker::join(&pool, now);
    assert_eq!(other.run_all(&pool, now), [2]);
}

#[test]
fn a_task_with_retries_is_started_again_until_they_are_used_up() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let wanted = Wanted {
        retries: 2,
        flags: flags::CANCELLABLE,
        ..Wanted::default()
    };
    pool.submit(&bound([1], wanted), now).expect("an arena");
    for left in (0..3).rev() {
        let mut worker = FakeWorker::join(&pool, now);
        worker.turn(&pool, now);
        assert_eq!(worker.start().map(|(_, id)| id), Some(1));
        let gone = pool.seat_gone(worker.seat, now);
        assert_eq!(gone.lost.is_empty(), left > 0);
    }
    assert_eq!(pool.cancel(1), Cancelled::Ended);
}

#[test]
fn a_cancelled_task_is_not_retried() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    let wanted = Wanted {
        retries: 2,
        flags: flags::CANCELLABLE,
        ..Wanted::default()
    };
    pool.submit(&bound([1], wanted), now).expect("an arena");
    worker.turn(&pool, now);
    worker.start().expect("a task");
    assert_eq!(pool.cancel(1), Cancelled::Running(worker.seat));
    assert_eq!(pool.seat_gone(worker.seat, now).lost, [1]);
}

#[test]
fn notices_without_a_task_pass_with_their_status() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    worker.done(0, status::READY, &[]);
    worker.done(0, status::LEAVING, &[]);
    worker.done(5, status::OK | status::PORTED, &[]);
    worker.turn(&pool, now);
    let expected = [
        (0, status::READY),
        (0, status::LEAVING),
        (0, status::VOID | status::PORTED),
    ];
    assert_eq!(pull(&pool), expected);
}
