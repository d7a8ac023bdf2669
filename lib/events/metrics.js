'use strict'

// A Bus's stats() as OpenMetrics text.

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

/** @param {string} text */
const escaped = (text) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/**
 * @param {string} bus
 * @param {number} thread
 * @param {Record<string, number>} stats
 */
function renderMetrics(bus, thread, stats) {
  const labels = `{bus="${escaped(bus)}",thread="${thread}"}`
  const lines = FAMILIES.flatMap(([field, type, name, help]) => {
    const family = `ironloop_bus_${name}`
    const unit = name.endsWith('_bytes') ? [`# UNIT ${family} bytes`] : []
    const sample = `${family}${type === 'counter' ? '_total' : ''}${labels} ${stats[field]}`
    return [`# TYPE ${family} ${type}`, ...unit, `# HELP ${family} ${help}`, sample]
  })
  return `${lines.join('\n')}\n# EOF\n`
}

module.exports = { renderMetrics }
