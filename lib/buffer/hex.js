'use strict'

// Hexadecimal digits in given memory. For a string as the result, Node's `toString('hex')` is there.

const { codes } = require('../internal/errors.js')
const { validateBoolean, validateInteger, validateObject, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { outputOf, room } = require('./output.js')
const { overlap, plain, raw } = require('./raw.js')
const thresholds = require('./thresholds.js')

const DIGITS = Buffer.from('0123456789abcdef')

/** By a digit's code its value, 255 for what is none. */
const VALUES = new Uint8Array(256).fill(255)
for (const [value, digit] of DIGITS.entries()) {
  VALUES[digit] = value
  VALUES[String.fromCharCode(digit).toUpperCase().charCodeAt(0)] = value
}

/**
 * An input that native code may read while it writes to `out`.
 * @param {NodeJS.ArrayBufferView} view
 * @param {Uint8Array} out
 * @returns {Uint8Array}
 */
function apart(view, out) {
  const bytes = uint8Of(plain(view))
  return overlap(bytes, out) ? bytes.slice() : bytes
}

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {NodeJS.ArrayBufferView} target
 * @param {number} [targetOffset]
 * @returns {number}
 */
function toHex(bytes, target, targetOffset = 0) {
  validateView(bytes, 'bytes')
  const out = room(target, 'target', targetOffset, bytes.byteLength * 2)
  const source = apart(bytes, out)
  if (source.length >= thresholds.toHex) raw().toHex(source, out)
  else {
    for (let at = 0; at < source.length; at++) {
      out[2 * at] = DIGITS[source[at] >> 4]
      out[2 * at + 1] = DIGITS[source[at] & 15]
    }
  }
  return out.length
}

/**
 * @param {Uint8Array} digits
 * @param {Uint8Array} out
 */
function decode(digits, out) {
  if (digits.length >= thresholds.fromHex) return raw().fromHex(digits, out)
  const length = Math.min(digits.length >> 1, out.length)
  for (let at = 0; at < length; at++) {
    const high = VALUES[digits[2 * at]]
    const low = VALUES[digits[2 * at + 1]]
    if ((high | low) > 15) return at
    out[at] = (high << 4) | low
  }
  return length
}

/**
 * @param {string | NodeJS.ArrayBufferView} digits
 * @param {NodeJS.ArrayBufferView} target
 * @param {number} [targetOffset]
 * @param {{ strict?: boolean }} [options]
 * @returns {number}
 */
function fromHex(digits, target, targetOffset = 0, options = {}) {
  if (typeof digits !== 'string' && !ArrayBuffer.isView(digits)) {
    throw new codes.ERR_INVALID_ARG_TYPE('digits', ['string', 'Buffer', 'TypedArray', 'DataView'], digits)
  }
  validateObject(options, 'options')
  const { strict = false } = options
  validateBoolean(strict, 'options.strict')
  const whole = outputOf(target, 'target')
  validateInteger(targetOffset, 'targetOffset', 0, whole.length)
  const out = whole.subarray(targetOffset)
  // Characters beyond Latin-1 count by their lower byte, as in Node's decoder; strictly they are no digits.
  const source = typeof digits === 'string' ? Buffer.from(digits, strict ? 'utf8' : 'latin1') : apart(digits, out)
  if (!strict) return decode(source, out)
  if (out.length < source.length >> 1) {
    throw new codes.ERR_OUT_OF_RANGE('target.byteLength', `>= ${targetOffset + (source.length >> 1)}`, whole.length)
  }
  const written = decode(source, out)
  if (written * 2 === source.length) return written
  const at = VALUES[source[2 * written]] > 15 ? 2 * written : 2 * written + 1
  throw Object.assign(new codes.ERR_ENCODING_INVALID_ENCODED_DATA('hex'), { offset: at })
}

module.exports = { fromHex, toHex }
