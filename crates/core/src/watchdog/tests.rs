use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::watch::{Reading, Rules, Spent, Watch};
use super::{
    Cause, Finished, Gap, Listener, LoopClocks, Machine, News, Pulse, Stack, Trace, Watchdog,
};

const MS: u64 = 1_000_000;

/// A loop whose clocks the test moves.
struct Bench {
    watch: Watch,
    now: u64,
    cpu: u64,
    mark: u64,
    before: Spent,
    next_id: u32,
    /// What is told of its thread's state, if anything.
    waits: Option<bool>,
}

impl Bench {
    fn new(rules: Rules) -> Self {
        Self {
            watch: Watch::new(rules),
            now: 1_000 * MS,
            cpu: 0,
            mark: 1_000 * MS,
            before: Spent {
                busy: 1_000 * MS,
                cpu: Some(0),
                queued: 0,
            },
            next_id: 0,
            waits: None,
        }
    }

    fn spent(&self) -> Spent {
        Spent {
            busy: self.now,
            cpu: Some(self.cpu),
            queued: 0,
        }
    }

    /// The thread works, or waits in native code.
    fn pass(&mut self, ms: u64, working: bool) -> Vec<News> {
        self.now += ms * MS;
        self.cpu += if working { ms * MS } else { 0 };
        self.look(&[], 0, 0)
    }

    fn turn(&mut self, ms: u64) -> Vec<News> {
        self.now += ms * MS;
        self.cpu += ms * MS;
        let finished = Finished {
            mark: self.mark,
            length: self.now - self.mark,
            ended: self.now,
            cpu: Some(self.cpu),
            queued: 0,
        };
        self.mark = self.now;
        let news = self.look(&[(finished, 0, self.before)], 0, 0);
        self.before = self.spent();
        news
    }

    /// The answer to who was asked for the stack of the first block: it told it so many milliseconds ago.
    fn answered(&mut self, ms: u64) -> bool {
        let (moment, spent) = ((self.now, ms * MS), self.spent());
        self.watch.answered(1, self.mark, moment, spent)
    }

    fn lasting(&self) -> Option<Cause> {
        let lasting = self.watch.lasting(self.mark, self.now - self.mark);
        lasting.map(|block| block.cause)
    }

    fn look(
        &mut self,
        finished: &[(Finished, u64, Spent)],
        excused: u64,
        suspended: u64,
    ) -> Vec<News> {
        let mut news = Vec::new();
        let reading = Reading {
            now: self.now,
            spent: self.spent(),
            waits: self.waits,
            before: self.before,
            mark: self.mark,
            excused,
            finished,
            suspended,
        };
        let wait = self.watch.pass(&reading, &mut self.next_id, &mut news);
        assert!(wait > 0 && wait <= 50 * MS);
        news
    }
}

const PLAIN: Rules = Rules {
    threshold: 50 * MS,
    capture: false,
    abort_after: None,
};
const WITH_STACK: Rules = Rules {
    capture: true,
    ..PLAIN
};

fn told(news: &[News]) -> Vec<(&'static str, u64, Cause)> {
    let told = news.iter().map(|one| match one {
        News::Capture(_) => ("capture", 0, Cause::Javascript),
        News::Release(_) => ("release", 0, Cause::Javascript),
        News::Blocked(block) => ("blocked", block.blocked / MS, block.cause),
        News::Ended(block) => ("ended", block.blocked / MS, block.cause),
        News::Abort(block) => ("abort", block.blocked / MS, block.cause),
    });
    told.collect()
}

#[test]
fn a_block_is_told_once_while_it_lasts_and_once_when_it_is_over() {
    let mut bench = Bench::new(PLAIN);
    assert_eq!(told(&bench.pass(49, true)), []);
    assert_eq!(
        told(&bench.pass(1, true)),
        [("blocked", 50, Cause::Javascript)]
    );
    assert_eq!(told(&bench.pass(10, true)), []);
    assert_eq!(told(&bench.turn(40)), [("ended", 100, Cause::Javascript)]);
    assert_eq!(told(&bench.turn(49)), []);
}

