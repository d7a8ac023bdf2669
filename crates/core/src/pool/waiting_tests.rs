//! How long tasks wait, in a world whose time is counted: arrivals at random, workers that take exactly what each task
//! takes, ticks when they are due.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::scheduler::{Scheduler, Turn};
use super::tests::{Arena, FakeBell, FakeWorker, Wanted, pool};
use super::wire::status;

const LONG: Duration = Duration::from_millis(50);

/// Open arrivals: each task comes `at`, takes `run`.
struct Arrival {
    at: Duration,
    run: Duration,
    priority: i32,
}

impl Arrival {
    fn is_long(&self) -> bool {
        self.run == LONG
    }
}

struct Load {
    short: Duration,
    /// Of how many tasks one is long.
    one_in: u32,
    workers: u32,
    prioritized: bool,
}

impl Load {
    /// Arrivals that keep the workers half busy: of every `one_in` in a row one is long, at a random place.
    fn arrivals(&self, count: u32, seed: u64) -> Vec<Arrival> {
        let mut random = Random(seed);
        let mean = (LONG + self.short * (self.one_in - 1)) / self.one_in;
        let gap = mean.as_secs_f64() / (f64::from(self.workers) * 0.5);
        let (mut at, mut long) = (Duration::ZERO, 0);
        (0..count)
            .map(|index| {
                if index % self.one_in == 0 {
                    long = index + (random.unit() * f64::from(self.one_in)) as u32;
                }
                at += Duration::from_secs_f64(-(1.0 - random.unit()).ln() * gap);
                let is_long = index == long;
                Arrival {
                    at,
                    run: if is_long { LONG } else { self.short },
                    priority: i32::from(self.prioritized && !is_long),
                }
            })
            .collect()
    }
}

/// xorshift64*
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A worker, and what it is at until when.
struct Clerk {
    worker: FakeWorker,
    at: Option<(usize, Duration)>,
    heard: usize,
}

struct World<'a> {
    pool: Scheduler,
    alarm: FakeBell,
    armed: usize,
    origin: Instant,
    now: Duration,
    tick_at: Option<Duration>,
    clerks: Vec<Clerk>,
    arrivals: &'a [Arrival],
    waits: Vec<Duration>,
}

impl<'a> World<'a> {
    fn new(workers: u32, arrivals: &'a [Arrival]) -> Self {
        let (pool, _, alarm) = pool();
        let origin = Instant::now();
        let join = |_| Clerk {
            worker: FakeWorker::join(&pool, origin),
            at: None,
            heard: 0,
        };
        let clerks = (0..workers).map(join).collect();
        let mut world = Self {
            pool,
            alarm,
            armed: 0,
            origin,
            now: Duration::ZERO,
            tick_at: None,
            clerks,
            arrivals,
            waits: vec![Duration::MAX; arrivals.len()],
        };
        for clerk in 0..world.clerks.len() {
            world.go_on(clerk);
        }
        world
    }

    fn clock(&self) -> Instant {
        self.origin + self.now
    }

    /// A worker without a task starts its next one, or asks for more until there is none.
    fn go_on(&mut self, clerk: usize) {
        let now = self.clock();
        let Clerk { worker, at, heard } = &mut self.clerks[clerk];
        *heard = worker.bell.rings();
        loop {
            if let Some((position, id)) = worker.start() {
                let arrival = &self.arrivals[id as usize];
                self.waits[id as usize] = self.now - arrival.at;
                *at = Some((position, self.now + arrival.run));
                return;
            }
            if !matches!(worker.turn(&self.pool, now), Turn::Claimed { .. }) {
                return;
            }
        }
    }

    fn arrive(&mut self, id: usize) {
        let mut arena = Arena::default();
        let wanted = Wanted {
            priority: self.arrivals[id].priority,
            ..Wanted::default()
        };
        arena.add(id as u32, wanted, &(id as u32).to_le_bytes());
        self.pool.submit(&arena.0, self.clock()).expect("an arena");
    }

    fn finish(&mut self, clerk: usize) {
        if let Some((position, _)) = self.clerks[clerk].at.take() {
            self.clerks[clerk].worker.done(position, status::OK, &[]);
        }
        self.go_on(clerk);
    }

