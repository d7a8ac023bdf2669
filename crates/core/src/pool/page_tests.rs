//! What a worker has published is settled although the worker does not come.

use std::time::{Duration, Instant};

use super::scheduler::{Scheduler, Turn};
use super::tests::{FakeWorker, arena, pool, pull};
use super::wire::status;

/// Claims all of `count` short tasks at once, ends the first two of them on the page, and starts the third.
fn blocked(pool: &Scheduler, now: Instant, count: u32) -> FakeWorker {
    let mut worker = FakeWorker::join(pool, now);
    for id in 1000..1040 {
        pool.submit(&arena([id]), now).expect("an arena");
        worker.run_all(pool, now);
    }
    pull(pool);
    pool.submit(&arena(0..count), now).expect("an arena");
    worker.turn(pool, now);
    for _ in 0..2 {
        let (position, _) = worker.start().expect("a task");
        worker.done(position, status::OK, b"some result");
    }
    pool.page(worker.seat)
        .expect("a page")
        .write(&worker.report);
    worker.board.publish(worker.report.len());
    assert_eq!(worker.start().map(|(_, id)| id), Some(2));
    worker
}

#[test]
fn what_a_blocked_worker_has_ended_is_settled_by_the_watch_and_once() {
    let (pool, owner, _) = pool();
    let mut now = Instant::now();
    let mut worker = blocked(&pool, now, 5);
    pool.add_seat(now); // somebody who could run the others
    let rings = owner.rings();
    now += Duration::from_millis(2);
    assert_eq!(
        pool.tick(now),
        None,
        "what it had not started is its no more"
    );
    assert_eq!(pull(&pool), [(0, status::OK), (1, status::OK)]);
    assert_eq!(owner.rings(), rings + 1);
    pool.tick(now);
    assert_eq!(pull(&pool), []);
    // It comes at last: what was settled counts no more, what is new does.
    worker.done(0, status::READY, &[]);
    assert!(matches!(
        worker.turn(&pool, now),
        Turn::Claimed { .. } | Turn::Nothing
    ));
    assert_eq!(pull(&pool), [(0, status::READY)]);
}

#[test]
fn an_only_worker_keeps_what_it_claimed_and_with_it_the_order() {
    let (pool, ..) = pool();
    let mut now = Instant::now();
    let mut worker = blocked(&pool, now, 5);
    now += Duration::from_millis(2);
    assert!(pool.tick(now).is_some(), "until there is another");
    assert_eq!(worker.start().map(|(_, id)| id), Some(3));
    assert_eq!(worker.start().map(|(_, id)| id), Some(4));
}

#[test]
fn what_a_dead_worker_has_ended_is_not_lost() {
    let (pool, ..) = pool();
    let now = Instant::now();
    let worker = blocked(&pool, now, 5);
    let gone = pool.seat_gone(worker.seat, now);
    assert_eq!((gone.lost, gone.requeued), (vec![2], 2));
    assert_eq!(pull(&pool), [(0, status::OK), (1, status::OK)]);
}

#[test]
fn what_a_task_says_and_then_waits_for_is_settled_while_it_waits() {
    let (pool, _, alarm) = pool();
    let mut now = Instant::now();
    let mut worker = FakeWorker::join(&pool, now);
    pool.submit(&arena([7]), now).expect("an arena");
    worker.turn(&pool, now);
    let (position, _) = worker.start().expect("a task");
    assert_eq!(alarm.rings(), 0);
    let page = pool.page(worker.seat).expect("a page");
    for said in 1..=2 {
        worker.done(position, status::PROGRESS, b"so far");
        page.write(&worker.report);
        worker.board.publish(worker.report.len());
        pool.watch();
        assert_eq!(alarm.rings(), said, "nobody is watching any more");
        now += Duration::from_millis(1);
        pool.tick(now);
        assert_eq!(pull(&pool), [(7, status::PROGRESS)]);
    }
}
