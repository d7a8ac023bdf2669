//! The driver against a process, pipes and a clock that are all ours.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};

use super::{
    Capture, Control, Desk, Exit, Feed, Flow, Growth, Input, OnOverflow, Outcome, Parts, Process,
    Read, Rules, Sink, Source, Taken, drive,
};
use crate::lock::lock;

pub(super) const ASK: i32 = 15;
pub(super) const FORCE: i32 = 9;

/// What the fakes share: the world outside of the driver.
#[derive(Default)]
pub(super) struct World {
    exit: Option<Exit>,
    reaped: bool,
    /// (milliseconds, signal, group)
    signals: Vec<(u128, i32, bool)>,
    /// The signals that end the process.
    pub(super) mortal: Vec<i32>,
    pub(super) pipes: [Pipe; 2],
    input: Vec<u8>,
    input_room: usize,
    input_broken: bool,
    news: Vec<String>,
    outcome: Option<Outcome>,
    pub(super) rss: u64,
    pub(super) kernel_killed: bool,
    /// Whether the tree is gone, where that can be seen.
    pub(super) tree_gone: Option<bool>,
    waker: Option<Waker>,
    /// Whether the caller sent the signal that nothing survives, and told nobody.
    forced: bool,
}

#[derive(Default)]
pub(super) struct Pipe {
    pieces: VecDeque<Vec<u8>>,
    pub(super) closed: bool,
    grown: bool,
}

#[derive(Clone)]
pub(super) struct Fake {
    world: Arc<Mutex<World>>,
    born: Instant,
    pipe: usize,
}

impl Fake {
    pub(super) fn change(&self, change: impl FnOnce(&mut World)) {
        let mut world = lock(&self.world);
        change(&mut world);
        if let Some(waker) = world.waker.take() {
            waker.wake();
        }
    }

    pub(super) fn say(&self, pipe: usize, text: &str) {
        self.change(|world| world.pipes[pipe].pieces.push_back(text.as_bytes().to_vec()));
    }

    pub(super) fn close(&self) {
        self.change(|world| world.pipes.iter_mut().for_each(|pipe| pipe.closed = true));
    }

    pub(super) fn exit(&self, code: i32) {
        self.change(|world| {
            world.exit = Some(Exit {
                code: Some(code),
                ..Exit::default()
            })
        });
    }

    pub(super) fn signals(&self) -> Vec<(u128, i32, bool)> {
        lock(&self.world).signals.clone()
    }

    pub(super) fn news(&self) -> Vec<String> {
        lock(&self.world).news.clone()
    }

    pub(super) fn outcome(&self) -> Outcome {
        lock(&self.world).outcome.take().expect("the run is over")
    }
}

impl Process for Fake {
    fn signal(&self, signal: i32, group: bool) -> bool {
        let mut world = lock(&self.world);
        world
            .signals
            .push((self.born.elapsed().as_millis(), signal, group));
        if world.reaped {
            return false;
        }
        if world.mortal.contains(&signal) && world.exit.is_none() {
            world.exit = Some(Exit {
                signal: Some(signal),
                ..Exit::default()
            });
        }
        if let Some(waker) = world.waker.take() {
            waker.wake();
        }
        true
    }

    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut world = lock(&self.world);
        world.waker = Some(context.waker().clone());
        if world.exit.is_some() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn reap(&mut self) -> Exit {
        let mut world = lock(&self.world);
        world.reaped = true;
        world.exit.expect("it has ended")
    }

    fn tree_rss(&self) -> u64 {
        lock(&self.world).rss
    }

    fn ran_out_of_memory(&self) -> bool {
        lock(&self.world).kernel_killed
    }

    fn sees_tree(&self) -> bool {
        lock(&self.world).tree_gone.is_some()
    }