    fn tick(&mut self) {
        let next = self.pool.tick(self.clock());
        self.tick_at = next.map(|next| self.now + next.max(Duration::from_nanos(1)));
    }

    /// What bells and the alarm have asked for.
    fn heed(&mut self) {
        if std::mem::replace(&mut self.armed, self.alarm.rings()) != self.armed {
            self.tick();
        }
        for clerk in 0..self.clerks.len() {
            let Clerk { worker, at, heard } = &self.clerks[clerk];
            if at.is_none() && *heard != worker.bell.rings() {
                self.go_on(clerk);
            }
        }
    }

    /// Runs until every task has started.
    fn run(mut self) -> Vec<Duration> {
        let mut next = 0;
        loop {
            self.heed();
            let busy = self.clerks.iter().enumerate();
            let done = busy.filter_map(|(index, clerk)| Some((clerk.at?.1, index)));
            let done = done.min();
            let arrival = self.arrivals.get(next).map(|arrival| arrival.at);
            let Some(now) = [done.map(|done| done.0), arrival, self.tick_at]
                .into_iter()
                .flatten()
                .min()
            else {
                return self.waits;
            };
            self.now = now;
            if arrival == Some(now) {
                self.arrive(next);
                next += 1;
            } else if let Some((_, clerk)) = done.filter(|done| done.0 == now) {
                self.finish(clerk);
            } else {
                self.tick();
            }
        }
    }
}

/// The waits of a single queue from which each worker takes one task whenever it is free: there is no fairer way.
fn first_come(workers: u32, arrivals: &[Arrival]) -> Vec<Duration> {
    let mut free: VecDeque<Duration> = (0..workers).map(|_| Duration::ZERO).collect();
    let serve = |arrival: &Arrival| {
        free.make_contiguous().sort_unstable();
        let start = free.pop_front().unwrap_or_default().max(arrival.at);
        free.push_back(start + arrival.run);
        start - arrival.at
    };
    arrivals.iter().map(serve).collect()
}

/// What 99 of 100 short tasks wait at most, and the longest wait of all of them.
fn p99_of_short(waits: &[Duration], arrivals: &[Arrival]) -> (Duration, Duration) {
    let both = waits.iter().zip(arrivals);
    let short = both.filter(|(_, arrival)| !arrival.is_long());
    let mut short: Vec<_> = short.map(|(wait, _)| *wait).collect();
    short.sort_unstable();
    (short[short.len() * 99 / 100], short[short.len() - 1])
}

const MS: Duration = Duration::from_millis(1);

/// Short tasks of 200 us, which are claimed one by one, and of 10 us, of which claims hold many.
const SHORTS: [(u64, u32, u32); 2] = [(200, 100, 3000), (10, 2000, 10_000)];

#[test]
fn short_tasks_of_higher_priority_wait_for_one_long_task_at_most() {
    for (micros, one_in, count) in SHORTS {
        for workers in [1, 2] {
            let load = Load {
                short: Duration::from_micros(micros),
                one_in,
                workers,
                prioritized: true,
            };
            let arrivals = load.arrivals(count, 7);
            let waits = World::new(workers, &arrivals).run();
            let (p99, _) = p99_of_short(&waits, &arrivals);
            assert!(p99 <= LONG + MS, "{micros} us, {workers} workers: {p99:?}");
        }
    }
}

#[test]
fn tasks_of_one_priority_wait_no_longer_than_first_come_first_served() {
    for (micros, one_in, count) in SHORTS {
        for workers in [1, 2] {
            let load = Load {
                short: Duration::from_micros(micros),
                one_in,
                workers,
                prioritized: false,
            };
            let arrivals = load.arrivals(count, 11);
            let (p99, longest) = p99_of_short(&World::new(workers, &arrivals).run(), &arrivals);
            let ideal = p99_of_short(&first_come(workers, &arrivals), &arrivals);
            assert!(
                p99 <= ideal.0 + 2 * MS,
                "{micros} us, {workers} workers: {p99:?}, {ideal:?}"
            );
            assert!(
                longest <= ideal.1 + LONG,
                "{micros} us, {workers} workers: {longest:?}, {ideal:?}"
            );
        }
    }
}
