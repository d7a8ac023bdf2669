'use strict'

const path = require('node:path')

/** @type {Record<string, string>} */
const causes = {
  javascript: 'JavaScript',
  gc: 'garbage collection',
  native: 'a native call',
}

/** A share of garbage collection below this is usual. */
const TELLING = 0.2

/**
 * What went on in a block.
 * @param {{ call?: string, cause: string, ended?: false, gcMs: number, totalMs: number, worker?: true }} culprit
 */
function whatOf({ call, cause, ended, gcMs, totalMs, worker }) {
  const where = worker ? ', in a worker thread' : ''
  const share = gcMs / totalMs
  const garbage = cause !== 'gc' && share >= TELLING ? `, ${Math.round(share * 100)} % of it garbage collection` : ''
  return `${call ?? causes[cause] ?? cause}${garbage}${where}${ended === false ? ', until the program ended' : ''}`
}

/** @param {number} ms */
function duration(ms) {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms >= 10) return `${Math.round(ms)} ms`
  return `${ms.toFixed(ms < 1 ? 2 : 1)} ms`
}

/**
 * @param {number} count
 * @param {string} one
 */
function counted(count, one) {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/**
 * `login (routes/login.js:31)`, seen from here.
 * @param {{ functionName?: string, file?: string, line?: number } | undefined} at
 */
function place(at) {
  if (at?.file === undefined) return 'an unknown place'
  const relative = path.relative(process.cwd(), at.file)
  const file = relative.startsWith('..') || relative === '' ? at.file : relative
  return at.functionName ? `${at.functionName} (${file}:${at.line})` : `${file}:${at.line}`
}

module.exports = { counted, duration, place, whatOf }
