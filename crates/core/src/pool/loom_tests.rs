//! The two protocols that are our own, in every interleaving: the board's word and the task's state. Queues, deques
//! and ledgers are crossbeam's and locks; here a task is simply in one hand after the other.

use loom::sync::Arc;
use loom::thread;
use std::time::Instant;

use super::board::Board;
use super::task::{Batch, Task};
use super::wire::SUBMITTED_HEADER;

fn task() -> Task {
    let batch = Batch::read(&[0; SUBMITTED_HEADER], Instant::now()).expect("an arena");
    batch.tasks().next().expect("a task")
}

#[test]
fn loom_a_claimed_task_is_started_or_taken_back_by_one() {
    loom::model(|| {
        let board = Arc::new(Board::default());
        board.claim(0);
        let worker = {
            let board = Arc::clone(&board);
            thread::spawn(move || board.start(0))
        };
        let watch = {
            let board = Arc::clone(&board);
            thread::spawn(move || board.take_back(0))
        };
        let cancelled = board.take_back(0);
        let winners = [
            worker.join().expect("the worker"),
            watch.join().expect("the watch"),
            cancelled,
        ];
        assert_eq!(winners.iter().filter(|won| **won).count(), 1);
    });
}

#[test]
fn loom_a_cancellation_reaches_a_started_task_or_none() {
    loom::model(|| {
        let board = Arc::new(Board::default());
        board.claim(0);
        let worker = {
            let board = Arc::clone(&board);
            thread::spawn(move || {
                let started = board.start(0);
                (started, board.is_cancelled(0))
            })
        };
        let removed = board.take_back(0);
        let told = !removed && board.cancel_started(0);
        let (started, seen) = worker.join().expect("the worker");
        assert_eq!(started, !removed);
        assert!(!seen || told, "only a cancelled task sees it");
        assert_eq!(board.is_cancelled(0), told);
    });
}

#[test]
fn loom_a_waiting_task_is_claimed_or_killed_and_never_lost() {
    loom::model(|| {
        let task = task();
        let worker = {
            let task = task.clone();
            thread::spawn(move || {
                if !task.take() {
                    return false;
                }
                // Its worker dies before it starts: back to the queue, from which another takes it.
                task.give_back();
                task.take()
            })
        };
        let killed = task.kill();
        let held = worker.join().expect("the worker");
        assert!(held != killed, "held {held}, killed {killed}");
        assert_eq!(task.ended(), killed);
    });
}
