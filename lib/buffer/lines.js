'use strict'

const { types } = require('node:util')

const { codes } = require('../internal/errors.js')
const { validateInteger, validateView } = require('../internal/validators.js')
const { isShared } = require('./input.js')
const { isSmall, overlap, raw, unshared } = require('./raw.js')
const thresholds = require('./thresholds.js')

const LINE_FEED = 10
const MAX_UINT32 = 2 ** 32 - 1

/**
 * Takes the offsets of a call until an array of their number is made: one scan instead of two for most inputs.
 * @type {Uint32Array | undefined}
 */
let scratch

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {number} byte
 */
function countByte(bytes, byte) {
  validateView(bytes, 'bytes')
  validateInteger(byte, 'byte', 0, 255)
  if (isSmall(bytes, thresholds.countByte)) return countInJavaScript(bytes, byte)
  return count(bytes, byte)
}

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {number} byte
 * @returns {number}
 */
function count(bytes, byte) {
  try {
    return raw().countByte(bytes, byte)
  } catch (error) {
    return raw().countByte(unshared(bytes, error), byte)
  }
}

/**
 * @param {Uint8Array} bytes or an Int8Array: its elements are masked
 * @param {number} byte
 */
function countInJavaScript(bytes, byte) {
  let found = 0
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] & 255) === byte) found++
  }
  return found
}

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {Uint32Array | Float64Array} [out]
 */
function newlineOffsets(bytes, out) {
  validateView(bytes, 'bytes')
  if (out !== undefined) return offsetsInto(bytes, out)
  const found = borrowedOffsets(bytes)
  return found.buffer === scratch?.buffer ? found.slice() : found
}

/**
 * The same for this module's own use: good until the next call.
 * @param {NodeJS.ArrayBufferView} bytes
 */
function borrowedOffsets(bytes) {
  scratch ??= new Uint32Array(4096)
  const written = bytes.byteLength <= MAX_UINT32 ? write(bytes, scratch) : scratch.length
  if (written < scratch.length) return scratch.subarray(0, written)
  const total = count(bytes, LINE_FEED)
  const offsets = bytes.byteLength <= MAX_UINT32 ? new Uint32Array(total) : new Float64Array(total)
  write(bytes, offsets)
  return offsets
}

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {Uint32Array | Float64Array} out
 */
function offsetsInto(bytes, out) {
  if (!types.isFloat64Array(out) && (!types.isUint32Array(out) || bytes.byteLength > MAX_UINT32)) {
    const fitting = bytes.byteLength > MAX_UINT32 ? ['Float64Array'] : ['Uint32Array', 'Float64Array']
    throw new codes.ERR_INVALID_ARG_TYPE('out', fitting, out)
  }
  if (isShared(out)) {
    throw new codes.ERR_INVALID_ARG_VALUE('out', out, 'must not be on a SharedArrayBuffer')
  }
  if (overlap(bytes, out)) throw new codes.ERR_INVALID_ARG_VALUE('out', out, 'must not overlap the bytes')
  const written = write(bytes, out)
  if (written === out.length) {
    const total = count(bytes, LINE_FEED)
    if (total > written) throw new codes.ERR_OUT_OF_RANGE('out.length', `>= ${total}`, out.length)
  }
  return out.subarray(0, written)
}

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {Uint32Array | Float64Array} out
 * @returns {number} how many offsets were written
 */
function write(bytes, out) {
  if (isSmall(bytes, thresholds.newlineOffsets)) return writeInJavaScript(bytes, out)
  try {
    return raw().newlineOffsets(bytes, out)
  } catch (error) {
    return raw().newlineOffsets(unshared(bytes, error), out)
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {Uint32Array | Float64Array} out
 */
function writeInJavaScript(bytes, out) {
  let written = 0
  for (let i = 0; i < bytes.length && written < out.length; i++) {
    if (bytes[i] === LINE_FEED) out[written++] = i
  }
  return written
}

module.exports = { borrowedOffsets, countByte, newlineOffsets }
