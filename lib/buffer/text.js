'use strict'

const node = require('node:buffer')

const { codes } = require('../internal/errors.js')
const { validateBoolean, validateInteger, validateObject, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { outputOf, room } = require('./output.js')
const { overlap, plain, raw, unshared } = require('./raw.js')

/** Where native code says how many bytes it has read and written. */
const counts = new Float64Array(2)

/** @typedef {'utf8' | 'utf-8' | 'utf16le' | 'utf-16le' | 'ucs2' | 'ucs-2' | 'latin1' | 'binary' | 'ascii'} TextEncoding */

/** @type {Record<string, string>} */
const NAMES = { 'utf-8': 'utf8', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le', binary: 'latin1' }
const KNOWN = new Set(['utf8', 'utf16le', 'latin1', 'ascii'])

/**
 * Decoding is Node's, which is as quick since Node 24; what it does not tell is where the text is ill-formed.
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {number} [start]
 * @param {number} [end]
 * @param {{ strict?: boolean }} [options]
 * @returns {string}
 */
function decodeUtf8(bytes, start = 0, end = bytes?.byteLength, options = {}) {
  validateView(bytes, 'bytes')
  validateInteger(start, 'start', 0, bytes.byteLength)
  validateInteger(end, 'end', start, bytes.byteLength)
  validateObject(options, 'options')
  const { strict = false } = options
  validateBoolean(strict, 'options.strict')
  // What is checked must be what is decoded.
  const whole = uint8Of(strict ? plain(bytes) : bytes)
  const part = Buffer.from(whole.buffer, whole.byteOffset + start, end - start)
  if (strict && !node.isAscii(part)) {
    const offset = raw().firstInvalidUtf8(part)
    if (offset >= 0) {
      throw Object.assign(new codes.ERR_ENCODING_INVALID_ENCODED_DATA('utf-8'), { offset: start + offset })
    }
  }
  if (part.length > node.constants.MAX_STRING_LENGTH * 3) throw new codes.ERR_STRING_TOO_LONG()
  return part.toString()
}

/**
 * @param {unknown} encoding
 * @param {string} name
 * @returns {string}
 */
function known(encoding, name) {
  if (typeof encoding !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(name, 'string', encoding)
  const lower = encoding.toLowerCase()
  const found = NAMES[lower] ?? lower
  if (!KNOWN.has(found)) throw new codes.ERR_UNKNOWN_ENCODING(encoding)
  return found
}

/**
 * @param {NodeJS.ArrayBufferView} source
 * @param {TextEncoding} from
 * @param {TextEncoding} to
 * @returns {Buffer}
 */
function transcode(source, from, to) {
  validateView(source, 'source')
  const [fromName, toName] = [known(from, 'from'), known(to, 'to')]
  const bytes = plain(source)
  if (fromName !== 'latin1' || toName !== 'utf8') return nodes(bytes, fromName, toName)
  const out = Buffer.allocUnsafe(raw().latin1Utf8Length(bytes))
  raw().latin1ToUtf8(bytes, out, counts)
  return out
}

/**
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {string} from
 * @param {string} to
 */
function nodes(bytes, from, to) {
  // An empty source has no bytes, and some pairs of encodings fail on it.
  if (bytes.byteLength === 0) return Buffer.alloc(0)
  return node.transcode(uint8Of(bytes), /** @type {any} */ (from), /** @type {any} */ (to))
}

/**
 * @param {NodeJS.ArrayBufferView} source
 * @param {NodeJS.ArrayBufferView} target
 * @param {TextEncoding} from
 * @param {TextEncoding} to
 * @returns {number}
 */
function transcodeInto(source, target, from, to) {
  validateView(source, 'source')
  const [fromName, toName] = [known(from, 'from'), known(to, 'to')]
  const out = outputOf(target, 'target')
  if (fromName !== 'latin1' || toName !== 'utf8') {
    const made = nodes(plain(source), fromName, toName)
    room(target, 'target', 0, made.length).set(made)
    return made.length
  }
  const bytes = overlap(source, out) ? uint8Of(source).slice() : source
  try {
    raw().latin1ToUtf8(bytes, out, counts)
  } catch (error) {
    raw().latin1ToUtf8(unshared(bytes, error), out, counts)
  }
  if (counts[0] < source.byteLength) room(target, 'target', 0, raw().latin1Utf8Length(plain(source)))
  return counts[1]
}

module.exports = { decodeUtf8, transcode, transcodeInto }
