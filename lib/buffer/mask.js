'use strict'

// The mask of WebSocket frames, with the signatures of `bufferutil`.

const { codes } = require('../internal/errors.js')
const { validateInteger, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { outputOf, room } = require('./output.js')
const { overlap, plain, raw } = require('./raw.js')
const thresholds = require('./thresholds.js')

/**
 * @param {unknown} view
 * @returns {Uint8Array}
 */
function keyOf(view) {
  validateView(view, 'mask')
  if (view.byteLength < 4) throw new codes.ERR_OUT_OF_RANGE('mask.byteLength', '>= 4', view.byteLength)
  return uint8Of(view)
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
  const key = keyOf(mask)
  validateInteger(length, 'length', 0, source.byteLength)
  const out = room(output, 'output', offset, length)
  let bytes = uint8Of(source).subarray(0, length)
  if (length < thresholds.mask) {
    if (overlap(bytes, out)) bytes = bytes.slice()
    for (let at = 0; at < length; at++) out[at] = bytes[at] ^ key[at & 3]
    return
  }
  if (!overlap(bytes, out)) raw().mask(plain(bytes), keyNumber(key), out)
  else {
    if (bytes.byteOffset !== out.byteOffset) out.set(bytes)
    raw().maskInPlace(out, keyNumber(key))
  }
}

/**
 * @param {NodeJS.ArrayBufferView} buffer
 * @param {NodeJS.ArrayBufferView} mask
 */
function unmask(buffer, mask) {
  const bytes = outputOf(buffer, 'buffer')
  const key = keyOf(mask)
  if (bytes.length >= thresholds.mask) raw().maskInPlace(bytes, keyNumber(key))
  else {
    for (let at = 0; at < bytes.length; at++) bytes[at] ^= key[at & 3]
  }
}

module.exports = { mask, unmask }