    fn poll_tree_gone(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut world = lock(&self.world);
        world.waker = Some(context.waker().clone());
        match world.tree_gone {
            Some(true) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }
}

impl Source for Fake {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut Vec<u8>) -> Poll<Read> {
        lock(&self.world).waker = Some(context.waker().clone());
        self.read_now(into).map_or(Poll::Pending, Poll::Ready)
    }

    fn read_now(&mut self, into: &mut Vec<u8>) -> Option<Read> {
        let mut world = lock(&self.world);
        let pipe = &mut world.pipes[self.pipe];
        match pipe.pieces.pop_front() {
            Some(piece) => {
                into.extend(&piece);
                Some(Read {
                    count: piece.len(),
                    full: piece.len() >= 8,
                })
            }
            None if pipe.closed => Some(Read {
                count: 0,
                full: false,
            }),
            None => None,
        }
    }

    fn grow(&mut self) -> bool {
        lock(&self.world).pipes[self.pipe].grown = true;
        true
    }
}

impl Sink for Fake {
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Option<usize>> {
        let mut world = lock(&self.world);
        world.waker = Some(context.waker().clone());
        if world.input_broken {
            return Poll::Ready(None);
        }
        let count = bytes.len().min(world.input_room);
        if count == 0 {
            return Poll::Pending;
        }
        world.input_room -= count;
        world.input.extend(&bytes[..count]);
        Poll::Ready(Some(count))
    }
}

impl Desk for Fake {
    fn readable(&self, output: usize) {
        let news = ["readable", "readable stderr"][output];
        lock(&self.world).news.push(news.into());
    }

    fn overflowed(&self, output: usize) {
        lock(&self.world).news.push(format!("overflowed {output}"));
    }

    fn fed(&self) {}

    fn input(&self, open: bool) {
        lock(&self.world).news.push(format!("input {open}"));
    }

    fn was_forced(&self) -> bool {
        lock(&self.world).forced
    }

    fn done(&self, outcome: Outcome) {
        lock(&self.world).outcome = Some(outcome);
    }
}

pub(super) fn rules() -> Rules {
    Rules {
        timeout: None,
        grace: Some(Duration::from_millis(100)),
        kill_signal: ASK,
        force_signal: FORCE,
        group: false,
        on_overflow: OnOverflow::Kill,
        memory: None,
    }
}

/// Runs the driver beside `script` in a clock that jumps to the next deadline whenever nothing else is to be done.
pub(super) fn run<F: Future<Output = ()>>(
    rules: Rules,
    limit: usize,
    feed: Option<Arc<Feed>>,
    script: impl FnOnce(Fake, UnboundedSender<Control>) -> F,
) -> Fake {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(async {
        let fake = Fake {
            world: Arc::default(),
            born: Instant::now(),
            pipe: 0,
        };
        let (sender, controls) = unbounded_channel();
        let parts = Parts {
            process: fake.clone(),
            outputs: [0, 1].map(|pipe| {
                (
                    Some(Fake {
                        pipe,
                        ..fake.clone()
                    }),
                    Some(Capture::new(limit)),
                )
            }),
            input: feed.map(|feed| Input::new(fake.clone(), feed)),
            controls,
            rules,
            growth: Growth::new(1),
            started: Instant::now(),
        };
        let driver = tokio::spawn(drive(parts, fake.clone()));
        script(fake.clone(), sender).await;
        driver.await.expect("no panic");
        fake
    })
}

pub(super) fn hand_on(flow: &Arc<Flow>) -> Control {
    Control::HandOn {
        output: 0,
        flow: Arc::clone(flow),
        keep: false,
    }
}

pub(super) fn text(outcome: &Outcome, at: usize) -> String {
    let captured = outcome.outputs[at].as_ref().expect("it was kept");
    String::from_utf8(captured.bytes.clone()).expect("text")
}

