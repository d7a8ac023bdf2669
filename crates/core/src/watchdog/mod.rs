//! The watchdog: one thread that sees event loops block while they are blocked.
//!
//! A loop that waits for events cannot become a block before its threshold has passed, so the thread sleeps that long, and
//! only for the rest of it where the loop is at work: twenty looks a second at a threshold of 50 ms, and a block is seen as
//! soon as it is one. That the process itself did not run shows in the thread's own lateness, while the process spent no
//! processor time.

mod block;
mod pulse;
mod watch;

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use crate::lock::lock;
use crate::numbered::Numbered;

pub use block::{Block, Cause, News, Stack, Trace};
pub use pulse::{Finished, Pulse};
use watch::{Reading, Watch};
pub use watch::{Rules, Spent};

/// The clocks of the process, in nanoseconds.
pub trait Machine: Send + Sync + 'static {
    /// Monotonic.
    fn now(&self) -> u64;
    /// Processor time of the whole process, where that can be told.
    fn process_cpu(&self) -> Option<u64>;
    /// How long the machine has slept.
    fn asleep(&self) -> u64;
    /// How long the calling thread could run, and waited for a processor.
    fn queued(&self) -> u64;
    /// Runs first on the watchdog's thread.
    fn on_start(&self);
}

/// A loop as its watchdog reads it. Dropped before the loop ends.
pub trait LoopClocks: Send {
    /// How long the loop has waited for events, in nanoseconds.
    fn idle(&self) -> u64;
    /// The processor time of its thread.
    fn cpu(&self) -> Option<u64>;
    /// How long its thread could run, and waited for a processor.
    fn queued(&self) -> u64;
    /// Whether its thread waits at this moment, where that can be told.
    fn waits(&self) -> Option<bool>;
}

/// Whoever has set up a watch. Called on the watchdog's thread.
pub trait Listener: Send + Sync {
    /// Something has happened.
    fn hear(&self, news: News);
}

struct Loop {
    clocks: Box<dyn LoopClocks>,
    pulse: Arc<Pulse>,
    watches: Numbered<(Watch, Arc<dyn Listener>)>,
    before: Spent,
    /// The turn that goes on, and what was read in the last pass before it.
    turn: (u64, Spent),
    /// What of the turn with this mark the process was suspended for.
    excused: (u64, u64),
}

struct State {
    loops: Numbered<Loop>,
    last: u32,
    last_block: u32,
    running: bool,
    woken: bool,
}

/// See the module's text. One per process.
pub struct Watchdog {
    machine: Box<dyn Machine>,
    state: Mutex<State>,
    changed: Condvar,
}

type Heard = Vec<(Arc<dyn Listener>, Vec<News>)>;

/// The clocks at one moment.
struct Moment {
    now: u64,
    cpu: Option<u64>,
    asleep: u64,
    queued: u64,
}

/// For how long the process did not run, as the time from one sleep of the watchdog to the next shows it.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    /// For certain.
    late: u64,
    /// At most: without the processor time that it has spent.
    stood: u64,
    /// While the machine slept, which the monotonic clock does not count.
    asleep: u64,
}

impl Gap {
    /// `elapsed` is without the time in which the watchdog could run and had no processor: then others had them all.
    fn from_sleep(elapsed: u64, wait: u64, spent: Option<u64>, asleep: u64) -> Self {
        let late = elapsed.saturating_sub(wait);
        let asleep = if asleep >= LATE { asleep } else { 0 };
        match spent {
            Some(spent) if late >= LATE && spent < late / 2 => Self {
                late,
                stood: elapsed - spent.min(elapsed),
                asleep,
            },
            _ => Self {
                asleep,
                ..Self::default()
            },
        }
    }
}

/// No sleep is longer, so that what the process did not run for is known about as well.
const LONGEST_SLEEP: u64 = 250_000_000;

/// Lateness below this is a busy machine's.
const LATE: u64 = 100_000_000;

impl Loop {
    fn spent(&self, now: u64) -> Spent {
        Spent {
            busy: now.saturating_sub(self.clocks.idle()),
            cpu: self.clocks.cpu(),
            queued: self.clocks.queued(),
        }
    }

    fn update_threshold(&self) {
        let thresholds = self.watches.values().map(|(watch, _)| watch.threshold());
        self.pulse
            .set_threshold(thresholds.min().unwrap_or(u64::MAX));
    }

