'use strict'

// Digests as streams, as crypto's own are: bytes in, one digest out. A digest that costs more than to copy its input is
// taken on the CPU threads; one that is cheaper than the copy, on this thread.

const crypto = require('node:crypto')
const { Transform } = require('node:stream')

const { createHash } = require('../buffer/create-hash.js')
const { OUTPUT_ENCODINGS, encoded } = require('../buffer/hash-options.js')
const { codes } = require('../internal/errors.js')
const { validateObject, validateOneOf, validateString } = require('../internal/validators.js')
const { OffLoop, raw } = require('./off-loop.js')

const OFF_LOOP = ['blake3', 'sha224', 'sha256', 'sha384', 'sha512']
const CHEAP = ['crc32', 'crc32c', 'xxh3', 'xxh64']
/** Bytes that are worth a job: below, handing them over takes this thread as long. */
const LEAST_JOB = 2 ** 18
/** Of an input that is smaller altogether, the digest is taken at once. */
const LEAST_INPUT = 2 ** 16
const LONGEST_DIGEST = 64

/** @typedef {import('../buffer/hash-options.js').OutputEncoding} OutputEncoding */

class OffLoopHash extends OffLoop {
  #encoding

  /**
   * @param {string} algorithm
   * @param {OutputEncoding} outputEncoding
   * @param {AbortSignal | undefined} signal
   */
  constructor(algorithm, outputEncoding, signal) {
    super(raw().digester(algorithm), LEAST_JOB, { readableObjectMode: outputEncoding !== 'buffer', signal })
    this.#encoding = outputEncoding
  }

  /**
   * @protected
   * @param {any} task
   * @param {number} staged
   */
  _finishNow(task, staged) {
    if (staged >= LEAST_INPUT) return false
    const digest = Buffer.allocUnsafe(LONGEST_DIGEST)
    this._hand(digest.subarray(0, raw().digestNow(task, digest)))
    return true
  }

  /**
   * @protected
   * @param {Buffer} digest
   */
  _hand(digest) {
    this.push(encoded(digest, this.#encoding))
  }
}

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