#[test]
fn a_run_is_over_when_it_has_ended_and_its_pipes_too() {
    let fake = run(rules(), 100, None, async |fake, _| {
        fake.say(0, "a");
        fake.say(1, "warning");
        fake.exit(3);
        sleep(Duration::from_millis(70)).await;
        assert!(
            lock(&fake.world).outcome.is_none(),
            "what it started still writes"
        );
        fake.say(0, "b");
        fake.close();
    });
    let outcome = fake.outcome();
    assert_eq!(
        (text(&outcome, 0), text(&outcome, 1)),
        ("ab".into(), "warning".into())
    );
    assert_eq!(outcome.exit.code, Some(3));
    assert_eq!(outcome.duration, Duration::from_millis(70));
    assert_eq!(outcome.verdict, super::Verdict::default());
    assert!(fake.signals().is_empty());
}

#[test]
fn a_process_that_closes_its_output_is_waited_for() {
    let fake = run(rules(), 100, None, async |fake, _| {
        fake.close();
        sleep(Duration::from_millis(500)).await;
        fake.exit(0);
    });
    assert_eq!(fake.outcome().duration, Duration::from_millis(500));
}

#[test]
fn a_timeout_asks_and_then_forces() {
    let rules = Rules {
        timeout: Some(Duration::from_millis(50)),
        ..rules()
    };
    let fake = run(rules, 100, None, async |fake, _| {
        fake.say(0, "kept");
        fake.change(|world| world.mortal = vec![FORCE]);
    });
    assert_eq!(fake.signals(), [(50, ASK, false), (150, FORCE, false)]);
    let outcome = fake.outcome();
    assert!(outcome.verdict.timed_out && outcome.verdict.killed);
    assert_eq!(outcome.exit.signal, Some(FORCE));
    assert_eq!(
        text(&outcome, 0),
        "kept",
        "its open pipes are not waited for"
    );
}

#[test]
fn without_a_grace_nothing_is_forced() {
    let rules = Rules {
        timeout: Some(Duration::from_millis(1)),
        grace: None,
        ..rules()
    };
    let fake = run(rules, 100, None, async |fake, _| {
        sleep(Duration::from_secs(3600)).await;
        fake.exit(0);
    });
    assert_eq!(fake.signals(), [(1, ASK, false)]);
    assert!(
        fake.outcome().verdict.timed_out,
        "also if it then ended well"
    );
}

#[test]
fn a_timeout_after_the_end_stops_waiting_for_the_pipes() {
    let rules = Rules {
        timeout: Some(Duration::from_millis(50)),
        ..rules()
    };
    let fake = run(rules, 100, None, async |fake, _| fake.exit(0));
    let outcome = fake.outcome();
    assert!(outcome.verdict.timed_out && !outcome.verdict.killed);
    assert_eq!(
        (outcome.exit.code, outcome.duration.as_millis()),
        (Some(0), 50)
    );
}

#[test]
fn who_was_forced_by_the_caller_is_seen_to_be_at_its_end_and_its_pipes_are_not_waited_for() {
    let fake = run(rules(), 100, None, async |fake, _| {
        fake.change(|world| world.forced = true);
        fake.exit(0); // the pipes stay open
    });
    let outcome = fake.outcome();
    assert!(outcome.verdict.killed && fake.signals().is_empty());
    assert_eq!(outcome.duration.as_millis(), 0);
}

#[test]
fn the_first_reason_stands() {
    let rules = Rules {
        timeout: Some(Duration::from_millis(50)),
        ..rules()
    };
    let fake = run(rules, 4, None, async |fake, controls| {
        controls.send(Control::Cancel).expect("it listens");
        sleep(Duration::from_millis(60)).await;
        fake.say(0, "too much");
        sleep(Duration::from_millis(1)).await;
        fake.exit(1);
    });
    let verdict = fake.outcome().verdict;
    assert!(verdict.cancelled && !verdict.timed_out && verdict.overflow.is_none());
    assert_eq!(
        fake.signals(),
        [(0, ASK, false), (50, ASK, false), (60, ASK, false)]
    );
}

