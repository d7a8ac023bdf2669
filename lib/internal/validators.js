'use strict'

// Argument checks in Node's words. N-API coerces silently (-1 as u32 becomes 4294967295), so nothing reaches native
// code unchecked.

const { codes } = require('./errors.js')

/** @typedef {(value: unknown, name: string) => void} Validator */

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is string}
 */
function validateString(value, name) {
  if (typeof value !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(name, 'string', value)
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is boolean}
 */
function validateBoolean(value, name) {
  if (typeof value !== 'boolean') throw new codes.ERR_INVALID_ARG_TYPE(name, 'boolean', value)
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is Function}
 */
function validateFunction(value, name) {
  if (typeof value !== 'function') throw new codes.ERR_INVALID_ARG_TYPE(name, 'function', value)
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is object}
 */
function validateObject(value, name) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, 'Object', value)
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {number} [min]
 * @param {number} [max]
 * @returns {asserts value is number}
 */
function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value !== 'number') throw new codes.ERR_INVALID_ARG_TYPE(name, 'number', value)
  if (!Number.isInteger(value)) throw new codes.ERR_OUT_OF_RANGE(name, 'an integer', value)
  if (value < min || value > max) throw new codes.ERR_OUT_OF_RANGE(name, `>= ${min} and <= ${max}`, value)
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {number} [min]
 * @param {number} [max]
 * @returns {asserts value is number}
 */
function validateNumber(value, name, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY) {
  if (typeof value !== 'number') throw new codes.ERR_INVALID_ARG_TYPE(name, 'number', value)
  if (!(value >= min && value <= max)) throw new codes.ERR_OUT_OF_RANGE(name, `>= ${min} and <= ${max}`, value)
}

/**
 * @template {string} T
 * @param {unknown} value
 * @param {string} name
 * @param {readonly T[]} allowed
 * @returns {asserts value is T}
 */
function validateOneOf(value, name, allowed) {
  if (!allowed.includes(/** @type {T} */ (value))) {
    const shown = allowed.map((one) => `'${one}'`).join(', ')
    throw new codes.ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${shown}`)
  }
}

/**
 * Buffer, Uint8Array, any typed array or DataView of this realm or another.
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is NodeJS.ArrayBufferView}
 */
function validateView(value, name) {
  if (!ArrayBuffer.isView(value)) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value)
  }
}

/**
 * @param {unknown} signal
 * @param {string} name
 * @returns {asserts signal is AbortSignal | undefined}
 */
function validateAbortSignal(signal, name) {
  if (signal === undefined) return
  const { aborted, addEventListener } = /** @type {any} */ (signal ?? {})
  if (typeof signal !== 'object' || typeof aborted !== 'boolean' || typeof addEventListener !== 'function') {
    throw new codes.ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal)
  }
}

module.exports = {
  validateAbortSignal,
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
  validateString,
  validateView,
}
