'use strict'

const { validateFunction } = require('../internal/validators.js')
const { validateDelay } = require('./options.js')
const { start } = require('./start.js')

/**
 * @param {() => void} callback
 * @param {number} ms
 * @param {import('./options.js').TimerOptions} [options]
 */
function setPreciseTimeout(callback, ms, options) {
  validateFunction(callback, 'callback')
  validateDelay(ms)
  return start(callback, ms, options)
}

module.exports = { setPreciseTimeout }