    fn pass(&mut self, now: u64, gap: Gap, last: &mut u32, heard: &mut Heard) -> u64 {
        let mut late_left = gap.stood;
        let mut finished = Vec::new();
        for turn in self.pulse.take_finished() {
            let known = if turn.mark == self.excused.0 {
                self.excused.1
            } else {
                0
            };
            let excused = (known + late_left).min(turn.length);
            late_left -= (excused - known.min(excused)).min(late_left);
            let before = if turn.mark == self.turn.0 {
                self.turn.1
            } else {
                self.before
            };
            finished.push((turn, excused, before));
        }
        let spent = self.spent(now);
        let mark = self.pulse.mark();
        if self.excused.0 != mark {
            self.excused = (mark, 0);
        }
        let active = spent.busy.saturating_sub(mark);
        self.excused.1 = (self.excused.1 + late_left).min(active);
        if gap.stood > 0 {
            self.turn = (mark, spent);
        } else if self.turn.0 != mark {
            self.turn = (mark, self.before);
        }
        let threshold = self.watches.values().map(|(watch, _)| watch.threshold());
        let lasts = threshold.min().is_some_and(|least| active >= least);
        let reading = Reading {
            now,
            spent,
            waits: if lasts { self.clocks.waits() } else { None },
            before: self.turn.1,
            mark,
            excused: self.excused.1,
            finished: &finished,
            suspended: gap.late + gap.asleep,
        };
        let mut wait = u64::MAX;
        for (watch, listener) in self.watches.values_mut() {
            let mut news = Vec::new();
            wait = wait.min(watch.pass(&reading, last, &mut news));
            if !news.is_empty() {
                heard.push((Arc::clone(listener), news));
            }
        }
        self.before = spent;
        wait
    }
}

fn tell(heard: Heard) {
    for (listener, news) in heard {
        for one in news {
            listener.hear(one);
        }
    }
}

