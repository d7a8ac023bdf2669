'use strict'

const { codes } = require('../internal/errors.js')
const { validateInteger, validateObject, validateOneOf, validateString, validateView } =
  require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { plain } = require('./raw.js')

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_DIGEST = 2 ** 20
const KEY_BYTES = 32

/** @typedef {'hex' | 'base64' | 'base64url' | 'latin1' | 'buffer'} OutputEncoding */

const OUTPUT_ENCODINGS = /** @type {const} */ (['hex', 'base64', 'base64url', 'latin1', 'buffer'])

/**
 * @param {unknown} seed
 * @returns {bigint | undefined} undefined for a seed of 0
 */
function seedOf(seed) {
  if (seed === undefined) return undefined
  if (typeof seed === 'bigint') {
    if (seed < 0n || seed > MAX_UINT64) throw new codes.ERR_OUT_OF_RANGE('options.seed', '>= 0n and < 2n ** 64n', seed)
    return seed
  }
  if (typeof seed !== 'number') throw new codes.ERR_INVALID_ARG_TYPE('options.seed', ['number', 'bigint'], seed)
  validateInteger(seed, 'options.seed', 0)
  return BigInt(seed)
}

/**
 * @param {object} options
 * @param {64 | 128} [mostBits]
 * @returns {{ seed: bigint | undefined, bits: 64 | 128, outputEncoding: OutputEncoding | 'bigint' }}
 */
function xxhOptions(options, mostBits = 128) {
  validateObject(options, 'options')
  const { seed, bits = 64, outputEncoding = 'bigint' } = /** @type {any} */ (options)
  if (bits !== 64 && bits !== mostBits) {
    throw new codes.ERR_INVALID_ARG_VALUE('options.bits', bits, mostBits === 64 ? 'must be 64' : 'must be 64 or 128')
  }
  if (outputEncoding !== 'bigint') validateOneOf(outputEncoding, 'options.outputEncoding', OUTPUT_ENCODINGS)
  return { seed: seedOf(seed), bits, outputEncoding }
}

/**
 * @param {unknown} key
 * @param {unknown} context
 */
function keyOf(key, context) {
  validateView(key, 'options.key')
  if (key.byteLength !== KEY_BYTES)
    throw new codes.ERR_OUT_OF_RANGE('options.key.byteLength', KEY_BYTES, key.byteLength)
  if (context !== undefined) throw new codes.ERR_INVALID_ARG_VALUE('options.context', context, 'excludes a key')
  return uint8Of(plain(key))
}

/**
 * @param {object} options
 * @returns {{ context?: string, key?: Uint8Array, outputEncoding: OutputEncoding, outputLength: number }}
 */
function blake3Options(options) {
  validateObject(options, 'options')
  const { context, key, outputEncoding = 'hex', outputLength = 32 } = /** @type {any} */ (options)
  validateOneOf(outputEncoding, 'options.outputEncoding', OUTPUT_ENCODINGS)
  validateInteger(outputLength, 'options.outputLength', 1, MAX_DIGEST)
  if (context !== undefined) validateString(context, 'options.context')
  return { context, key: key === undefined ? undefined : keyOf(key, context), outputEncoding, outputLength }
}

/**
 * @param {Buffer} digest
 * @param {OutputEncoding} outputEncoding
 */
function encoded(digest, outputEncoding) {
  return outputEncoding === 'buffer' ? digest : digest.toString(outputEncoding)
}

module.exports = { OUTPUT_ENCODINGS, blake3Options, encoded, xxhOptions }
