'use strict'

// Tracing of runs: `ironloop:child_process:run`, and the channel on which Node announces its own child processes.

const { channel, tracingChannel } = require('node:diagnostics_channel')

const run = tracingChannel('ironloop:child_process:run')
const node = channel('child_process')
const channels = [run.start, run.end, run.asyncStart, run.asyncEnd, run.error]

/** Whether a run would be heard of; asked once per run, when it is made. */
function isTraced() {
  return channels.some((one) => one.hasSubscribers)
}

/**
 * @param {object} context
 * @param {() => void} start
 */
function traceStart(context, start) {
  run.start.runStores(context, start)
  run.end.publish(context)
}

/**
 * @param {Record<string, unknown>} context
 * @param {'result' | 'error'} outcome
 * @param {unknown} value
 */
function traceEnd(context, outcome, value) {
  context[outcome] = value
  if (outcome === 'error') run.error.publish(context)
  run.asyncStart.publish(context)
  run.asyncEnd.publish(context)
}

/**
 * @template T
 * @param {Record<string, unknown>} context
 * @param {() => T} work
 * @returns {T}
 */
function traceSync(context, work) {
  return run.traceSync(work, context)
}

/** @param {object} running as the ChildProcess of Node's own announcements: pid, spawnfile, spawnargs */
function announce(running) {
  if (node.hasSubscribers) node.publish({ process: running })
}

module.exports = { announce, isTraced, traceEnd, traceStart, traceSync }
