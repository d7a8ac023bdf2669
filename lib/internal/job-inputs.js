'use strict'

// The inputs of native jobs are copied on the loop's thread. Many large ones at once would block it for the time of all
// their copies and stand in memory twice; so an input is copied when a CPU thread will soon want it, and the loop turns
// in between.

const { availableParallelism } = require('node:os')
const { setImmediate } = require('node:timers')

/** Bytes that may wait, copied, for each CPU thread: more than the quickest job gets through while the loop turns once. */
const AHEAD = 2 * 2 ** 20
/** Bytes after whose copy the loop has its turn. */
const PER_TURN = 2 ** 20

const most = AHEAD * availableParallelism()
/** Bytes of the jobs that have begun and not ended. */
let held = 0
/** Bytes copied since the loop's last turn, or since one was last awaited. */
let copied = 0
let isTurnAwaited = false

/**
 * @typedef {object} Job
 * @property {number} bytes
 * @property {() => void} begin copies the input; does not throw
 */

/**
 * First come, first served.
 * @type {Set<Job>}
 */
const waiting = new Set()

const hasRoom = () => copied < PER_TURN && held < most

/** @param {Job} job */
function begin(job) {
  copied += job.bytes
  held += job.bytes
  job.begin()
}

function awaitTurn() {
  if (isTurnAwaited) return
  isTurnAwaited = true
  setImmediate(onTurn)
}

function onTurn() {
  isTurnAwaited = false
  copied = 0
  for (const job of waiting) {
    if (!hasRoom()) break
    waiting.delete(job)
    begin(job)
  }
  if (waiting.size > 0 && held < most) awaitTurn()
}

/**
 * Begins a job now or, in the order of the calls, when there is room for its input. Whoever calls it calls `release` when
 * the job has ended.
 * @param {Job} job
 */
function admit(job) {
  if (waiting.size === 0 && hasRoom()) return begin(job)
  waiting.add(job)
  awaitTurn()
}

/**
 * @param {number} bytes of a job that has ended
 */
function release(bytes) {
  held -= bytes
  if (waiting.size > 0) awaitTurn()
}

module.exports = { admit, release }
