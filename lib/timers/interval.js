'use strict'

const { validateFunction, validateOneOf } = require('../internal/validators.js')
const { SHORTEST_PERIOD, validateDelay } = require('./options.js')
const { start } = require('./start.js')

/** @type {readonly import('./timer.js').Missed[]} */
const WAYS = ['skip', 'coalesce', 'catch-up']

/**
 * @param {(ticks: number) => void} callback
 * @param {number} ms
 * @param {import('./options.js').TimerOptions & { missed?: import('./timer.js').Missed }} [options]
 */
function setPreciseInterval(callback, ms, options) {
  validateFunction(callback, 'callback')
  validateDelay(ms, SHORTEST_PERIOD)
  const missed = options?.missed ?? 'skip'
  validateOneOf(missed, 'options.missed', WAYS)
  return start(callback, ms, options, missed)
}

module.exports = { setPreciseInterval }
