'use strict'

// How a run went: what `--compare` compares.

const { monitorEventLoopDelay, performance } = require('node:perf_hooks')

const LOOP_CHECK_MS = 1

/** @param {number} ms */
const round = (ms) => Math.round(ms * 10) / 10

/**
 * Watches the event loop from now on. A timer that is due waits for as long as the loop is blocked.
 * @returns {() => number} ends it and says the longest block in milliseconds
 */
function watchLoop() {
  const delay = monitorEventLoopDelay({ resolution: LOOP_CHECK_MS })
  delay.enable()
  return () => {
    delay.disable()
    return Math.max(0, delay.max / 1e6 - LOOP_CHECK_MS)
  }
}

/**
 * @param {{ engine: 'ironloop' | 'node', threads: number, bytes: number, longestBlockMs: number }} job
 * @returns {import('./answer/answer').Run}
 */
function measureRun({ engine, threads, bytes, longestBlockMs }) {
  const elapsedMs = performance.now()
  const { user, system } = process.cpuUsage()
  return {
    engine,
    node: process.version,
    threads,
    elapsedMs: round(elapsedMs),
    bytesPerSecond: Math.round(bytes / (elapsedMs / 1000)),
    longestBlockMs: round(longestBlockMs),
    cpuMs: round((user + system) / 1000),
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
  }
}

module.exports = { measureRun, watchLoop }
