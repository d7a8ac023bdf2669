//! One user's watch on one loop: from the readings of its pulse to blocks. Pure: clocks and stacks are given to it.

use std::sync::Arc;

use super::block::{Block, Cause, News, Stack, Trace};
use super::pulse::Finished;

/// How often a block that lasts is looked at.
const LASTING: u64 = 10_000_000;
/// How long the first news of a block waits for its stack.
const PATIENCE: u64 = 250_000_000;
/// JavaScript stops before it has computed for so long: the first stop of a process makes V8 prepare for it.
const COMPUTED: u64 = 75_000_000;
/// A thread that is on a processor, or waits for one, for less than this part of its busy time waits in native code.
const WAITING: f64 = 0.2;
/// Of one that was found waiting each second time that it was looked at, or more often. What a hypervisor takes away counts
/// as waiting by the clocks, but not by the state that a thread is in: one that computes is never found waiting for long.
const FOUND_WAITING: f64 = 0.8;
/// Shares of times shorter than this say nothing.
const TELLING: u64 = 5_000_000;

const NO_PAUSE: Spent = Spent {
    busy: 0,
    cpu: Some(0),
    queued: 0,
};

/// What is a block, and what happens then. Times are in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Turns of at least this length are blocks.
    pub threshold: u64,
    /// Whether stacks are taken.
    pub capture: bool,
    /// A block of this length ends the process.
    pub abort_after: Option<u64>,
}

/// Busy clock and processor time of a loop's thread at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// The busy clock.
    pub busy: u64,
    /// Processor time, where it can be told.
    pub cpu: Option<u64>,
    /// How long the thread could run, and waited for a processor.
    pub queued: u64,
}

impl Spent {
    /// The part of the busy time since `before` in which the thread ran, or could have. None if that cannot be told.
    fn ran_since(self, before: Spent) -> Option<f64> {
        let busy = self.busy.saturating_sub(before.busy);
        let ran = (self.cpu? + self.queued).saturating_sub(before.cpu? + before.queued);
        (busy >= TELLING).then(|| ran as f64 / busy as f64)
    }

    fn without(self, pause: Self) -> Self {
        Self {
            busy: self.busy.saturating_sub(pause.busy),
            cpu: self
                .cpu
                .zip(pause.cpu)
                .map(|(all, paused)| all.saturating_sub(paused)),
            queued: self.queued.saturating_sub(pause.queued),
        }
    }
}

struct Episode {
    id: u32,
    mark: u64,
    began: u64,
    blocked: u64,
    seen: u64,
    /// Before its turn began, or when the process last ran again.
    before: Spent,
    cause: Cause,
    stack: Stack,
    /// How often its thread was looked at, and how often it waited then.
    looks: (u32, u32),
    /// When it was asked to stop for its stack.
    asked: Option<Spent>,
    /// When the thread stopped for it.
    stopped: Option<Spent>,
    /// What passed while it stood still for it, once it has gone on.
    pause: Option<Spent>,
    told: bool,
    ended: Option<u64>,
    aborted: bool,
}

impl Episode {
    fn block(&self) -> Block {
        Block {
            id: self.id,
            began: self.began,
            blocked: self.blocked,
            cause: self.cause,
            ended: self.ended.is_some(),
            stack: self.stack.clone(),
        }
    }

    /// Whether its thread stands still because its stack is taken.
    fn stands_for_us(&self) -> bool {
        self.stopped.is_some() && self.pause.is_none()
    }

    /// The stack was taken, or there will be none: the thread goes on.
    fn resumed(&mut self, now: Spent) {
        if let Some(stopped) = self.stopped
            && self.pause.is_none()
        {
            self.pause = Some(now.without(stopped));
        }
    }

    /// What its thread was found doing, where that was looked at.
    fn found(&mut self, waits: Option<bool>) {
        let Some(waits) = waits.filter(|_| !self.stands_for_us()) else {
            return;
        };
        self.looks.0 += 1;
        self.looks.1 += u32::from(waits);
    }

