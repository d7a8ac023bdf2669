'use strict'

// A Pool's stats() as OpenMetrics text.

const openMetrics = require('../internal/open-metrics.js')

/** @typedef {{ count: number, ms: number }} Total */

/**
 * @param {{ p50: number, p95: number, p99: number }} times
 * @param {Total} total
 * @returns {import('../internal/open-metrics.js').Summary} in seconds
 */
const summary = ({ p50, p95, p99 }, { count, ms }) => ({
  quantiles: { 0.5: p50 / 1000, 0.95: p95 / 1000, 0.99: p99 / 1000 },
  count,
  sum: ms / 1000,
})

/**
 * @param {number} pool
 * @param {Record<string, any>} stats
 * @param {{ wait: Total, run: Total }} totals
 */
function renderMetrics(pool, stats, totals) {
  const { threads, queued, running, utilization, completed, failed, cancelled } = stats
  return openMetrics.renderMetrics(
    [
      ['gauge', 'ironloop_pool_threads', 'Threads that run or start.', threads],
      ['gauge', 'ironloop_pool_tasks_queued', 'Tasks that wait.', queued],
      ['gauge', 'ironloop_pool_tasks_running', 'Tasks that a thread has taken.', running],
      ['gauge', 'ironloop_pool_utilization', 'Share of the time of all threads spent on tasks.', utilization],
      ['counter', 'ironloop_pool_tasks_completed', 'Tasks whose handler ended.', completed],
      ['counter', 'ironloop_pool_tasks_failed', 'Tasks rejected by their handler or with their thread.', failed],
      ['counter', 'ironloop_pool_tasks_cancelled', 'Tasks rejected by signal, timeout or destroy().', cancelled],
      ['summary', 'ironloop_pool_wait_seconds', 'Time from run() to a thread.', summary(stats.wait, totals.wait)],
      ['summary', 'ironloop_pool_run_seconds', 'Time from there to the end.', summary(stats.run, totals.run)],
    ],
    { pool }
  )
}

module.exports = { renderMetrics }