#[test]
fn a_signal_of_the_callers_starts_the_same_way() {
    let fake = run(rules(), 4, None, async |fake, controls| {
        fake.change(|world| world.mortal = vec![FORCE]);
        controls
            .send(Control::Signalled {
                signal: 10,
                ends: false,
            })
            .expect("it listens");
        sleep(Duration::from_millis(500)).await;
        controls
            .send(Control::Signalled {
                signal: ASK,
                ends: true,
            })
            .expect("it listens");
    });
    assert_eq!(fake.signals(), [(600, FORCE, false)]);
    let verdict = fake.outcome().verdict;
    assert!(verdict.killed && !verdict.cancelled);
}

#[test]
fn an_overflow_kills_or_cuts() {
    let fake = run(rules(), 4, None, async |fake, _| {
        fake.change(|world| world.mortal = vec![ASK]);
        fake.say(1, "abcdef");
    });
    let outcome = fake.outcome();
    assert_eq!(outcome.verdict.overflow, Some(2));
    assert_eq!(text(&outcome, 1), "abcd");

    let rules = Rules {
        on_overflow: OnOverflow::Truncate,
        ..rules()
    };
    let fake = run(rules, 4, None, async |fake, _| {
        for _ in 0..1000 {
            fake.say(0, "abcdefghij");
        }
        fake.exit(0);
        fake.close();
    });
    let outcome = fake.outcome();
    assert_eq!(
        (text(&outcome, 0), outcome.verdict.overflow),
        ("abcd".into(), None)
    );
    assert!(
        outcome.outputs[0]
            .as_ref()
            .is_some_and(|kept| kept.truncated)
    );
    assert!(fake.signals().is_empty());
    assert!(lock(&fake.world).pipes[0].grown, "after a full read");
    assert!(!lock(&fake.world).pipes[1].grown);
}

#[test]
fn a_group_is_kept_until_nothing_of_it_is_left() {
    let rules = Rules {
        group: true,
        ..rules()
    };
    let fake = run(rules, 100, None, async |fake, controls| {
        fake.change(|world| world.mortal = vec![ASK]);
        controls.send(Control::Cancel).expect("it listens");
        sleep(Duration::from_millis(50)).await;
        assert!(
            lock(&fake.world).outcome.is_none(),
            "others of the group hold the pipe"
        );
        assert!(!lock(&fake.world).reaped, "its number must stay its own");
    });
    assert_eq!(fake.signals(), [(0, ASK, true), (100, FORCE, true)]);
    assert!(fake.outcome().verdict.cancelled);

    let fake = run(rules, 100, None, async |fake, controls| {
        fake.change(|world| world.mortal = vec![ASK]);
        controls.send(Control::Cancel).expect("it listens");
        sleep(Duration::from_millis(50)).await;
        fake.close();
    });
    assert_eq!(
        fake.signals(),
        [(0, ASK, true), (50, FORCE, true)],
        "those without a pipe"
    );
    drop(fake.outcome());

    let fake = run(rules, 100, None, async |fake, _| {
        fake.exit(0);
        fake.close();
    });
    assert!(
        fake.signals().is_empty(),
        "one that ends by itself is left alone"
    );
}

#[test]
fn an_abandoned_run_is_killed_and_what_it_says_dropped() {
    let fake = run(rules(), 100, None, async |fake, controls| {
        fake.say(0, "a");
        controls.send(Control::Abandon).expect("it listens");
        sleep(Duration::from_millis(1)).await;
        fake.say(0, "b");
        fake.change(|world| world.mortal = vec![FORCE]);
    });
    assert_eq!(fake.signals(), [(0, ASK, false), (100, FORCE, false)]);
    assert_eq!(lock(&fake.world).pipes[0].pieces.len(), 2, "nobody read it");
}

#[test]
fn a_forgotten_run_is_left_alone() {
    let feed = Arc::new(Feed::new(4));
    let fake = run(rules(), 100, Some(feed), async |fake, controls| {
        fake.say(0, "a");
        controls.send(Control::Forget).expect("it listens");
        sleep(Duration::from_millis(500)).await;
        fake.exit(0);
    });
    assert!(fake.signals().is_empty());
    assert_eq!(fake.outcome().exit.code, Some(0));
}

