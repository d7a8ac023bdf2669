'use strict'

// A Bus's stats() as OpenMetrics text.

const { renderMetrics } = require('../internal/open-metrics.js')

/** @type {[field: string, type: 'counter' | 'gauge', name: string, help: string][]} */
const FAMILIES = [
  ['published', 'counter', 'messages_published', 'Messages published through this handle.'],
  ['delivered', 'counter', 'messages_delivered', 'Messages taken for subscriptions of this handle.'],
  ['dropped', 'counter', 'messages_dropped', 'Messages lost by subscriptions of this handle to their bounds.'],
  ['queued', 'gauge', 'messages_queued', 'Messages in the queues of this handle.'],
  ['queuedBytes', 'gauge', 'queued_bytes', 'Bytes in the queues of this handle.'],
  ['subscriptions', 'gauge', 'subscriptions', 'Subscriptions of all threads.'],
  ['topics', 'gauge', 'topics', 'Topics that have been published on.'],
]

/**
 * @param {string} bus
 * @param {number} thread
 * @param {Record<string, number>} stats
 */
function busMetrics(bus, thread, stats) {
  /** @type {import('../internal/open-metrics.js').Family[]} */
  const families = FAMILIES.map(([field, type, name, help]) => [type, `ironloop_bus_${name}`, help, stats[field]])
  return renderMetrics(families, { bus, thread })
}

module.exports = { busMetrics }
