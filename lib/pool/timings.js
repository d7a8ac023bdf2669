'use strict'

// What the scheduler measured, in piscina's shape and in that of stats(). Milliseconds throughout.

const { native } = require('../internal/native.js')

/** piscina's percentiles, by their property. */
const PERCENTILES = {
  p0_001: 0.00001,
  p0_01: 0.0001,
  p0_1: 0.001,
  p1: 0.01,
  p2_5: 0.025,
  p10: 0.1,
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p97_5: 0.975,
  p99: 0.99,
  p99_9: 0.999,
  p99_99: 0.9999,
  p99_999: 0.99999,
}
const NAMES = Object.keys(PERCENTILES)
const QUANTILES = Object.values(PERCENTILES)
const BRIEF = [0.5, 0.95, 0.99]

/** @param {any} durations */
function summary({ count, mean, deviation, min, max, quantiles }) {
  const percentiles = Object.fromEntries(NAMES.map((name, i) => [name, quantiles[i]]))
  const average = count === 0 ? Number.NaN : mean // as in piscina, until there is one
  const stddev = count === 0 ? Number.NaN : deviation
  return { average, mean: average, stddev, min, max, ...percentiles }
}

/** @param {any} durations */
function brief({ max, quantiles: [p50, p95, p99] }) {
  return { p50, p95, p99, max }
}

/** piscina's `histogram` of one pool. */
class PoolHistogram {
  #pool
  #isRecorded
  /** What there was when the pool was closed. @type {{ run: any, wait: any } | undefined} */
  #kept

  /**
   * @param {number} pool
   * @param {boolean} isRecorded otherwise there is nothing to show
   */
  constructor(pool, isRecorded) {
    this.#pool = pool
    this.#isRecorded = isRecorded
    this.face = faceOf(this)
  }

  get runTime() {
    return this.#isRecorded ? summary(this.#measured().run) : undefined
  }

  get waitTime() {
    return this.#isRecorded ? summary(this.#measured().wait) : undefined
  }

  resetRunTime() {
    if (this.#kept === undefined) native().poolResetTimings(this.#pool, false)
  }

  resetWaitTime() {
    if (this.#kept === undefined) native().poolResetTimings(this.#pool, true)
  }

  keep() {
    this.#kept = this.#measured()
  }

  #measured() {
    return this.#kept ?? native().poolStats(this.#pool, QUANTILES)
  }
}

/**
 * What users see, as in piscina an object of its own properties.
 * @param {PoolHistogram} histogram
 */
function faceOf(histogram) {
  return {
    get runTime() {
      return histogram.runTime
    },
    get waitTime() {
      return histogram.waitTime
    },
    resetRunTime: () => histogram.resetRunTime(),
    resetWaitTime: () => histogram.resetWaitTime(),
  }
}

/** @param {number} pool */
function poolTimings(pool) {
  const { queued, held, idle, wait, run } = native().poolStats(pool, BRIEF)
  const totals = { wait: { count: wait.count, ms: wait.total }, run: { count: run.count, ms: run.total } }
  return { queued, held, idle, wait: brief(wait), run: brief(run), busyMs: run.total, totals }
}

/**
 * The run times of one thread, recorded from the first call on.
 * @param {number} pool
 * @param {number} seat
 */
function threadTimings(pool, seat) {
  const runs = native().poolSeatRuns(pool, seat, QUANTILES)
  return runs == null ? null : summary(runs)
}

module.exports = { PoolHistogram, poolTimings, threadTimings }
