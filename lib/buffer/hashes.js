'use strict'

const { createHash } = require('./create-hash.js')
const { blake3Options, encoded, xxhOptions } = require('./hash-options.js')
const { bytesOf } = require('./input.js')
const { raw, unshared } = require('./raw.js')

/**
 * @param {'xxh3' | 'xxh3Wide' | 'xxh64'} name
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {bigint} [seed]
 * @returns {bigint}
 */
function xxh(name, bytes, seed) {
  try {
    return raw()[name](bytes, seed)
  } catch (error) {
    return raw()[name](unshared(bytes, error), seed)
  }
}

/**
 * @param {bigint} value
 * @param {64 | 128} bits
 * @param {import('./hash-options.js').OutputEncoding | 'bigint'} outputEncoding
 */
function xxhOutput(value, bits, outputEncoding) {
  if (outputEncoding === 'bigint') return value
  const hex = value.toString(16).padStart(bits / 4, '0')
  return outputEncoding === 'hex' ? hex : encoded(Buffer.from(hex, 'hex'), outputEncoding)
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {object} [options]
 */
function xxh3(data, options) {
  const bytes = bytesOf(data, 'data')
  if (options === undefined) return xxh('xxh3', bytes)
  const { bits, outputEncoding, seed } = xxhOptions(options)
  return xxhOutput(xxh(bits === 64 ? 'xxh3' : 'xxh3Wide', bytes, seed), bits, outputEncoding)
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {object} [options]
 */
function xxh64(data, options) {
  const bytes = bytesOf(data, 'data')
  if (options === undefined) return xxh('xxh64', bytes)
  const { outputEncoding, seed } = xxhOptions(options, 64)
  return xxhOutput(xxh('xxh64', bytes, seed), 64, outputEncoding)
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {object} [options]
 */
function blake3(data, options = {}) {
  const bytes = bytesOf(data, 'data')
  const { context, key, outputEncoding, outputLength } = blake3Options(options)
  if (key !== undefined || context !== undefined)
    return createHash('blake3', options).update(bytes).digest(outputEncoding)
  if (outputEncoding === 'hex' && outputLength === 32) {
    try {
      return raw().blake3Hex(bytes)
    } catch (error) {
      return raw().blake3Hex(unshared(bytes, error))
    }
  }
  const digest = Buffer.allocUnsafe(outputLength)
  try {
    raw().blake3(bytes, digest)
  } catch (error) {
    raw().blake3(unshared(bytes, error), digest)
  }
  return encoded(digest, outputEncoding)
}

module.exports = { blake3, xxh3, xxh64 }