#[test]
fn a_flow_gets_what_was_kept_and_stops_the_reading_when_it_is_full() {
    let flow = Arc::new(Flow::new(4));
    let reader = Arc::clone(&flow);
    let fake = run(rules(), 100, None, async |fake, controls| {
        fake.say(0, "early ");
        sleep(Duration::from_millis(1)).await;
        assert_eq!(reader.take(), Taken::Later);
        controls.send(hand_on(&reader)).expect("it listens");
        sleep(Duration::from_millis(1)).await;
        assert_eq!(fake.news(), ["readable"]);
        fake.say(0, "late");
        sleep(Duration::from_millis(1)).await;
        assert_eq!(
            lock(&fake.world).pipes[0].pieces.len(),
            1,
            "the flow is full"
        );
        assert_eq!(
            reader.take(),
            Taken::Bytes {
                bytes: b"early ".to_vec(),
                resume: true
            }
        );
        controls.send(Control::Look).expect("it listens");
        sleep(Duration::from_millis(1)).await;
        fake.exit(0);
        fake.close();
        sleep(Duration::from_millis(1)).await;
        let late = Taken::Bytes {
            bytes: b"late".to_vec(),
            resume: true,
        };
        assert_eq!(reader.take(), late, "the end is behind it");
        controls.send(Control::Look).expect("it listens");
    });
    assert_eq!(flow.take(), Taken::Ended);
    let outcome = fake.outcome();
    assert_eq!(
        (outcome.outputs[0].is_none(), text(&outcome, 1)),
        (true, String::new())
    );
}

#[test]
fn a_killed_process_leaves_its_last_words_to_a_slow_reader() {
    let flow = Arc::new(Flow::new(1));
    let reader = Arc::clone(&flow);
    let fake = run(rules(), 100, None, async |fake, controls| {
        fake.change(|world| world.mortal = vec![ASK]);
        controls.send(hand_on(&reader)).expect("it listens");
        fake.say(0, "first ");
        fake.say(0, "last");
        sleep(Duration::from_millis(1)).await;
        controls.send(Control::Cancel).expect("it listens");
    });
    assert_eq!(
        flow.take(),
        Taken::Bytes {
            bytes: b"first last".to_vec(),
            resume: true
        }
    );
    assert_eq!(flow.take(), Taken::Ended);
    assert!(fake.outcome().verdict.cancelled);
}

#[test]
fn input_is_written_as_the_pipe_takes_it() {
    let feed = Arc::new(Feed::new(4));
    assert!(feed.write(b"ab".to_vec()));
    assert!(!feed.write(b"cdef".to_vec()));
    feed.end();
    let fake = run(rules(), 100, Some(Arc::clone(&feed)), async |fake, _| {
        fake.change(|world| world.input_room = 4);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(fake.news(), ["input true"]);
        fake.change(|world| world.input_room = 4);
        sleep(Duration::from_millis(1)).await;
        fake.exit(0);
        fake.close();
    });
    assert_eq!(lock(&fake.world).input, b"abcdef");
    assert!(!fake.outcome().verdict.input_lost);
}

#[test]
fn input_that_nobody_reads_is_reported() {
    let feed = Arc::new(Feed::new(4));
    feed.write(b"abcdef".to_vec());
    let fake = run(rules(), 100, Some(Arc::clone(&feed)), async |fake, _| {
        fake.change(|world| world.input_broken = true);
        fake.exit(0);
        fake.close();
    });
    assert!(feed.is_broken());
    assert!(feed.write(b"more".to_vec()), "swallowed, not refused");
    assert_eq!(fake.news(), ["input false"]);
    let outcome = fake.outcome();
    assert!(outcome.verdict.input_lost);
    assert_eq!(outcome.exit.code, Some(0));
}
