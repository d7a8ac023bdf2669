use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, Sleep, sleep_until};

use super::input::Wrote;
use super::ladder::Ladder;
use super::output::Output;
use super::{
    Capture, Desk, Exit, Feed, Flow, Growth, Input, OnOverflow, Outcome, Process, Rules, Sink,
    Source, Verdict,
};

/// How often the memory of a tree is looked at, where the kernel does not bound it.
const MEMORY_LOOK: Duration = Duration::from_millis(20);

/// What the user of a run asks for while it runs.
#[derive(Debug)]
pub enum Control {
    /// A signal that was sent by the caller already; `ends` says that it asks the process to end.
    Signalled { signal: i32, ends: bool },
    /// The caller no longer wants the run: its end is a cancellation.
    Cancel,
    /// Nobody is left who could hear of it: it is killed and its output dropped.
    Abandon,
    /// Nobody is left who could hear of it, and it is to live on: its output is dropped, its input ended.
    Forget,
    /// An output goes to this flow from now on; `keep` keeps it, too.
    HandOn {
        output: usize,
        flow: Arc<Flow>,
        keep: bool,
    },
    /// stdout goes to another process from now on.
    Feed(Arc<Feed>),
    /// stdout is of no interest any more.
    CloseOutput,
    /// The flow has room, or the feed has something.
    Look,
}

/// A process that has just been started.
pub struct Parts<P, R, W> {
    pub process: P,
    pub outputs: [(Option<R>, Option<Capture>); 2],
    pub input: Option<Input<W>>,
    pub controls: UnboundedReceiver<Control>,
    pub rules: Rules,
    pub growth: Growth,
    /// When the process was started.
    pub started: Instant,
}

/// Follows a process until it has ended, its pipes are read to the end, and, where it had to be killed, nothing of it is
/// left that we can reach. Then tells the desk.
///
/// A process that ends by itself is waited for until its pipes end too, as Node's 'close' event is: what it started may
/// still write. One that we killed is not: what it wrote itself is in the pipes by then.
pub async fn drive<P: Process, R: Source, W: Sink>(parts: Parts<P, R, W>, desk: impl Desk) {
    let mut driver = Driver::new(parts, desk);
    poll_fn(|context| driver.poll(context)).await;
    driver.finish();
}

struct Driver<P, R, W, D> {
    process: P,
    outputs: [Output<R>; 2],
    input: Option<Input<W>>,
    controls: UnboundedReceiver<Control>,
    rules: Rules,
    desk: D,
    ladder: Ladder,
    verdict: Verdict,
    started: Instant,
    timeout_at: Option<Instant>,
    memory_at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    ended: bool,
    exit: Option<Exit>,
}

impl<P: Process, R: Source, W: Sink, D: Desk> Driver<P, R, W, D> {
    fn new(parts: Parts<P, R, W>, desk: D) -> Self {
        let started = parts.started;
        let growth = parts.growth;
        let on_overflow = parts.rules.on_overflow;
        let outputs = parts
            .outputs
            .map(|(source, capture)| Output::new(source, capture, on_overflow, growth.clone()));
        Self {
            process: parts.process,
            outputs,
            input: parts.input,
            controls: parts.controls,
            desk,
            ladder: Ladder::new(parts.rules.grace),
            verdict: Verdict::default(),
            started,
            timeout_at: parts
                .rules
                .timeout
                .and_then(|timeout| started.checked_add(timeout)),
            memory_at: parts.rules.memory.map(|_| started + MEMORY_LOOK),
            timer: None,
            ended: false,
            exit: None,
            rules: parts.rules,
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while let Poll::Ready(Some(control)) = self.controls.poll_recv(context) {
            self.obey(control);
        }
        loop {
            // The end first: whatever the process wrote is in the pipes once it is seen.
            if !self.ended && self.process.poll_ended(context).is_ready() {
                self.end();
            }
            let doomed = self.is_doomed();
            self.read(context);
            self.write(context);
            if self.is_doomed() && !doomed {
                continue; // its last words are still to be read
            }
            if self.is_over(context) {
                return Poll::Ready(());
            }
            if !self.deadline_passed(context) {
                return Poll::Pending;
            }
        }
    }

    /// It has ended and we wanted that: nobody waits for those who still hold its pipes.
    fn is_doomed(&self) -> bool {
        self.ended && self.ladder.began()
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Signalled { signal, ends } => {
                if ends {
                    self.verdict.killed = true;
                    self.climb(signal);
                }
            }
            Control::Cancel => {
                self.verdict.cancelled |= !self.verdict.stands();
                self.kill();
            }
            Control::Abandon => {
                for output in &mut self.outputs {
                    output.close();
                }
                self.kill();
            }
            Control::Forget => {
                for output in &mut self.outputs {
                    output.close();
                }
                if let Some(input) = &self.input {
                    input.end();
                }
            }
            Control::HandOn { output, flow, keep } => {
                let Some(taken) = self.outputs.get_mut(output) else {
                    return;
                };
                if taken.hand_on(flow, keep) {
                    self.desk.readable(output);
                }
            }
            Control::Feed(feed) => {
                self.outputs[0].feed(feed);
                self.desk.fed();
            }
            Control::CloseOutput => {
                self.outputs[0].close();
            }
            Control::Look => {}
        }
    }

