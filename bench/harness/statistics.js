'use strict'

// The few statistics that the benchmark contract needs. All take plain arrays of numbers and leave them unchanged.

/** @param {number[]} values */
function ascending(values) {
  return [...values].sort((a, b) => a - b)
}

/**
 * The middle value; the mean of the two middle ones for an even count.
 * @param {number[]} values
 */
function median(values) {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Nearest rank: the smallest value that at least `share` of all values do not exceed.
 * @param {number[]} values
 * @param {number} share 0 < share <= 1
 */
function percentile(values, share) {
  const sorted = ascending(values)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}

/**
 * What 99 of 100 samples are at least as good as: a high value where lower is better, a low one where higher is.
 * @param {number[]} values
 * @param {'lower' | 'higher'} better
 */
function p99(values, better) {
  return better === 'lower'
    ? percentile(values, 0.99)
    : -percentile(
        values.map((value) => -value),
        0.99
      )
}

/**
 * The best of all values: what the machine can do when nothing disturbs it.
 * @param {number[]} values
 * @param {'lower' | 'higher'} better
 */
function best(values, better) {
  return better === 'lower' ? Math.min(...values) : Math.max(...values)
}

/**
 * How many times better `ours` is than `theirs`; above 1 where ours is better.
 * @param {number} ours
 * @param {number} theirs
 * @param {'lower' | 'higher'} better
 */
function ratio(ours, theirs, better) {
  return better === 'lower' ? theirs / ours : ours / theirs
}

/**
 * The figure that stands for a contender: the median of its rounds, in nanosecond mode its best one.
 * @param {number[]} rounds
 * @param {string} mode
 * @param {'lower' | 'higher'} better
 */
function figureOf(rounds, mode, better) {
  return mode === 'nanoseconds' ? best(rounds, better) : median(rounds)
}

/**
 * Rounded to `digits` significant ones, so that results files stay readable.
 * @param {number} value
 */
function significant(value, digits = 4) {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value
}

module.exports = { median, percentile, p99, best, figureOf, ratio, significant }
