'use strict'

// Digests as streams, as crypto's own are: bytes in, one digest out. A digest that costs more than to copy its input is
// taken on the CPU threads; one that is cheaper than the copy, on this thread.

const crypto = require('node:crypto')
const { Transform } = require('node:stream')

const { createHash } = require('../buffer/create-hash.js')
const { OUTPUT_ENCODINGS, encoded } = require('../buffer/hash-options.js')
const { codes } = require('../internal/errors.js')
const { validateObject, validateOneOf, validateString } = require('../internal/validators.js')
const { OffLoopHash } = require('./off-loop-hash.js')

const OFF_LOOP = ['blake3', 'sha224', 'sha256', 'sha384', 'sha512']
const CHEAP = ['crc32', 'crc32c', 'xxh3', 'xxh64']

/** @typedef {import('../buffer/hash-options.js').OutputEncoding} OutputEncoding */

class LoopHash extends Transform {
  #hash
  #encoding

  /**
   * @param {{ update: (chunk: Buffer) => unknown, digest: () => any }} hash
   * @param {OutputEncoding} outputEncoding
   * @param {AbortSignal | undefined} signal
   */
  constructor(hash, outputEncoding, signal) {
    super({ readableObjectMode: outputEncoding !== 'buffer', signal })
    this.#hash = hash
    this.#encoding = outputEncoding
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {() => void} callback
   */
  _transform(chunk, _encoding, callback) {
    this.#hash.update(chunk)
    callback()
  }

  /** @param {() => void} callback */
  _flush(callback) {
    this.push(encoded(this.#hash.digest(), this.#encoding))
    callback()
  }
}

/**
 * @param {string} algorithm
 * @param {import('../../types/stream.js').HashOptions} [options]
 */
function hash(algorithm, options = {}) {
  validateString(algorithm, 'algorithm')
  validateObject(options, 'options')
  const { outputEncoding = 'buffer', signal } = options
  validateOneOf(outputEncoding, 'options.outputEncoding', OUTPUT_ENCODINGS)
  const name = algorithm.toLowerCase().replace(/^sha-/, 'sha')
  if (OFF_LOOP.includes(name)) return new OffLoopHash(name, outputEncoding, signal)
  return new LoopHash(hashOnLoop(algorithm, name), outputEncoding, signal)
}

/**
 * @param {string} algorithm
 * @param {any} name
 */
function hashOnLoop(algorithm, name) {
  if (CHEAP.includes(name)) return createHash(name)
  if (!crypto.getHashes().some((known) => known.toLowerCase() === algorithm.toLowerCase())) {
    throw new codes.ERR_INVALID_ARG_VALUE('algorithm', algorithm, 'is not known to node:crypto either')
  }
  return crypto.createHash(algorithm)
}

module.exports = { hash }
