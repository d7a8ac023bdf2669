'use strict'

const zlib = require('node:zlib')

const { codes } = require('../internal/errors.js')
const { validateInteger, validateObject, validateOneOf } = require('../internal/validators.js')
const { OffLoop } = require('./off-loop.js')
const { raw } = require('./raw.js')

/** The wrappers of DEFLATE as native code numbers them. @type {Record<string, number>} */
const WRAPPERS = { 'deflate-raw': 0, deflate: 1, gzip: 2 }
/** @typedef {'gzip' | 'deflate' | 'deflate-raw' | 'brotli' | 'zstd'} Format */
/** @type {Format[]} */
const FORMATS = ['gzip', 'deflate', 'deflate-raw', 'brotli', 'zstd']
/** What jobs give is a chunk of up to this many bytes: one that is not read yet holds the next job. */
const READABLE_BYTES = 2 ** 18

/** @type {Record<string, { least: number, most: number, usual: number }>} */
const LEVELS = {
  brotli: { least: 0, most: 11, usual: 11 },
  zstd: { least: 1, most: 22, usual: 3 },
}
const DEFLATE_LEVELS = { least: 0, most: 9, usual: 6 }

/**
 * Node's own stream of this format: their libraries are as quick as any, and run off the loop already.
 * @param {'brotli' | 'zstd'} format
 * @param {string} made 'Compress' or 'Decompress'
 * @param {object} options
 */
function nodes(format, made, options) {
  const name = `create${format === 'brotli' ? 'Brotli' : 'Zstd'}${made}`
  const create = /** @type {any} */ (zlib)[name]
  if (create === undefined) throw new codes.ERR_UNSUPPORTED_PLATFORM(format, `node:zlib has no ${name}() here`)
  return create(options)
}

/**
 * @param {Format} format
 * @param {number} [level]
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {import('node:stream').Transform}
 */
function compress(format, level, options = {}) {
  validateOneOf(format, 'format', FORMATS)
  validateObject(options, 'options')
  const { least, most, usual } = LEVELS[format] ?? DEFLATE_LEVELS
  const chosen = level ?? usual
  validateInteger(chosen, 'level', least, most)
  const { signal } = options
  if (format === 'brotli' || format === 'zstd') {
    const { BROTLI_PARAM_QUALITY, ZSTD_c_compressionLevel } = /** @type {any} */ (zlib.constants)
    const key = format === 'brotli' ? BROTLI_PARAM_QUALITY : ZSTD_c_compressionLevel
    return nodes(format, 'Compress', { params: { [key]: chosen }, signal })
  }
  return new OffLoop(raw().deflater(WRAPPERS[format], chosen), { readableHighWaterMark: READABLE_BYTES, signal })
}

/**
 * @param {Format} format
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {import('node:stream').Transform}
 */
function decompress(format, options = {}) {
  validateOneOf(format, 'format', FORMATS)
  validateObject(options, 'options')
  const { signal } = options
  if (format === 'brotli' || format === 'zstd') return nodes(format, 'Decompress', { signal })
  return new OffLoop(raw().inflater(WRAPPERS[format]), { readableHighWaterMark: READABLE_BYTES, signal })
}

module.exports = { compress, decompress }
