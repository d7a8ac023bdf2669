//! How long tasks take, and what follows from it: how many to claim at once, how many workers to wake.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The work that one claim should hold: enough to make the crossing cheap, little enough that others are not kept
/// waiting for what they could have run.
pub(super) const CLAIM: Duration = Duration::from_micros(150);

const CLAIM_NS: u64 = CLAIM.as_nanos() as u64;

/// A moving average that rises fast and falls slowly: one long task among short ones makes claims small for a while,
/// because what is claimed behind a long task waits for it.
#[derive(Default)]
pub(super) struct Pace {
    /// Nanoseconds per task; 0 until something was measured. A lost update between two workers costs nothing.
    average: AtomicU64,
}

impl Pace {
    /// `tasks` were done in `occupied` by one worker.
    pub(super) fn record(&self, occupied: Duration, tasks: usize) {
        if tasks == 0 {
            return;
        }
        let elapsed = u64::try_from(occupied.as_nanos()).unwrap_or(u64::MAX);
        let sample = (elapsed / tasks as u64).max(1);
        let old = self.average.load(Ordering::Relaxed);
        let new = if old == 0 {
            sample
        } else if sample > old {
            old + (sample - old) / 4
        } else {
            let weight = (tasks as u64).min(16);
            old - (old - sample) * weight / 32
        };
        self.average.store(new.max(1), Ordering::Relaxed);
    }

    /// How many of `queued` tasks one worker of `workers` should claim: all that are [`CLAIM`] of work together, else
    /// its share, at most [`CLAIM`] of work.
    pub(super) fn claim_size(&self, queued: usize, workers: usize) -> usize {
        let average = self.average.load(Ordering::Relaxed);
        if average == 0 {
            return 1;
        }
        let by_time = usize::try_from(CLAIM_NS / average).unwrap_or(usize::MAX);
        if queued <= by_time {
            return queued.max(1);
        }
        by_time.min(queued.div_ceil(workers.max(1))).max(1)
    }

    /// How many workers `queued` tasks are worth waking.
    pub(super) fn workers_for(&self, queued: usize) -> usize {
        let average = self.average.load(Ordering::Relaxed);
        if average == 0 {
            return queued;
        }
        let work = (queued as u64).saturating_mul(average);
        usize::try_from(work.div_ceil(CLAIM_NS))
            .unwrap_or(queued)
            .min(queued)
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use std::time::Duration;

    #[test]
    fn claims_start_at_one_and_grow_to_the_target() {
        let pace = Pace::default();
        assert_eq!(pace.claim_size(1000, 2), 1);
        assert_eq!(pace.workers_for(3), 3);
        for _ in 0..50 {
            pace.record(Duration::from_micros(16), 16);
        }
        assert_eq!(pace.claim_size(100, 2), 100);
        assert_eq!(pace.workers_for(100), 1);
        assert_eq!(pace.claim_size(10_000, 2), 150);
        assert_eq!(pace.claim_size(200, 4), 50);
        assert_eq!(pace.workers_for(1000), 7);
    }

    #[test]
    fn one_long_task_makes_claims_small_at_once_and_for_a_while() {
        let pace = Pace::default();
        for _ in 0..50 {
            pace.record(Duration::from_micros(20), 1);
        }
        pace.record(Duration::from_millis(50), 1);
        assert_eq!(pace.claim_size(100, 2), 1);
        for _ in 0..40 {
            pace.record(Duration::from_micros(20), 1);
        }
        assert_eq!(pace.claim_size(100, 2), 1);
        for _ in 0..400 {
            pace.record(Duration::from_micros(20), 1);
        }
        assert!(pace.claim_size(100, 2) > 4);
    }

    #[test]
    fn extremes_stay_in_range() {
        let pace = Pace::default();
        pace.record(Duration::ZERO, 5);
        assert!(pace.claim_size(7, 0) >= 1);
        pace.record(Duration::MAX, 1);
        assert_eq!(pace.claim_size(usize::MAX, 1), 1);
        assert_eq!(pace.workers_for(9), 9);
    }
}
