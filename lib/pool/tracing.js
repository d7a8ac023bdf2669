'use strict'

// The tracing channel of tasks: costs a few comparisons while nobody listens.

const { tracingChannel } = require('node:diagnostics_channel')

const channel = /** @type {any} */ (tracingChannel('ironloop:pool:task'))

function isTraced() {
  const { start, end, asyncStart, asyncEnd, error } = channel
  if (start.hasSubscribers || end.hasSubscribers || error.hasSubscribers) return true
  return asyncStart.hasSubscribers || asyncEnd.hasSubscribers
}

/**
 * @param {() => Promise<any>} run
 * @param {object} message what subscribers see
 * @returns {Promise<any>}
 */
function traced(run, message) {
  return channel.tracePromise(run, message)
}

module.exports = { isTraced, traced }
