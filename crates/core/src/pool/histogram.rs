//! A log-linear histogram of durations, after Gil Tene's HdrHistogram: sixteen steps per power of two, so every
//! quantile is within 6.25 % of the truth, in fixed memory and without allocation.

const STEP_BITS: u32 = 4;
const STEPS: usize = 1 << STEP_BITS;
const BUCKETS: usize = (64 - STEP_BITS as usize + 1) * STEPS;

/// Counts of values in nanoseconds.
pub struct Histogram {
    counts: Box<[u64]>,
    count: u64,
    total: u128,
    /// Sum of squares, for the standard deviation.
    squares: f64,
    min: u64,
    max: u64,
}

/// What a histogram says, in nanoseconds. All zero when nothing was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many values.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The smallest, exactly.
    pub min: u64,
    /// The largest, exactly.
    pub max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; BUCKETS].into_boxed_slice(),
            count: 0,
            total: 0,
            squares: 0.0,
            min: u64::MAX,
            max: 0,
        }
    }
}

impl Histogram {
    /// Records `value` as seen `times` times.
    pub fn record(&mut self, value: u64, times: u64) {
        if times == 0 {
            return;
        }
        self.counts[bucket(value)] += times;
        self.count += times;
        self.total += u128::from(value) * u128::from(times);
        self.squares += (value as f64) * (value as f64) * times as f64;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// The value that `quantile` (0 to 1) of all values do not exceed. 0 when empty.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> u64 {
        if self.count == 0 {
            return 0;
        }
        let rank = ((quantile.clamp(0.0, 1.0) * self.count as f64).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return upper_bound(index).clamp(self.min, self.max);
            }
        }
        self.max
    }

    /// Count, mean, deviation and extremes.
    #[must_use]
    pub fn summary(&self) -> Summary {
        if self.count == 0 {
            return Summary::default();
        }
        let mean = self.total as f64 / self.count as f64;
        let variance = (self.squares / self.count as f64 - mean * mean).max(0.0);
        Summary {
            count: self.count,
            mean,
            deviation: variance.sqrt(),
            min: self.min,
            max: self.max,
        }
    }

    /// How many values each bucket holds, for whoever compares two moments.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The sum of all values.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.total
    }
}

/// Values below [`STEPS`] have a bucket each; above, the top `STEP_BITS` bits after the leading one choose the step.
fn bucket(value: u64) -> usize {
    if value < STEPS as u64 {
        return value as usize;
    }
    let exponent = 63 - value.leading_zeros();
    let shift = exponent - STEP_BITS;
    let step = (value >> shift) as usize - STEPS;
    (shift as usize + 1) * STEPS + step
}

/// The largest value of a bucket.
fn upper_bound(bucket: usize) -> u64 {
    if bucket < STEPS {
        return bucket as u64;
    }
    let shift = (bucket / STEPS - 1) as u32;
    let step = (bucket % STEPS + STEPS) as u128;
    u64::try_from(((step + 1) << shift) - 1).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, Histogram, Summary, bucket, upper_bound};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bucket_holds_its_value_within_a_sixteenth(value: u64) {
            let index = bucket(value);
            prop_assert!(index < BUCKETS);
            prop_assert!(upper_bound(index) >= value);
            prop_assert!(index == 0 || upper_bound(index - 1) < value);
            prop_assert!((upper_bound(index) - value) as f64 <= value as f64 / 16.0);
        }

        #[test]
        fn quantiles_agree_with_sorting(mut values in prop::collection::vec(0_u64..1 << 40, 1..200), q in 0.0_f64..=1.0) {
            let mut histogram = Histogram::default();
            for value in &values {
                histogram.record(*value, 1);
            }
            values.sort_unstable();
            let rank = ((q * values.len() as f64).ceil() as usize).max(1);
            let truth = values[rank - 1];
            let shown = histogram.quantile(q);
            prop_assert!(shown >= truth && shown as f64 <= truth as f64 * 1.0625);
        }
    }

    #[test]
    fn an_empty_histogram_says_zero() {
        let histogram = Histogram::default();
        assert_eq!(histogram.summary(), Summary::default());
        assert_eq!(histogram.quantile(0.5), 0);
    }

    #[test]
    fn mean_and_deviation_count_repetitions() {
        let mut histogram = Histogram::default();
        histogram.record(10, 3);
        histogram.record(30, 1);
        let summary = histogram.summary();
        assert_eq!((summary.count, summary.min, summary.max), (4, 10, 30));
        assert!((summary.mean - 15.0).abs() < 1e-9);
        assert!((summary.deviation - 75.0_f64.sqrt()).abs() < 1e-9);
    }
}
