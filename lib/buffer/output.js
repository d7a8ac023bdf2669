'use strict'

const { codes } = require('../internal/errors.js')
const { validateInteger, validateView } = require('../internal/validators.js')
const { isShared, uint8Of } = require('./input.js')

/**
 * The bytes of a view that is to be written to.
 * @param {unknown} view
 * @param {string} name
 * @returns {Uint8Array}
 */
function outputOf(view, name) {
  validateView(view, name)
  if (isShared(view)) {
    throw new codes.ERR_INVALID_ARG_VALUE(name, view, 'must not be on a SharedArrayBuffer')
  }
  return uint8Of(view)
}

/**
 * An output that has room for some bytes from an offset on.
 * @param {unknown} view
 * @param {string} name
 * @param {number} offset
 * @param {number} length
 * @returns {Uint8Array}
 */
function roomAt(view, name, offset, length) {
  const bytes = outputOf(view, name)
  validateInteger(offset, `${name}Offset`, 0)
  if (bytes.length - offset < length) {
    throw new codes.ERR_OUT_OF_RANGE(`${name}.byteLength`, `>= ${offset + length}`, bytes.length)
  }
  return bytes
}

/**
 * The part of an output that starts at an offset and has room for some bytes.
 * @param {unknown} view
 * @param {string} name
 * @param {number} offset
 * @param {number} length
 * @returns {Uint8Array}
 */
function room(view, name, offset, length) {
  const bytes = roomAt(view, name, offset, length)
  return offset === 0 && bytes.length === length ? bytes : bytes.subarray(offset, offset + length)
}

module.exports = { outputOf, room, roomAt }
