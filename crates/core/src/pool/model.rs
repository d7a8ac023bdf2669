//! Random lives of a pool against the simplest truth: each task ends exactly once and starts at most once.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::scheduler::{Cancelled, Scheduler, Turn};
use super::tests::{Arena, FakeWorker, Wanted, pool, pull};
use super::wire::{flags, status};

#[derive(Clone, Debug)]
enum Step {
    Submit {
        count: u32,
        priority: i32,
        size: usize,
    },
    Turn(usize),
    Start(usize),
    Finish(usize),
    Cancel(prop::sample::Index),
    Kill(usize),
    Retire(usize),
    Tick(u16),
    Drain,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u32..40, -2_i32..3, 4_usize..600)
            .prop_map(|(count, priority, size)| Step::Submit { count, priority, size }),
        8 => (0_usize..4).prop_map(Step::Turn),
        12 => (0_usize..4).prop_map(Step::Start),
        12 => (0_usize..4).prop_map(Step::Finish),
        4 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => (0_usize..4).prop_map(Step::Kill),
        1 => (0_usize..4).prop_map(Step::Retire),
        3 => (0_u16..4000).prop_map(Step::Tick),
        1 => Just(Step::Drain),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Completed,
    Cancelled,
    Lost,
    Drained,
}

struct Worker {
    fake: FakeWorker,
    running: Vec<(usize, u32)>,
}

struct Life {
    pool: Scheduler,
    now: Instant,
    workers: Vec<Worker>,
    submitted: u32,
    started: HashMap<u32, usize>,
    ends: HashMap<u32, End>,
}

impl Life {
    fn new() -> Self {
        let (pool, ..) = pool();
        let now = Instant::now();
        let mut life = Self {
            pool,
            now,
            workers: Vec::new(),
            submitted: 0,
            started: HashMap::new(),
            ends: HashMap::new(),
        };
        for _ in 0..4 {
            life.hire();
        }
        life
    }

    fn hire(&mut self) {
        let fake = FakeWorker::join(&self.pool, self.now);
        self.workers.push(Worker {
            fake,
            running: Vec::new(),
        });
    }

    fn end(&mut self, id: u32, end: End) {
        assert_eq!(self.ends.insert(id, end), None, "task {id} ended twice");
    }

    fn start(&mut self, worker: usize) -> bool {
        let Some((position, id)) = self.workers[worker].fake.start() else {
            return false;
        };
        assert_eq!(self.ends.get(&id), None, "task {id} started after its end");
        assert_eq!(
            self.started.insert(id, worker),
            None,
            "task {id} started twice"
        );
        self.workers[worker].running.push((position, id));
        true
    }

    fn finish(&mut self, worker: usize) {
        let worker = &mut self.workers[worker];
        if let Some((position, _)) = worker.running.pop() {
            worker.fake.done(position, status::OK, b"result");
        }
    }

    fn pull(&mut self) {
        for (id, status) in pull(&self.pool) {
            assert_eq!(status, status::OK);
            self.end(id, End::Completed);
        }
    }

    fn kill(&mut self, worker: usize) {
        self.pull();
        let dead = self.workers.swap_remove(worker);
        for id in self.pool.seat_gone(dead.fake.seat, self.now).lost {
            assert!(
                self.started.contains_key(&id),
                "task {id} was lost before its start"
            );
            self.end(id, End::Lost);
        }
        self.hire();
    }

    fn step(&mut self, step: Step) {
        self.now += Duration::from_micros(20);
        match step {
            Step::Submit {
                count,
                priority,
                size,
            } => {
                let mut arena = Arena::default();
                for _ in 0..count {
                    let mut payload = vec![0; size];
                    payload[..4].copy_from_slice(&self.submitted.to_le_bytes());
                    let wanted = Wanted {
                        flags: flags::CANCELLABLE * (self.submitted % 2),
                        priority,
                        ..Wanted::default()
                    };
                    arena.add(self.submitted, wanted, &payload);
                    self.submitted += 1;
                }
                self.pool.submit(&arena.0, self.now).expect("an arena");
            }
            Step::Turn(worker) => {
                // As in JavaScript: claims are asked for only when nothing claimed is left to look at.
                while self.start(worker) {}
                self.workers[worker].fake.turn(&self.pool, self.now);
            }
            Step::Start(worker) => {
                self.start(worker);
            }
            Step::Finish(worker) => self.finish(worker),
            Step::Cancel(index) => {
                if self.submitted > 0 {
                    let id = index.index(self.submitted as usize) as u32;
                    if self.pool.cancel(id) == Cancelled::Removed {
                        self.end(id, End::Cancelled);
                    }
                }
            }
            Step::Kill(worker) => self.kill(worker),
            Step::Retire(worker) => {
                let seat = self.workers[worker].fake.seat;
                if self.pool.retire(seat, Duration::ZERO, self.now) {
                    self.kill(worker);
                }
            }
            Step::Tick(micros) => {
                self.now += Duration::from_micros(micros.into());
                self.pool.tick(self.now);
            }
            Step::Drain => {
                for id in self.pool.drain_queued(self.now) {
                    self.end(id, End::Drained);
                }
            }
        }
        self.pull();
    }

    /// Every worker goes on until nobody finds anything.
    fn settle(&mut self) {
        loop {
            let mut found = false;
            for worker in 0..self.workers.len() {
                while self.start(worker) {}
                while !self.workers[worker].running.is_empty() {
                    self.finish(worker);
                }
                let turn = self.workers[worker].fake.turn(&self.pool, self.now);
                found |= matches!(turn, Turn::Claimed { .. });
            }
            if !found {
                break;
            }
        }
        self.pull();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn count_in_is_count_out(steps in prop::collection::vec(step(), 1..160)) {
        let mut life = Life::new();
        for step in steps {
            life.step(step);
        }
        life.settle();
        prop_assert_eq!(life.ends.len(), life.submitted as usize);
        prop_assert_eq!((life.pool.queued(), life.pool.held()), (0, 0));
        for (id, end) in &life.ends {
            let started = life.started.contains_key(id);
            prop_assert_eq!(started, matches!(end, End::Completed | End::Lost));
        }
    }
}