#[test]
fn a_block_that_nobody_saw_is_told_when_it_is_over() {
    let mut bench = Bench::new(WITH_STACK);
    let news = bench.turn(80);
    assert_eq!(told(&news), [("ended", 80, Cause::Javascript)]);
    assert!(matches!(&news[0], News::Ended(block) if matches!(block.stack, Stack::Missing(_))));
}

#[test]
fn a_thread_that_spends_no_processor_time_waits_in_native_code() {
    let mut bench = Bench::new(PLAIN);
    assert_eq!(
        told(&bench.pass(60, false)),
        [("blocked", 60, Cause::Native)]
    );
    assert_eq!(told(&bench.pass(10, false)), []);
    let mut over = bench.turn(0);
    assert_eq!(told(&over.split_off(0)), [("ended", 70, Cause::Native)]);
}

#[test]
fn what_a_thread_is_found_doing_tells_more_than_the_time_it_was_given() {
    let mut starved = Bench::new(PLAIN);
    starved.waits = Some(false);
    assert_eq!(
        told(&starved.pass(60, false)),
        [("blocked", 60, Cause::Javascript)]
    );
    starved.waits = Some(true); // for a moment, as for a lock
    let mut news = starved.pass(10, false);
    starved.waits = Some(false);
    news.extend(starved.pass(10, false));
    news.extend(starved.turn(0));
    assert_eq!(told(&news), [("ended", 80, Cause::Javascript)]);

    let mut waiting = Bench::new(PLAIN);
    waiting.waits = Some(true);
    waiting.pass(20, true);
    waiting.now += 40 * MS;
    assert_eq!(
        told(&waiting.pass(0, false)),
        [("blocked", 60, Cause::Native)]
    );
}

#[test]
fn the_first_news_waits_for_the_stack_but_not_for_ever() {
    let mut bench = Bench::new(WITH_STACK);
    assert_eq!(
        told(&bench.pass(50, true)),
        [("capture", 0, Cause::Javascript)]
    );
    assert_eq!(told(&bench.pass(10, true)), []);
    let (trace, mut news) = (
        Trace {
            text: "at".into(),
            frames: "[]".into(),
        },
        Vec::new(),
    );
    let spent = bench.spent();
    bench.watch.asked(1, spent);
    assert!(bench.answered(0));
    let trace = Ok(Arc::new(trace));
    assert!(bench.watch.captured(1, trace, bench.now, &mut news));
    assert_eq!(told(&news), [("blocked", 60, Cause::Javascript)]);
    assert_eq!(told(&bench.turn(5)), [("ended", 65, Cause::Javascript)]);

    let mut deaf = Bench::new(WITH_STACK);
    deaf.pass(50, true);
    let spent = deaf.spent();
    deaf.watch.asked(1, spent);
    let news: Vec<News> = (0..30).flat_map(|_| deaf.pass(10, true)).collect();
    assert_eq!(told(&news), [("blocked", 300, Cause::Native)]);
}

#[test]
fn a_stack_that_comes_when_the_block_is_over_is_waited_for() {
    let mut bench = Bench::new(WITH_STACK);
    bench.pass(50, true);
    assert_eq!(told(&bench.turn(2)), [("release", 0, Cause::Javascript)]);
    let mut news = Vec::new();
    let trace = Arc::new(Trace {
        text: "at".into(),
        frames: "[]".into(),
    });
    assert!(bench.watch.captured(1, Ok(trace), bench.now, &mut news));
    assert_eq!(told(&news), [("ended", 52, Cause::Javascript)]);
    assert!(matches!(&news[0], News::Ended(block) if matches!(block.stack, Stack::Taken(_))));
}

#[test]
fn a_suspended_process_is_one_report_and_no_block() {
    let mut bench = Bench::new(PLAIN);
    bench.pass(20, true);
    bench.now += 2_000 * MS;
    assert_eq!(
        told(&bench.look(&[], 2_000 * MS, 2_000 * MS)),
        [("ended", 2_000, Cause::Suspended)]
    );
    assert_eq!(told(&bench.look(&[], 2_000 * MS, 0)), []);
}

#[test]
fn a_block_that_lasts_too_long_ends_the_process() {
    let mut bench = Bench::new(Rules {
        abort_after: Some(200 * MS),
        ..PLAIN
    });
    bench.pass(60, true);
    let news: Vec<News> = (0..20).flat_map(|_| bench.pass(10, true)).collect();
    assert_eq!(told(&news), [("abort", 200, Cause::Javascript)]);
}