    /// A thread that is to stop for its stack, and works or waits on for long, is in native code.
    fn judge(&mut self, spent: Spent, before: Spent) {
        let until = self.stopped.unwrap_or(spent);
        let asked = self.asked.unwrap_or(until);
        let worked = until.cpu.zip(asked.cpu);
        let worked = worked.map_or(0, |(until, asked)| until.saturating_sub(asked));
        let most = match self.looks {
            (0, _) => WAITING,
            (looks, waiting) if waiting * 2 >= looks => FOUND_WAITING,
            _ => 0.0,
        };
        // That it stood still for us tells nothing of what it does.
        let own = match (self.stopped, self.pause) {
            (Some(stopped), None) => stopped,
            (_, pause) => spent.without(pause.unwrap_or(NO_PAUSE)),
        };
        let waits = own.ran_since(before).is_some_and(|ran| ran < most);
        self.cause = if waits || worked >= COMPUTED {
            Cause::Native
        } else {
            Cause::Javascript
        };
    }
}

/// What a pass has read of a loop.
pub struct Reading<'a> {
    /// By the monotonic clock.
    pub now: u64,
    /// Of this moment.
    pub spent: Spent,
    /// Whether the loop's thread waits, where that was looked at.
    pub waits: Option<bool>,
    /// Of the last pass before this turn, or of when the process last ran again.
    pub before: Spent,
    /// The busy clock at the beginning of the turn.
    pub mark: u64,
    /// What of that turn the process was suspended for.
    pub excused: u64,
    /// Turns that were long, each with what of it the process was suspended for, and the last pass before it.
    pub finished: &'a [(Finished, u64, Spent)],
    /// How long the process was suspended since the pass before.
    pub suspended: u64,
}

/// See the module's text.
pub struct Watch {
    rules: Rules,
    episodes: Vec<Episode>,
}

impl Watch {
    #[must_use]
    pub(super) fn new(rules: Rules) -> Self {
        Self {
            rules,
            episodes: Vec::new(),
        }
    }

    pub(super) fn threshold(&self) -> u64 {
        self.rules.threshold
    }

    /// Looks at the loop. Returns after how many nanoseconds it has to be looked at again at the latest.
    pub(super) fn pass(
        &mut self,
        reading: &Reading<'_>,
        next_id: &mut u32,
        news: &mut Vec<News>,
    ) -> u64 {
        if reading.suspended >= self.rules.threshold {
            let mut episode = self.episode(reading, next_id, 0, reading.suspended);
            episode.cause = Cause::Suspended;
            episode.stack = Stack::NotAsked;
            episode.ended = Some(reading.now);
            news.push(News::Ended(episode.block()));
        }
        for (finished, excused, before) in reading.finished {
            self.finish(finished, *excused, *before, reading, next_id, news);
        }
        let wait = self.look(reading, next_id, news);
        self.settle(reading.now, news);
        if self.episodes.is_empty() {
            wait
        } else {
            wait.min(LASTING)
        }
    }

    fn episode(
        &self,
        reading: &Reading<'_>,
        next_id: &mut u32,
        mark: u64,
        blocked: u64,
    ) -> Episode {
        *next_id = next_id.wrapping_add(1);
        Episode {
            id: *next_id,
            mark,
            began: reading.now.saturating_sub(blocked),
            blocked,
            seen: reading.now,
            before: reading.before,
            cause: Cause::Javascript,
            stack: match self.rules.capture {
                true => Stack::Pending,
                false => Stack::NotAsked,
            },
            looks: (0, 0),
            asked: None,
            stopped: None,
            pause: None,
            told: false,
            ended: None,
            aborted: false,
        }
    }

    /// A turn is over: that of a block, or one that is a block and was not seen before.
    fn finish(
        &mut self,
        turn: &Finished,
        excused: u64,
        before: Spent,
        reading: &Reading<'_>,
        next_id: &mut u32,
        news: &mut Vec<News>,
    ) {
        let length = turn.length.saturating_sub(excused);
        let spent = Spent {
            busy: turn.mark + turn.length,
            cpu: turn.cpu,
            queued: turn.queued,
        };
        let open = self
            .episodes
            .iter_mut()
            .find(|one| one.mark == turn.mark && one.ended.is_none());
        if let Some(episode) = open {
            episode.blocked = length;
            episode.ended = Some(turn.ended);
            episode.judge(spent, before);
            if episode.stack == Stack::Pending {
                news.push(News::Release(episode.id));
            }
        } else if length >= self.rules.threshold {
            let mut episode = self.episode(reading, next_id, turn.mark, length);
            episode.began = turn.ended.saturating_sub(length);
            episode.ended = Some(turn.ended);
            if episode.stack == Stack::Pending {
                episode.stack = Stack::Missing("ended".into());
            }
            episode.judge(spent, before);
            self.episodes.push(episode);
        }
    }

