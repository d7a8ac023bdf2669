'use strict'

// gzip, zlib and raw DEFLATE of whole buffers by libdeflate. What libdeflate refuses goes to node:zlib, which names
// what is wrong with it in the words (and codes) that callers of Node know.

const { codes } = require('../internal/errors.js')
const { bytesOf, uint8Of } = require('./input.js')
const { inflateOptions, levelOf } = require('./compression-options.js')
const { plain, raw } = require('./raw.js')

const RAW = 0
const ZLIB = 1
const GZIP = 2
/** What native code answers instead of a length. */
const TOO_LARGE = -1
/** DEFLATE cannot do better: a size beyond it is a lie. */
const BEST_RATIO = 1032

/**
 * Node's functions; that module is loaded with the first refusal, as it takes longer than the rest of this one.
 * @type {Record<number, 'inflateRaw' | 'inflate' | 'gunzip'>}
 */
const NODES = { [RAW]: 'inflateRaw', [ZLIB]: 'inflate', [GZIP]: 'gunzip' }

/**
 * The bytes of which native code has said that they wait for room.
 * @param {number} length
 */
function taken(length) {
  const out = Buffer.allocUnsafe(length)
  raw().takeResult(out)
  return out
}

/**
 * @param {number} format
 * @param {unknown} data
 * @param {object} [options]
 * @returns {Buffer}
 */
function compressed(format, data, options = {}) {
  const bytes = plain(bytesOf(data, 'data'))
  return taken(raw().deflate(format, levelOf(options), bytes))
}

/**
 * The size that a gzip file's last bytes tell, if it can be true; it is wrong for several members.
 * @param {Uint8Array} bytes
 * @param {number} maxOutput
 */
function toldSize(bytes, maxOutput) {
  const at = bytes.length - 4
  if (at < 14) return -1
  const size = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
  return size <= Math.min(maxOutput, bytes.length * BEST_RATIO) ? size : -1
}

/**
 * @param {number} format
 * @param {unknown} data
 * @param {object} [options]
 * @returns {Buffer}
 */
function decompressed(format, data, options = {}) {
  const bytes = uint8Of(plain(bytesOf(data, 'data')))
  const { maxOutput } = inflateOptions(options)
  const size = format === GZIP ? toldSize(bytes, maxOutput) : -1
  if (size >= 0) {
    const out = Buffer.allocUnsafe(size)
    if (raw().inflateExactly(format, bytes, out)) return out
  }
  const length = raw().inflate(format, bytes, maxOutput)
  if (length >= 0) return taken(length)
  if (length === TOO_LARGE) throw new codes.ERR_BUFFER_TOO_LARGE(maxOutput)
  return explained(format, bytes, maxOutput)
}

/**
 * @param {number} format
 * @param {Uint8Array} bytes
 * @param {number} maxOutput
 * @returns {Buffer} what Node makes of bytes that libdeflate has refused, if it does not throw
 */
function explained(format, bytes, maxOutput) {
  // A copy, since a class of someone's own may lie about its length, and Node's zlib aborts the process over that.
  return require('node:zlib')[`${NODES[format]}Sync`](new Uint8Array(bytes), { maxOutputLength: maxOutput })
}

/** @typedef {(data: string | NodeJS.ArrayBufferView, options?: object) => Buffer} Whole */

/** @type {Whole} */
const gzip = (data, options) => compressed(GZIP, data, options)
/** @type {Whole} */
const deflate = (data, options) => compressed(ZLIB, data, options)
/** @type {Whole} */
const deflateRaw = (data, options) => compressed(RAW, data, options)
/** @type {Whole} */
const gunzip = (data, options) => decompressed(GZIP, data, options)
/** @type {Whole} */
const inflate = (data, options) => decompressed(ZLIB, data, options)
/** @type {Whole} */
const inflateRaw = (data, options) => decompressed(RAW, data, options)

module.exports = { GZIP, NODES, RAW, ZLIB, deflate, deflateRaw, explained, gunzip, gzip, inflate, inflateRaw }
