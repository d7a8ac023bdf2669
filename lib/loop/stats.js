'use strict'

// Where the time of this thread's loop goes.

const { monitorEventLoopDelay, performance } = require('node:perf_hooks')
const { threadId } = require('node:worker_threads')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { renderMetrics } = require('../internal/open-metrics.js')
const { validateObject } = require('../internal/validators.js')
const { observePool } = require('./pool-delay.js')
const { COUNTS, durations } = require('./turns.js')

/** What a stats object was made of, to be compared with by a later one. */
const kAccount = Symbol('account')
const FIGURES = 6
const NANOSECONDS = 1e6

/** @typedef {{ iterations: number | undefined, utilization: number, pollIdleMs: number, pollBusyMs: number | undefined, checkMs: number | undefined, timersAndCallbacksMs: number | undefined, longestIterationMs: number, histogram: ReturnType<typeof durations> | undefined, threadPool: { size: number, delayMs: number | undefined } }} Stats */

/** Whether the loop's own hooks tell it; undefined before the first use. @type {boolean | undefined} */
let hooked
/** In hosts without them. @type {import('node:perf_hooks').IntervalHistogram | undefined} */
let delays
const DELAYS_EVERY_MS = 10

/** Begins with the first call. */
function begin() {
  if (hooked !== undefined) return hooked
  const port = openPort({ deliverNext: () => false, ticks: false })
  native().loopOpen(port.id, threadId, process.versions.uv ?? '')
  hooked = /** @type {boolean} */ (native().loopStartStats())
  if (!hooked) {
    port.close()
    delays = monitorEventLoopDelay({ resolution: DELAYS_EVERY_MS })
    delays.enable()
  }
  return hooked
}

/**
 * @param {Stats} [previous]
 * @returns {Stats}
 */
function stats(previous) {
  if (previous !== undefined) validateObject(previous, 'previous')
  const before = /** @type {any} */ (previous)?.[kAccount]
  const { account, ...figures } = begin() ? byHooks(before) : byPerformance(before)
  const found = { ...figures, threadPool: observePool() }
  return Object.defineProperty(found, kAccount, { value: account })
}

/** @param {Float64Array | undefined} before */
function byHooks(before) {
  const account = new Float64Array(FIGURES + COUNTS)
  native().raw.loop.stats(account)
  const since = before?.length === account.length ? account.map((figure, at) => figure - before[at]) : account
  const [iterations, idle, busy, check, rest] = since
  const longest = account[FIGURES - 1]
  const working = busy + check + rest
  const histogram = durations(since.subarray(FIGURES), longest)
  return {
    iterations,
    utilization: working + idle > 0 ? working / (working + idle) : 0,
    pollIdleMs: idle / NANOSECONDS,
    pollBusyMs: busy / NANOSECONDS,
    checkMs: check / NANOSECONDS,
    timersAndCallbacksMs: rest / NANOSECONDS,
    longestIterationMs: since === account || since[FIGURES - 1] > 0 ? longest / NANOSECONDS : histogram.max,
    histogram,
    account,
  }
}

/** @param {{ idle: number, active: number } | undefined} before */
function byPerformance(before) {
  const now = performance.eventLoopUtilization()
  const since = before === undefined ? now : performance.eventLoopUtilization(now, /** @type {any} */ (before))
  return {
    iterations: undefined,
    utilization: since.utilization,
    pollIdleMs: since.idle,
    pollBusyMs: undefined,
    checkMs: undefined,
    timersAndCallbacksMs: undefined,
    longestIterationMs: Math.max(0, (delays?.max ?? 0) / NANOSECONDS - DELAYS_EVERY_MS),
    histogram: undefined,
    account: now,
  }
}

/** The figures since the first call of `stats()` as OpenMetrics text. */
function metrics() {
  const { iterations, pollIdleMs, pollBusyMs, checkMs, timersAndCallbacksMs, longestIterationMs, threadPool } = stats()
  /** @type {[string, string, string, number | undefined][]} */
  const all = [
    ['counter', 'iterations', 'Turns of the loop.', iterations],
    ['counter', 'poll_idle_seconds', 'Waiting for events.', pollIdleMs / 1000],
    ['counter', 'poll_busy_seconds', 'Callbacks of events.', pollBusyMs && pollBusyMs / 1000],
    ['counter', 'check_seconds', 'Callbacks of setImmediate.', checkMs && checkMs / 1000],
    [
      'counter',
      'callbacks_seconds',
      'Timers, closing and pending callbacks.',
      timersAndCallbacksMs && timersAndCallbacksMs / 1000,
    ],
    ['gauge', 'longest_iteration_seconds', 'The turn that was at work longest.', longestIterationMs / 1000],
    ['gauge', 'thread_pool_size', "Threads of libuv's pool.", threadPool.size],
    [
      'gauge',
      'thread_pool_delay_seconds',
      'How long work waits for one of them.',
      threadPool.delayMs && threadPool.delayMs / 1000,
    ],
  ]
  const known = all.filter(([, , , value]) => value !== undefined)
  const families = known.map(([type, name, help, value]) => [type, `ironloop_loop_${name}`, help, value])
  return renderMetrics(/** @type {any} */ (families), { thread: threadId })
}

/** Where the loop is now (0 is not known, 1 poll, 2 check, 3 the rest), and how many turns it has made. */
function loopPhase() {
  if (!begin()) return { phase: 0, turn: 0 }
  const both = /** @type {number} */ (native().raw.loop.phase())
  return { phase: both % 4, turn: Math.floor(both / 4) }
}

module.exports = { loopPhase, metrics, stats }
