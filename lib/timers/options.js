'use strict'

const { validateAbortSignal, validateBoolean, validateNumber, validateObject } = require('../internal/validators.js')

/** A period below this could not be kept, and would keep the loop busy in the attempt. */
const SHORTEST_PERIOD = 0.01

/**
 * @typedef {object} TimerOptions
 * @property {AbortSignal} [signal]
 * @property {boolean} [ref]
 */

/**
 * @param {unknown} ms
 * @param {number} [min]
 * @returns {asserts ms is number}
 */
function validateDelay(ms, min = 0) {
  validateNumber(ms, 'ms', min, Number.MAX_SAFE_INTEGER)
}

/**
 * @param {TimerOptions} options
 * @returns {asserts options is TimerOptions}
 */
function validateOptions(options) {
  validateObject(options, 'options')
  validateAbortSignal(options.signal, 'options.signal')
  if (options.ref !== undefined) validateBoolean(options.ref, 'options.ref')
}

module.exports = { SHORTEST_PERIOD, validateDelay, validateOptions }
