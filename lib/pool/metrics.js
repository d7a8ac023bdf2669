'use strict'

// stats() as OpenMetrics text.

/**
 * @param {number} pool
 * @param {Record<string, any>} stats
 * @param {{ wait: { count: number, ms: number }, run: { count: number, ms: number } }} totals
 */
function renderMetrics(pool, stats, totals) {
  const labels = `pool="${pool}"`
  /** @type {string[]} */
  const lines = []
  const family = (/** @type {string} */ name, /** @type {string} */ type, /** @type {string} */ help) => {
    const unit = name.endsWith('_seconds') ? [`# UNIT ${name} seconds`] : []
    lines.push(`# TYPE ${name} ${type}`, ...unit, `# HELP ${name} ${help}`)
  }
  const gauge = (/** @type {string} */ name, /** @type {string} */ help, /** @type {number} */ value) => {
    family(name, 'gauge', help)
    lines.push(`${name}{${labels}} ${value}`)
  }
  const counter = (/** @type {string} */ name, /** @type {string} */ help, /** @type {number} */ value) => {
    family(name, 'counter', help)
    lines.push(`${name}_total{${labels}} ${value}`)
  }
  const summary = (/** @type {string} */ name, /** @type {string} */ help, /** @type {'wait' | 'run'} */ which) => {
    family(name, 'summary', help)
    const { p50, p95, p99 } = stats[which]
    for (const [quantile, ms] of Object.entries({ 0.5: p50, 0.95: p95, 0.99: p99 })) {
      lines.push(`${name}{${labels},quantile="${quantile}"} ${ms / 1000}`)
    }
    lines.push(`${name}_count{${labels}} ${totals[which].count}`, `${name}_sum{${labels}} ${totals[which].ms / 1000}`)
  }
  gauge('ironloop_pool_threads', 'Threads that run or start.', stats.threads)
  gauge('ironloop_pool_tasks_queued', 'Tasks that wait.', stats.queued)
  gauge('ironloop_pool_tasks_running', 'Tasks that a thread has taken.', stats.running)
  gauge('ironloop_pool_utilization', 'Share of the time of all threads spent on tasks.', stats.utilization)
  counter('ironloop_pool_tasks_completed', 'Tasks whose handler ended.', stats.completed)
  counter('ironloop_pool_tasks_failed', 'Tasks rejected by their handler or with their thread.', stats.failed)
  counter('ironloop_pool_tasks_cancelled', 'Tasks rejected by signal, timeout or destroy().', stats.cancelled)
  summary('ironloop_pool_wait_seconds', 'Time from run() to a thread.', 'wait')
  summary('ironloop_pool_run_seconds', 'Time from there to the end.', 'run')
  return `${lines.join('\n')}\n# EOF\n`
}

module.exports = { renderMetrics }