    /// Without a group there is no reason to keep the number of the process: its status is taken at once.
    fn end(&mut self) {
        self.ended = true;
        if self.desk.was_forced() {
            self.verdict.killed = true;
            self.climb(self.rules.force_signal);
        }
        if !self.rules.group {
            self.reap();
        }
    }

    fn reap(&mut self) {
        if self.exit.is_none() {
            self.exit = Some(self.process.reap());
        }
    }

    fn read(&mut self, context: &mut Context<'_>) {
        let doomed = self.is_doomed();
        let mut overflow = None;
        for (at, output) in self.outputs.iter_mut().enumerate() {
            let mut progress = output.poll(context);
            if doomed {
                progress.add(output.drain());
            }
            if progress.readable {
                self.desk.readable(at);
            }
            if progress.fed {
                self.desk.fed();
            }
            if progress.overflowed {
                overflow = overflow.or(Some(at + 1));
                if self.rules.on_overflow == OnOverflow::Spill {
                    self.desk.overflowed(at);
                }
            }
        }
        if overflow.is_some() && self.rules.on_overflow == OnOverflow::Kill {
            if !self.verdict.stands() {
                self.verdict.overflow = overflow;
            }
            self.kill();
        }
    }

    fn write(&mut self, context: &mut Context<'_>) {
        let Some(input) = &mut self.input else { return };
        match input.poll(context) {
            Wrote::Nothing => {}
            Wrote::Room => self.desk.input(true),
            Wrote::Lost => {
                self.verdict.input_lost = true;
                self.desk.input(false);
            }
        }
    }

    /// Asks the process to end, and starts the way to force it.
    fn kill(&mut self) {
        let signal = self.rules.kill_signal;
        self.verdict.killed |= self.process.signal(signal, self.rules.group);
        self.climb(signal);
    }

    fn look_at_memory(&mut self) {
        self.memory_at = None;
        let limit = self.rules.memory.unwrap_or(u64::MAX);
        if self.process.tree_rss() > limit {
            // As the kernel does it: there is no time for a grace.
            self.verdict.out_of_memory = !self.verdict.stands();
            self.ladder.asked(Instant::now());
            self.force();
        } else if !self.ended {
            self.memory_at = Some(Instant::now() + MEMORY_LOOK);
        }
    }

    fn climb(&mut self, signal: i32) {
        let now = Instant::now();
        self.ladder.asked(now);
        if signal == self.rules.force_signal {
            self.ladder.forced(now);
        }
    }

    fn force(&mut self) {
        self.verdict.killed |= self
            .process
            .signal(self.rules.force_signal, self.rules.group);
        self.ladder.forced(Instant::now());
    }

    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let open = self.outputs.iter().any(Output::is_open);
        if !self.is_doomed() {
            return self.ended && !open;
        }
        if self.rules.group && self.process.sees_tree() {
            // All of it has its grace.
            return self.process.poll_tree_gone(context).is_ready() || self.ladder.gave_up();
        }
        if self.rules.group && !self.ladder.is_forced() {
            // Those of its group that still hold a pipe have their grace; without one nothing tells us of them.
            if open {
                return false;
            }
            self.force();
        }
        true
    }

    /// Acts on a deadline that has passed; else sees to it that the next one wakes us.
    fn deadline_passed(&mut self, context: &mut Context<'_>) -> bool {
        let deadlines = [self.timeout_at, self.memory_at, self.ladder.deadline()];
        let Some(next) = deadlines.into_iter().flatten().min() else {
            return false;
        };
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(next)));
        if timer.deadline() != next {
            timer.as_mut().reset(next);
        }
        if timer.as_mut().poll(context).is_pending() {
            return false;
        }
        if self.timeout_at.is_some_and(|at| at <= next) {
            self.timeout_at = None;
            self.verdict.timed_out |= !self.verdict.stands();
            self.kill();
        } else if self.memory_at.is_some_and(|at| at <= next) {
            self.look_at_memory();
        } else if self.ladder.is_forced() {
            self.ladder.give_up();
        } else {
            self.force();
        }
        true
    }

    fn finish(mut self) {
        self.reap();
        self.verdict.out_of_memory |= !self.verdict.stands() && self.process.ran_out_of_memory();
        for (at, output) in self.outputs.iter_mut().enumerate() {
            if output.close() {
                self.desk.readable(at);
            }
        }
        self.desk.fed();
        if self.input.as_mut().is_some_and(Input::finish) {
            self.verdict.input_lost = true;
            self.desk.input(false);
        }
        let outcome = Outcome {
            exit: self.exit.unwrap_or_default(),
            verdict: self.verdict,
            duration: self.started.elapsed(),
            outputs: self.outputs.map(Output::finish),
        };
        // Whoever hears that it is over finds its descriptors closed.
        drop((self.process, self.input));
        self.desk.done(outcome);
    }
}
