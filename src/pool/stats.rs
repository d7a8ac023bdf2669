//! What a pool measured, in milliseconds.

use ironloop_core::pool::Histogram;
use napi::Result;
use napi_derive::napi;

use super::pool;

/// Durations in milliseconds; `quantiles` are those that were asked for.
#[napi(object, object_from_js = false)]
pub struct BindingDurations {
    pub count: f64,
    pub mean: f64,
    pub deviation: f64,
    pub min: f64,
    pub max: f64,
    pub total: f64,
    pub quantiles: Vec<f64>,
}

/// What a pool measured.
#[napi(object, object_from_js = false)]
pub struct BindingPoolStats {
    pub queued: u32,
    pub held: u32,
    pub idle: u32,
    pub wait: BindingDurations,
    pub run: BindingDurations,
}

/// Queue, ledger and timings of a pool.
#[napi]
pub fn pool_stats(pool_number: u32, quantiles: Vec<f64>) -> Result<BindingPoolStats> {
    let pool = pool(pool_number)?;
    let (wait, run) = pool.scheduler.timings(|timings| {
        let wait = durations(&timings.wait, &quantiles);
        (wait, durations(&timings.run, &quantiles))
    });
    Ok(BindingPoolStats {
        queued: u32::try_from(pool.scheduler.waiting()).unwrap_or(u32::MAX),
        held: u32::try_from(pool.scheduler.held()).unwrap_or(u32::MAX),
        idle: u32::try_from(pool.scheduler.idle()).unwrap_or(u32::MAX),
        wait,
        run,
    })
}

/// Forgets the wait times, or the run times, measured so far.
#[napi]
pub fn pool_reset_timings(pool_number: u32, wait: bool) -> Result<()> {
    pool(pool_number)?.scheduler.timings(|timings| {
        if wait {
            timings.wait = Histogram::default();
        } else {
            timings.run = Histogram::default();
        }
    });
    Ok(())
}

/// The run times of one seat, which from the first question on are recorded; null if there is no such seat.
#[napi]
pub fn pool_seat_runs(
    pool_number: u32,
    seat: u32,
    quantiles: Vec<f64>,
) -> Result<Option<BindingDurations>> {
    let pool = pool(pool_number)?;
    pool.scheduler.record_seat(seat);
    Ok(pool
        .scheduler
        .seat_runs(seat, |runs| durations(runs, &quantiles)))
}

fn durations(histogram: &Histogram, quantiles: &[f64]) -> BindingDurations {
    let ms = |nanos: f64| nanos / 1e6;
    let summary = histogram.summary();
    BindingDurations {
        count: summary.count as f64,
        mean: ms(summary.mean),
        deviation: ms(summary.deviation),
        min: ms(summary.min as f64),
        max: ms(summary.max as f64),
        total: ms(histogram.total() as f64),
        quantiles: quantiles
            .iter()
            .map(|quantile| ms(histogram.quantile(*quantile) as f64))
            .collect(),
    }
}
