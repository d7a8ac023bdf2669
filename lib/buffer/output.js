'use strict'

const { types } = require('node:util')

const { codes } = require('../internal/errors.js')
const { validateInteger, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')

/**
 * The bytes of a view that is to be written to.
 * @param {unknown} view
 * @param {string} name
 * @returns {Uint8Array}
 */
function outputOf(view, name) {
  validateView(view, name)
  if (types.isSharedArrayBuffer(view.buffer)) {
    throw new codes.ERR_INVALID_ARG_VALUE(name, view, 'must not be on a SharedArrayBuffer')
  }
  return uint8Of(view)
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
  const bytes = outputOf(view, name)
  validateInteger(offset, `${name}Offset`, 0)
  if (bytes.length - offset < length) {
    throw new codes.ERR_OUT_OF_RANGE(`${name}.byteLength`, `>= ${offset + length}`, bytes.length)
  }
  return bytes.subarray(offset, offset + length)
}

module.exports = { outputOf, room }
