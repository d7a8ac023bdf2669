'use strict'

const { codes } = require('../internal/errors.js')
const { validateOneOf } = require('../internal/validators.js')
const { crc32, crc32c } = require('./checksums.js')
const { OUTPUT_ENCODINGS, blake3Options, encoded, xxhOptions } = require('./hash-options.js')
const { bytesOf } = require('./input.js')
const { raw, unshared } = require('./raw.js')

/** @typedef {import('./hash-options.js').OutputEncoding | 'bigint'} DigestEncoding */
/** @typedef {'blake3' | 'crc32' | 'crc32c' | 'xxh3' | 'xxh64'} Algorithm */

/** Kinds as native code numbers them. */
const XXH64 = 0
const XXH3 = 1
const XXH3_WIDE = 2
const BLAKE3 = 3
const BLAKE3_KEYED = 4
const BLAKE3_DERIVING = 5

const ENCODINGS = /** @type {const} */ ([...OUTPUT_ENCODINGS, 'bigint'])

/** What all hashes over several pieces have in common. As in Node, `digest()` ends them. */
class Hash {
  #isEnded = false

  /**
   * @param {string | NodeJS.ArrayBufferView} data
   * @returns {this}
   */
  update(data) {
    const bytes = bytesOf(data, 'data')
    if (this.#isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
    this._update(bytes)
    return this
  }

  /**
   * @param {DigestEncoding} [outputEncoding]
   * @returns {Buffer | string | bigint}
   */
  digest(outputEncoding = 'buffer') {
    validateOneOf(outputEncoding, 'outputEncoding', ENCODINGS)
    if (this.#isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
    this.#isEnded = true
    const digest = this._digest()
    return outputEncoding === 'bigint' ? BigInt(`0x${digest.toString('hex')}`) : encoded(digest, outputEncoding)
  }

  /** @returns {Hash} */
  copy() {
    if (this.#isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
    return this._copy()
  }

  /**
   * @protected
   * @returns {Hash}
   */
  _copy() {
    return this
  }

  /**
   * @protected
   * @param {NodeJS.ArrayBufferView} _bytes
   */
  _update(_bytes) {}

  /**
   * @protected
   * @returns {Buffer}
   */
  _digest() {
    return Buffer.alloc(0)
  }
}

class NativeHash extends Hash {
  #native
  #length

  /**
   * @param {any} native an external
   * @param {number} length of the digest
   */
  constructor(native, length) {
    super()
    this.#native = native
    this.#length = length
  }

  _copy() {
    return new NativeHash(raw().hasherCopy(this.#native), this.#length)
  }

  /** @param {NodeJS.ArrayBufferView} bytes */
  _update(bytes) {
    try {
      raw().hasherUpdate(this.#native, bytes)
    } catch (error) {
      raw().hasherUpdate(this.#native, unshared(bytes, error))
    }
  }

  _digest() {
    const digest = Buffer.allocUnsafe(this.#length)
    raw().hasherDigest(this.#native, digest)
    return digest
  }
}

class Checksum extends Hash {
  #function
  #value

  /**
   * @param {typeof crc32} checksum
   * @param {number} [value]
   */
  constructor(checksum, value = 0) {
    super()
    this.#function = checksum
    this.#value = value
  }

  _copy() {
    return new Checksum(this.#function, this.#value)
  }

  /** @param {NodeJS.ArrayBufferView} bytes */
  _update(bytes) {
    this.#value = this.#function(bytes, this.#value)
  }

  _digest() {
    const digest = Buffer.allocUnsafe(4)
    digest.writeUInt32BE(this.#value)
    return digest
  }
}

/** @param {object} options */
function blake3(options) {
  const { context, key, outputLength } = blake3Options(options)
  if (key !== undefined) return new NativeHash(raw().hasher(BLAKE3_KEYED, key), outputLength)
  if (context !== undefined) return new NativeHash(raw().hasher(BLAKE3_DERIVING, context), outputLength)
  return new NativeHash(raw().hasher(BLAKE3), outputLength)
}

/** @param {object} options */
function xxh3(options) {
  const { bits, seed } = xxhOptions(options)
  return new NativeHash(raw().hasher(bits === 64 ? XXH3 : XXH3_WIDE, seed), bits / 8)
}

/** @param {object} options */
function xxh64(options) {
  return new NativeHash(raw().hasher(XXH64, xxhOptions(options, 64).seed), 8)
}

/** @type {Record<Algorithm, (options: object) => Hash>} */
const makers = { blake3, crc32: () => new Checksum(crc32), crc32c: () => new Checksum(crc32c), xxh3, xxh64 }

/**
 * @param {Algorithm} algorithm
 * @param {object} [options]
 */
function createHash(algorithm, options = {}) {
  validateOneOf(algorithm, 'algorithm', /** @type {Algorithm[]} */ (Object.keys(makers)))
  return makers[algorithm](options)
}

module.exports = { createHash }