#[test]
fn a_stack_is_that_of_the_block_if_it_was_told_in_its_turn() {
    let mut bench = Bench::new(WITH_STACK);
    bench.pass(50, true);
    assert!(!bench.answered(51)); // no clock of the thread's says that
    assert!(bench.answered(1));
    bench.turn(2);
    bench.now += 100 * MS;
    assert!(bench.answered(101));
    assert!(!bench.answered(99));
}

#[test]
fn who_computes_on_when_asked_for_its_stack_is_in_native_code() {
    let mut bench = Bench::new(WITH_STACK);
    bench.pass(50, true);
    let spent = bench.spent();
    bench.watch.asked(1, spent);
    for _ in 0..8 {
        bench.pass(10, true);
    }
    assert_eq!(bench.lasting(), Some(Cause::Native));

    // Unless it had told it, and only the answer came late.
    assert!(bench.answered(80));
    assert_eq!(bench.lasting(), Some(Cause::Javascript));
}

#[test]
fn lateness_counts_as_suspension_only_if_the_process_did_not_run() {
    let stopped = Gap::from_sleep(2_050 * MS, 50 * MS, Some(40 * MS), 0);
    assert_eq!((stopped.late, stopped.stood), (2_000 * MS, 2_010 * MS));
    let busy = Gap::from_sleep(2_050 * MS, 50 * MS, Some(1_900 * MS), 0);
    assert_eq!((busy.late, busy.stood), (0, 0));
    let asleep = Gap::from_sleep(50 * MS, 50 * MS, Some(0), 9_000 * MS);
    assert_eq!((asleep.late, asleep.asleep), (0, 9_000 * MS));
}

#[test]
fn a_pulse_tells_of_long_turns_only() {
    let pulse = Pulse::new(0);
    assert_eq!(pulse.beat(70 * MS), None);
    pulse.set_threshold(50 * MS);
    assert_eq!(pulse.beat(100 * MS), None);
    assert_eq!(pulse.beat(150 * MS), Some((100 * MS, 50 * MS)));
    assert_eq!(pulse.mark(), 150 * MS);
}

struct RealTime(std::time::Instant);

impl Machine for RealTime {
    fn now(&self) -> u64 {
        self.0.elapsed().as_nanos() as u64
    }
    fn process_cpu(&self) -> Option<u64> {
        None
    }
    fn asleep(&self) -> u64 {
        0
    }
    fn queued(&self) -> u64 {
        0
    }
    fn on_start(&self) {}
}

struct Waits(Arc<AtomicU64>);

impl LoopClocks for Waits {
    fn queued(&self) -> u64 {
        0
    }
    fn waits(&self) -> Option<bool> {
        None
    }
    fn idle(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
    fn cpu(&self) -> Option<u64> {
        None
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<News>>, std::sync::Condvar);

impl Listener for Heard {
    fn hear(&self, news: News) {
        self.0.lock().expect("heard").push(news);
        self.1.notify_all();
    }
}

#[test]
fn the_thread_sees_a_block_ends_with_its_last_watch_and_starts_again() {
    let watchdog = Arc::new(Watchdog::new(Box::new(RealTime(std::time::Instant::now()))));
    for _ in 0..3 {
        let now = watchdog.machine.now();
        let pulse = Arc::new(Pulse::new(now));
        let id = watchdog.add_loop(Box::new(Waits(Arc::default())), Arc::clone(&pulse));
        let heard = Arc::new(Heard::default());
        let rules = Rules {
            threshold: 5 * MS,
            ..PLAIN
        };
        let watch = watchdog.watch(id, rules, Arc::clone(&heard) as Arc<dyn Listener>);
        let watch = watch.expect("a thread").expect("a loop");
        let mut all = heard.0.lock().expect("heard");
        while all.is_empty() {
            all = heard.1.wait(all).expect("heard");
        }
        assert!(matches!(&all[0], News::Blocked(block) if block.blocked >= 5 * MS));
        drop(all);
        assert!(watchdog.blocked(Some(id)).is_some());
        watchdog.unwatch(id, watch);
        watchdog.remove_loop(id);
        while watchdog.state.lock().expect("state").running {
            std::thread::yield_now();
        }
    }
}
