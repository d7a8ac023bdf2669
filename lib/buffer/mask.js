'use strict'

// The mask of WebSocket frames, with the signatures of `bufferutil`.

const { codes } = require('../internal/errors.js')
const { validateInteger, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { outputOf, roomAt } = require('./output.js')
const { overlap, plain, raw } = require('./raw.js')
const thresholds = require('./thresholds.js')

/**
 * @param {unknown} view
 * @param {Uint8Array} output
 * @returns {Uint8Array} not in the memory that is written to
 */
function keyOf(view, output) {
  validateView(view, 'mask')
  if (view.byteLength < 4) throw new codes.ERR_OUT_OF_RANGE('mask.byteLength', '>= 4', view.byteLength)
  const key = uint8Of(view)
  return key.buffer === output.buffer ? new Uint8Array(key.subarray(0, 4)) : key
}

/**
 * The key as a number whose least byte comes first.
 * @param {Uint8Array} key
 */
function keyNumber(key) {
  return (key[0] | (key[1] << 8) | (key[2] << 16) | (key[3] << 24)) >>> 0
}

/**
 * @param {NodeJS.ArrayBufferView} source
 * @param {NodeJS.ArrayBufferView} mask
 * @param {NodeJS.ArrayBufferView} output
 * @param {number} offset
 * @param {number} length
 */
function mask(source, mask, output, offset, length) {
  validateView(source, 'source')
  validateInteger(length, 'length', 0, source.byteLength)
  const out = roomAt(output, 'output', offset, length)
  const key = keyOf(mask, out)
  const bytes = uint8Of(source)
  if (length >= thresholds.mask) maskNatively(bytes, keyNumber(key), out, offset, length)
  else if (bytes.buffer === out.buffer) maskFew(new Uint8Array(bytes.subarray(0, length)), key, out, offset)
  else {
    for (let at = 0; at < length; at++) out[offset + at] = bytes[at] ^ key[at & 3]
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {Uint8Array} key
 * @param {Uint8Array} out
 * @param {number} offset
 */
function maskFew(bytes, key, out, offset) {
  for (let at = 0; at < bytes.length; at++) out[offset + at] = bytes[at] ^ key[at & 3]
}

/**
 * @param {Uint8Array} source
 * @param {number} key
 * @param {Uint8Array} output
 * @param {number} offset
 * @param {number} length
 */
function maskNatively(source, key, output, offset, length) {
  const bytes = source.length === length ? source : source.subarray(0, length)
  const out = output.length === length ? output : output.subarray(offset, offset + length)
  if (!overlap(bytes, out)) raw().mask(plain(bytes), key, out)
  else {
    if (bytes.byteOffset !== out.byteOffset) out.set(bytes)
    raw().maskInPlace(out, key)
  }
}

/**
 * @param {NodeJS.ArrayBufferView} buffer
 * @param {NodeJS.ArrayBufferView} mask
 */
function unmask(buffer, mask) {
  const bytes = outputOf(buffer, 'buffer')
  const key = keyOf(mask, bytes)
  if (bytes.length >= thresholds.mask) raw().maskInPlace(bytes, keyNumber(key))
  else {
    for (let at = 0; at < bytes.length; at++) bytes[at] ^= key[at & 3]
  }
}

module.exports = { mask, unmask }
