//! Where the time of an event loop goes, told from three points of each of its turns: before it waits for events, before
//! `setImmediate` callbacks, and after them.

use crate::pool::Histogram;

/// Nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Turns that are over.
    pub turns: u64,
    /// Waiting for events.
    pub poll_idle: u64,
    /// Callbacks of events.
    pub poll_busy: u64,
    /// Callbacks of `setImmediate`.
    pub check: u64,
    /// Closing, timers, and what was left over from the turn before.
    pub rest: u64,
    /// The turn that was at work longest.
    pub longest: u64,
}

#[derive(Clone, Copy)]
enum Phase {
    /// Not yet known: the account begins with the next point.
    Outside,
    Poll,
    Check,
    Rest,
}

impl Spent {
    /// Adds a phase, or what has passed of it. Returns how much of it the loop was at work.
    fn add(&mut self, phase: Phase, lasted: u64, waited: u64) -> u64 {
        let busy = lasted - waited;
        match phase {
            Phase::Poll => {
                self.poll_idle += waited;
                self.poll_busy += busy;
            }
            Phase::Check => self.check += busy,
            Phase::Rest => self.rest += busy,
            Phase::Outside => return 0,
        }
        busy
    }
}

/// One loop's account.
pub struct LoopStats {
    spent: Spent,
    phase: Phase,
    /// When the phase began, and how long the loop had waited in all by then.
    since: (u64, u64),
    /// How long the turn has been at work.
    busy: u64,
    turns: Histogram,
}

impl LoopStats {
    /// From the next point of a turn on.
    #[must_use]
    pub fn new(now: u64, idle: u64) -> Self {
        Self {
            spent: Spent::default(),
            phase: Phase::Outside,
            since: (now, idle),
            busy: 0,
            turns: Histogram::default(),
        }
    }

    /// The loop is about to wait for events: a turn is over. Returns how long the loop has waited in all; between its
    /// check phase and here it never waits, so the host, whose answer costs a lock, need not be asked again.
    pub fn prepare(&mut self, now: u64) -> u64 {
        let known = !matches!(self.phase, Phase::Outside);
        let idle = self.since.1;
        self.leave(now, idle, Phase::Poll);
        if known {
            self.spent.turns += 1;
            self.spent.longest = self.spent.longest.max(self.busy);
            self.turns.record(self.busy, 1);
            self.busy = 0;
        }
        idle
    }

    /// It has handled events.
    pub fn check(&mut self, now: u64, idle: u64) {
        self.leave(now, idle, Phase::Check);
    }

    /// The check phase is over.
    pub fn check_over(&mut self, now: u64) {
        let idle = self.since.1;
        self.leave(now, idle, Phase::Rest);
    }

    fn leave(&mut self, now: u64, idle: u64, next: Phase) {
        let (lasted, waited) = self.passed(now, idle);
        self.busy += self.spent.add(self.phase, lasted, waited);
        self.phase = next;
        self.since = (now, idle);
    }

    /// Since the phase began: how long it has lasted, and how long of that the loop has waited.
    fn passed(&self, now: u64, idle: u64) -> (u64, u64) {
        let lasted = now.saturating_sub(self.since.0);
        (lasted, idle.saturating_sub(self.since.1).min(lasted))
    }

    /// The account with what of the present phase has passed.
    #[must_use]
    pub fn read(&self, now: u64, idle: u64) -> Spent {
        let mut spent = self.spent;
        let (lasted, waited) = self.passed(now, idle);
        let busy = spent.add(self.phase, lasted, waited);
        spent.longest = spent.longest.max(self.busy + busy);
        spent
    }

    /// Where the loop is: 0 not known, 1 polling, 2 in its check phase, 3 elsewhere.
    #[must_use]
    pub fn phase(&self) -> u64 {
        self.phase as u64
    }

    /// How many turns are over.
    #[must_use]
    pub fn turns_made(&self) -> u64 {
        self.spent.turns
    }

    /// How long turns were at work.
    #[must_use]
    pub fn turns(&self) -> &Histogram {
        &self.turns
    }
}

#[cfg(test)]
mod tests {
    use super::{LoopStats, Spent};

    #[test]
    fn each_phase_has_its_time_and_the_present_one_what_has_passed() {
        let mut stats = LoopStats::new(1_000, 500);
        assert_eq!(stats.prepare(1_010), 500); // nothing is known of before
        stats.check(1_110, 580); // 80 idle, 20 busy
        stats.check_over(1_140); // 30
        assert_eq!(stats.read(1_145, 580).rest, 5);
        assert_eq!(stats.prepare(1_150), 580); // 10 rest
        let spent = Spent {
            turns: 1,
            poll_idle: 80,
            poll_busy: 20,
            check: 30,
            rest: 10,
            longest: 60,
        };
        assert_eq!(stats.read(1_150, 580), spent);
        assert_eq!(
            stats.read(1_250, 680),
            Spent {
                poll_idle: 180,
                ..spent
            }
        );
        assert_eq!(stats.turns().summary().count, 1);
        assert_eq!(stats.turns().summary().max, 60);
    }
}
