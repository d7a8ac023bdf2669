'use strict'

// A digest that one CPU thread at a time takes of what is written here. A chunk is copied when it is written; that thread
// takes all that has come since its last piece, by itself. This thread hears of it only if a writer waits for room, and
// at the end.

const { Transform } = require('node:stream')

const { encoded } = require('../buffer/hash-options.js')
const { runJob } = require('../internal/jobs.js')
const { inTick, raw, staged } = require('./raw.js')

const LONGEST_DIGEST = 64

class OffLoopHash extends Transform {
  #hash
  #encoding

  /**
   * @param {string} algorithm as native code names it
   * @param {import('../buffer/hash-options.js').OutputEncoding} outputEncoding
   * @param {AbortSignal | undefined} signal
   */
  constructor(algorithm, outputEncoding, signal) {
    super({ readableObjectMode: outputEncoding !== 'buffer', signal })
    this.#hash = raw().digester(algorithm)
    this.#encoding = outputEncoding
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {(error?: Error | null) => void} callback
   */
  _transform(chunk, _encoding, callback) {
    let hasRoom
    try {
      hasRoom = staged(raw().digestStage, this.#hash, chunk)
    } catch (error) {
      return callback(/** @type {Error} */ (error))
    }
    if (hasRoom) return callback()
    const heard = () => callback(this.errored)
    inTick(
      runJob((port, id) => raw().digestRoom(this.#hash, port, id)),
      heard,
      callback
    )
  }

  /** @param {(error?: Error | null) => void} callback */
  _flush(callback) {
    const digest = Buffer.allocUnsafe(LONGEST_DIGEST)
    const length = raw().digestNow(this.#hash, digest)
    if (length > 0) return this.#hand(digest.subarray(0, length), callback)
    const heard = (/** @type {Buffer} */ value) => {
      if (this.destroyed) callback(this.errored)
      else this.#hand(value, callback)
    }
    inTick(
      runJob((port, id) => raw().digestEnd(this.#hash, port, id)),
      heard,
      callback
    )
  }

  /**
   * @param {Error | null} error
   * @param {(error: Error | null) => void} callback
   */
  _destroy(error, callback) {
    raw().digestClose(this.#hash)
    callback(error)
  }

  /**
   * @param {Buffer} digest
   * @param {() => void} callback
   */
  #hand(digest, callback) {
    this.push(encoded(digest, this.#encoding))
    callback()
  }
}

module.exports = { OffLoopHash }
