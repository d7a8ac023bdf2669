'use strict'

// Four times a second: how busy the loop was, and how long the thread pool let a tiny job wait.

const { randomFill } = require('node:crypto')
const { performance } = require('node:perf_hooks')
const { setInterval } = require('node:timers')

const EVERY_MS = 250

/**
 * @param {import('./records.js').Records} records
 * @param {import('./sync-calls.js').SyncCalls} calls
 * @param {{ isOver(): boolean }} startUp
 * @returns {() => void} writes what there is at once
 */
function sampleLoop(records, calls, startUp) {
  const byte = Buffer.alloc(1)
  let before = performance.eventLoopUtilization()
  let probing = false
  /** @type {number | undefined} */
  let poolMs
  const probe = () => {
    if (probing) return
    probing = true
    const asked = performance.now()
    // Nobody waits for it: it keeps the process for a moment, as any job of the pool does.
    randomFill(byte, () => {
      probing = false
      poolMs = performance.now() - asked
    })
  }
  const flush = () => {
    const busy = performance.eventLoopUtilization(before).utilization
    before = performance.eventLoopUtilization()
    records.write({ kind: 'sample', at: records.now(), busy, poolMs })
    poolMs = undefined
    for (const call of calls.take()) records.write({ kind: 'calls', ...call })
  }
  setInterval(() => {
    flush()
    if (startUp.isOver()) probe()
  }, EVERY_MS).unref()
  return flush
}

module.exports = { sampleLoop }
