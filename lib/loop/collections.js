'use strict'

// How much of a time went into collecting garbage: nothing but Node's own records tells.

const { PerformanceObserver } = require('node:perf_hooks')

/** More collections than this are not kept: a storm of short ones is told by the last of them. */
const MOST = 4096

/** @typedef {import('node:perf_hooks').PerformanceEntry} PerformanceEntry */

/** @type {PerformanceEntry[]} */
let recent = []
let users = 0

const observer = new PerformanceObserver((list) => keep(list.getEntries()))

/** @param {PerformanceEntry[]} entries */
function keep(entries) {
  recent.push(...entries)
  if (recent.length > MOST) recent = recent.slice(-MOST / 2)
}

/** Notes collections until `forget()` has been called as often. */
function note() {
  if (++users === 1) observer.observe({ entryTypes: ['gc'] })
}

function forget() {
  if (--users > 0) return
  observer.disconnect()
  recent = []
}

/**
 * Milliseconds of garbage collection between two times. The last collections are known from the turn after them on.
 * @param {number} from
 * @param {number} to
 */
function collectedBetween(from, to) {
  keep(observer.takeRecords())
  let sum = 0
  for (const { startTime, duration } of recent) {
    sum += Math.max(0, Math.min(to, startTime + duration) - Math.max(from, startTime))
  }
  return sum
}

module.exports = { collectedBetween, forget, note }
