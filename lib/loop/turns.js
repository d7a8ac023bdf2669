'use strict'

// How long turns were, from the counts of the native log-linear histogram (crates/core/src/pool/histogram.rs): sixteen
// steps per power of two, so a quantile is within 6.25 % above the truth.

const STEPS = 16
/** As many as the native histogram has. */
const COUNTS = 61 * STEPS
const NANOSECONDS = 1e6

/** The largest value of a bucket. @param {number} bucket */
function upperBound(bucket) {
  if (bucket < STEPS) return bucket
  return ((bucket % STEPS) + STEPS + 1) * 2 ** (Math.floor(bucket / STEPS) - 1) - 1
}

/**
 * @param {Float64Array} counts
 * @param {number} longest that there ever was
 */
function durations(counts, longest) {
  const count = counts.reduce((sum, one) => sum + one, 0)
  const last = counts.findLastIndex((one) => one > 0)
  const at = (/** @type {number} */ bucket) => (bucket < 0 ? 0 : Math.min(upperBound(bucket), longest) / NANOSECONDS)
  const quantile = (/** @type {number} */ part) => {
    let seen = 0
    return at(counts.findIndex((one) => (seen += one) >= Math.max(1, Math.ceil(part * count))))
  }
  return { count, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), p999: quantile(0.999), max: at(last) }
}

module.exports = { COUNTS, durations }
