'use strict'

const { constants } = require('node:buffer')

const { validateInteger, validateObject } = require('../internal/validators.js')

const MAX_OUTPUT = 256 * 2 ** 20
const DEFAULT_LEVEL = 6
const MOST_LEVEL = 12

/**
 * @param {object} options
 * @returns {number}
 */
function levelOf(options) {
  validateObject(options, 'options')
  const { level = DEFAULT_LEVEL } = /** @type {any} */ (options)
  validateInteger(level, 'options.level', -1, MOST_LEVEL)
  return level === -1 ? DEFAULT_LEVEL : level
}

/**
 * @param {object} options
 * @returns {{ maxOutput: number }}
 */
function inflateOptions(options) {
  validateObject(options, 'options')
  const { maxOutput = MAX_OUTPUT } = /** @type {any} */ (options)
  validateInteger(maxOutput, 'options.maxOutput', 1, constants.MAX_LENGTH)
  return { maxOutput }
}

module.exports = { inflateOptions, levelOf }
