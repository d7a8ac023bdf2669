//! One user's watch on one loop: from the readings of its pulse to blocks. Pure: clocks and stacks are given to it.

use std::sync::Arc;

use super::block::{Block, Cause, News, Stack, Trace};
use super::pulse::Finished;

/// How often a block that lasts is looked at.
const LASTING: u64 = 10_000_000;
/// How long the first news of a block waits for its stack.
const PATIENCE: u64 = 250_000_000;
/// JavaScript tells where it is before it has computed for so long: the first time that it is asked makes V8 prepare.
const COMPUTED: u64 = 75_000_000;
/// A thread that is on a processor, or waits for one, for less than this part of its busy time waits in native code.
const WAITING: f64 = 0.2;
/// Of one that was found waiting each second time that it was looked at, or more often. What a hypervisor takes away counts
/// as waiting by the clocks, but not by the state that a thread is in: one that computes is never found waiting for long.
const FOUND_WAITING: f64 = 0.8;
/// Shares of times shorter than this say nothing.
const TELLING: u64 = 5_000_000;

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
}

struct Episode {
    id: u32,
    mark: u64,
    began: u64,
    blocked: u64,
    seen: u64,
    cause: Cause,
    /// What its cause was last judged by: the end of what is known of it, and the time before its turn or when the process
    /// last ran again.
    judged: (Spent, Spent),
    stack: Stack,
    /// How often its thread was looked at, and how often it waited then.
    looks: (u32, u32),
    /// When it was asked for its stack.
    asked: Option<Spent>,
    /// When it told it.
    answered: Option<Spent>,
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

    /// What its thread was found doing, where that was looked at.
    fn found(&mut self, waits: Option<bool>) {
        if let Some(waits) = waits {
            self.looks.0 += 1;
            self.looks.1 += u32::from(waits);
        }
    }

    /// A thread that is asked for its stack, and works or waits on for long, is in native code.
    fn judge(&mut self, spent: Spent, before: Spent) {
        self.judged = (spent, before);
        let until = self.answered.unwrap_or(spent);
        let asked = self.asked.unwrap_or(until);
        let worked = until.cpu.zip(asked.cpu);
        let worked = worked.map_or(0, |(until, asked)| until.saturating_sub(asked));
        let most = match self.looks {
            (0, _) => WAITING,
            (looks, waiting) if waiting * 2 >= looks => FOUND_WAITING,
            _ => 0.0,
        };
        let waits = spent.ran_since(before).is_some_and(|ran| ran < most);
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
            cause: Cause::Javascript,
            judged: (reading.spent, reading.before),
            stack: match self.rules.capture {
                true => Stack::Pending,
                false => Stack::NotAsked,
            },
            looks: (0, 0),
            asked: None,
            answered: None,
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
        now: u64,
        news: &mut Vec<News>,
    ) -> bool {
        let Some(episode) = self.find(id) else {
            return false;
        };
        episode.stack = match stack {
            Ok(trace) => Stack::Taken(trace),
            Err(reason) => Stack::Missing(reason),
        };
        self.settle(now, news);
        true
    }

    /// The thread is asked for the stack of this block.
    pub(super) fn asked(&mut self, id: u32, spent: Spent) {
        if let Some(episode) = self.find(id) {
            episode.asked = Some(spent);
        }
    }

    /// The thread told its stack at this time, `ago` before this moment of `now` and `spent`. False if that was not in
    /// the turn of the block; `mark` is that of the turn that goes on.
    pub(super) fn answered(
        &mut self,
        id: u32,
        mark: u64,
        (now, ago): (u64, u64),
        spent: Spent,
    ) -> bool {
        let at = now.saturating_sub(ago);
        let Some(episode) = self.find(id) else {
            return false;
        };
        let lasted = match episode.ended {
            Some(ended) => at <= ended,
            None => episode.mark == mark,
        };
        if !lasted || at < episode.began {
            return false;
        }
        // Of what it has computed since then only the most is known.
        let asked = episode.asked.and_then(|asked| asked.cpu).unwrap_or(0);
        let cpu = spent.cpu.map(|cpu| cpu.saturating_sub(ago).max(asked));
        episode.answered = Some(Spent { cpu, ..spent });
        let (spent, before) = episode.judged;
        episode.judge(spent, before);
        true
    }

    fn find(&mut self, id: u32) -> Option<&mut Episode> {
        self.episodes.iter_mut().find(|one| one.id == id)
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