    /// The turn that goes on.
    fn look(&mut self, reading: &Reading<'_>, next_id: &mut u32, news: &mut Vec<News>) -> u64 {
        let active = reading.spent.busy.saturating_sub(reading.mark);
        let active = active.saturating_sub(reading.excused);
        let open = self
            .episodes
            .iter_mut()
            .find(|one| one.mark == reading.mark && one.ended.is_none());
        let Some(episode) = open else {
            if active < self.rules.threshold {
                return self.rules.threshold - active;
            }
            let mut episode = self.episode(reading, next_id, reading.mark, active);
            episode.found(reading.waits);
            episode.judge(reading.spent, reading.before);
            if episode.stack == Stack::Pending {
                news.push(News::Capture(episode.id));
            }
            self.episodes.push(episode);
            return LASTING;
        };
        episode.blocked = active;
        if reading.suspended > 0 {
            episode.before = reading.before;
        }
        episode.found(reading.waits);
        episode.judge(reading.spent, reading.before);
        let Some(limit) = self.rules.abort_after else {
            return LASTING;
        };
        if active >= limit && !episode.aborted {
            episode.aborted = true;
            news.push(News::Abort(episode.block()));
        }
        LASTING.min(limit.saturating_sub(active).max(1))
    }

    /// Tells what can be told, and forgets what is over.
    fn settle(&mut self, now: u64, news: &mut Vec<News>) {
        for episode in &mut self.episodes {
            let since = now.saturating_sub(episode.ended.unwrap_or(episode.seen));
            if episode.stack == Stack::Pending && since < PATIENCE {
                continue;
            }
            if episode.ended.is_some() {
                if episode.stack == Stack::Pending {
                    episode.stack = Stack::Missing("ended".into());
                }
                news.push(News::Ended(episode.block()));
            } else if !episode.told {
                episode.told = true;
                news.push(News::Blocked(episode.block()));
            }
        }
        self.episodes
            .retain(|one| one.ended.is_none() || one.stack == Stack::Pending);
    }

    /// The answer to `News::Capture`. False if the block is not of this watch.
    pub(super) fn captured(
        &mut self,
        id: u32,
        stack: Result<Arc<Trace>, Arc<str>>,
        (now, spent): (u64, Spent),
        news: &mut Vec<News>,
    ) -> bool {
        let Some(episode) = self.episodes.iter_mut().find(|one| one.id == id) else {
            return false;
        };
        episode.stack = match stack {
            Ok(trace) => Stack::Taken(trace),
            Err(reason) => Stack::Missing(reason),
        };
        episode.resumed(spent);
        if let Some(stopped) = episode.stopped {
            episode.judge(stopped, episode.before);
        }
        self.settle(now, news);
        true
    }

    /// The thread is asked to stop for the stack of this block.
    pub(super) fn asked(&mut self, id: u32, spent: Spent) {
        if let Some(episode) = self.episodes.iter_mut().find(|one| one.id == id) {
            episode.asked = Some(spent);
        }
    }

    /// The thread stands still for the stack of this block. False if it is not in the turn of it any more.
    pub(super) fn stopped(&mut self, id: u32, mark: u64, spent: Spent) -> bool {
        let mut wanted = self.episodes.iter_mut();
        let wanted = wanted.find(|one| one.id == id && one.mark == mark && one.ended.is_none());
        let Some(episode) = wanted else {
            return false;
        };
        episode.stopped = Some(spent);
        true
    }

    /// The block that lasts, with its length by now.
    pub(super) fn lasting(&self, mark: u64, active: u64) -> Option<Block> {
        let episode = self.episodes.iter().find(|one| one.ended.is_none())?;
        (episode.mark == mark).then(|| Block {
            blocked: active.max(episode.blocked),
            ..episode.block()
        })
    }
}