impl Watchdog {
    /// Without a thread, which the first watch starts.
    #[must_use]
    pub fn new(machine: Box<dyn Machine>) -> Self {
        Self {
            machine,
            state: Mutex::new(State {
                loops: Numbered::default(),
                last: 0,
                last_block: 0,
                running: false,
                woken: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// A loop that can be watched from now on.
    pub fn add_loop(&self, clocks: Box<dyn LoopClocks>, pulse: Arc<Pulse>) -> u32 {
        let now = self.machine.now();
        let mut state = lock(&self.state);
        state.last += 1;
        let id = state.last;
        let mut added = Loop {
            clocks,
            pulse,
            watches: Numbered::default(),
            before: Spent::default(),
            turn: (0, Spent::default()),
            excused: (0, 0),
        };
        added.before = added.spent(now);
        state.loops.insert(id, added);
        id
    }

    /// The loop ends: when this returns its clocks are read no more.
    pub fn remove_loop(&self, id: u32) {
        lock(&self.state).loops.remove(&id);
        self.wake();
    }

    /// Watches a loop. None if it is not known.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn watch(
        self: &Arc<Self>,
        loop_id: u32,
        rules: Rules,
        listener: Arc<dyn Listener>,
    ) -> io::Result<Option<u32>> {
        let mut state = lock(&self.state);
        if !state.running {
            let watchdog = Arc::clone(self);
            let thread = thread::Builder::new().name("ironloop-watch".into());
            thread.spawn(move || watchdog.run())?;
            state.running = true;
        }
        state.last += 1;
        let id = state.last;
        let Some(watched) = state.loops.get_mut(&loop_id) else {
            return Ok(None);
        };
        watched.watches.insert(id, (Watch::new(rules), listener));
        watched.update_threshold();
        drop(state);
        self.wake();
        Ok(Some(id))
    }

    /// Ends a watch; nothing more is heard of it, but for news that is on its way.
    pub fn unwatch(&self, loop_id: u32, id: u32) {
        let mut state = lock(&self.state);
        if let Some(watched) = state.loops.get_mut(&loop_id) {
            watched.watches.remove(&id);
            watched.update_threshold();
        }
        drop(state);
        self.wake();
    }

    /// Makes the watchdog look now: a long turn has ended.
    pub fn wake(&self) {
        lock(&self.state).woken = true;
        self.changed.notify_one();
    }

    /// Looks at one loop at once, on the calling thread.
    pub fn look(&self, loop_id: u32) {
        let mut heard = Vec::new();
        let mut state = lock(&self.state);
        let (now, mut last) = (self.machine.now(), state.last_block);
        if let Some(watched) = state.loops.get_mut(&loop_id) {
            watched.pass(now, Gap::default(), &mut last, &mut heard);
        }
        state.last_block = last;
        drop(state);
        tell(heard);
    }

    /// The block that lasts longest of those that last, of all loops or of one.
    #[must_use]
    pub fn blocked(&self, only: Option<u32>) -> Option<(u32, Block)> {
        let state = lock(&self.state);
        let now = self.machine.now();
        let asked = state
            .loops
            .iter()
            .filter(|(id, _)| only.is_none_or(|only| only == **id));
        let blocks = asked.flat_map(|(id, watched)| {
            let mark = watched.pulse.mark();
            let active = watched.spent(now).busy.saturating_sub(mark);
            let active = active.saturating_sub(watched.excused.1);
            let lasting = watched.watches.values();
            lasting.filter_map(move |(watch, _)| Some((*id, watch.lasting(mark, active)?)))
        });
        blocks.max_by_key(|(_, block)| (block.blocked, block.stack != Stack::NotAsked))
    }

    /// The thread of a block is about to be asked for its stack.
    pub fn asked(&self, block: u32) {
        let mut state = lock(&self.state);
        let now = self.machine.now();
        for watched in state.loops.values_mut() {
            let spent = watched.spent(now);
            for (watch, _) in watched.watches.values_mut() {
                watch.asked(block, spent);
            }
        }
    }

    /// The thread of a block has told its stack, `ago` nanoseconds before this call. False if that was not in the turn of
    /// the block.
    #[must_use]
    pub fn answered(&self, block: u32, ago: u64) -> bool {
        let mut heard = Vec::new();
        let mut state = lock(&self.state);
        let (now, mut last) = (self.machine.now(), state.last_block);
        let within = state.loops.values_mut().any(|watched| {
            // Whether the turn is over has to be known first.
            watched.pass(now, Gap::default(), &mut last, &mut heard);
            let (spent, mark) = (watched.spent(now), watched.pulse.mark());
            let mut watches = watched.watches.values_mut();
            watches.any(|(watch, _)| watch.answered(block, mark, (now, ago), spent))
        });
        state.last_block = last;
        drop(state);
        tell(heard);
        within
    }

    /// The answer to `News::Capture`: the stack, or why there is none.
    pub fn captured(&self, id: u32, stack: Result<Trace, String>) {
        let stack = stack.map(Arc::new).map_err(Arc::from);
        let mut heard = Vec::new();
        let mut state = lock(&self.state);
        let now = self.machine.now();
        for watched in state.loops.values_mut() {
            for (watch, listener) in watched.watches.values_mut() {
                let mut news = Vec::new();
                if watch.captured(id, stack.clone(), now, &mut news) {
                    heard.push((Arc::clone(listener), news));
                }
            }
        }
        drop(state);
        tell(heard);
    }

    fn run(&self) {
        self.machine.on_start();
        let (mut gap, mut since) = (Gap::default(), self.moment());
        loop {
            let mut heard = Vec::new();
            let Some(wait) = self.pass(gap, &mut heard) else {
                return;
            };
            if !heard.is_empty() {
                tell(heard);
                since = self.moment(); // a report may have waited for whoever reads it
            }
            gap = self.sleep(wait.min(LONGEST_SLEEP), &mut since);
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.machine.now(),
            cpu: self.machine.process_cpu(),
            asleep: self.machine.asleep(),
            queued: self.machine.queued(),
        }
    }

    /// Looks at every loop. None when there is nothing to watch, and the thread ends.
    fn pass(&self, gap: Gap, heard: &mut Heard) -> Option<u64> {
        let mut state = lock(&self.state);
        state.woken = false;
        let (now, mut last, mut wait) = (self.machine.now(), state.last_block, u64::MAX);
        for watched in state.loops.values_mut() {
            wait = wait.min(watched.pass(now, gap, &mut last, heard));
        }
        state.last_block = last;
        state.running = wait != u64::MAX;
        state.running.then_some(wait)
    }

    /// Counts from the end of the sleep before, since the process may be stopped at any point between the two.
    fn sleep(&self, wait: u64, since: &mut Moment) -> Gap {
        let state = lock(&self.state);
        if !state.woken {
            drop(self.wait(state, wait));
        }
        let before = std::mem::replace(since, self.moment());
        let elapsed = since.now.saturating_sub(before.now);
        let queued = since.queued.saturating_sub(before.queued);
        let spent = since.cpu.zip(before.cpu);
        Gap::from_sleep(
            elapsed.saturating_sub(queued),
            wait,
            spent.map(|(after, before)| after.saturating_sub(before)),
            since.asleep.saturating_sub(before.asleep),
        )
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, wait: u64) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, Duration::from_nanos(wait));
        waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state)
    }
}

#[cfg(test)]
mod tests;
