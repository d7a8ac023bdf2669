'use strict'

// A Transform whose work is done by jobs on the CPU threads, one after another, so that their outputs are in order. A
// chunk is copied when it is written; what comes while a job runs goes together into the next one.

const { Transform } = require('node:stream')

const { runJob } = require('../internal/jobs.js')
const { inTick, raw, staged } = require('./raw.js')

/** Bytes that may be staged while a job runs; a writer waits then. */
const MOST_STAGED = 2 ** 20
/** The last byte of a job's value. */
const FULL = 1
const ENDED = 2

/** @type {Record<string, number>} */
const ERRNO = { Z_DATA_ERROR: -3, Z_BUF_ERROR: -5 }

/** @param {any} error */
function withErrno(error) {
  if (error.code in ERRNO) error.errno = ERRNO[error.code]
  return error
}

class OffLoop extends Transform {
  #task
  #staged = 0
  #isRunning = false
  /** There is output for which the last job had no room. */
  #isFull = false
  #hasEnded = false
  /** @type {((error?: Error | null) => void) | undefined} */
  #accepted
  /** @type {((error?: Error | null) => void) | undefined} */
  #flushed

  /**
   * @param {any} task an external
   * @param {import('node:stream').TransformOptions} options
   */
  constructor(task, options) {
    super(options)
    this.#task = task
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {(error?: Error | null) => void} callback
   */
  _transform(chunk, _encoding, callback) {
    if (this.#hasEnded) return callback()
    this.#staged = staged(raw().stage, this.#task, chunk)
    this.#goOn()
    if (this.#staged < MOST_STAGED) callback()
    else this.#accepted = callback
  }

  /** @param {(error?: Error | null) => void} callback */
  _flush(callback) {
    if (this.#hasEnded) return callback()
    this.#flushed = callback
    this.#goOn()
  }

  /** @param {number} size */
  _read(size) {
    super._read(size)
    this.#goOn(true)
  }

  /**
   * Who waits for a write or the end hears of it now, as of zlib's streams, and not when a job ends.
   * @param {Error | null} error
   * @param {(error: Error | null) => void} callback
   */
  _destroy(error, callback) {
    const waiting = this.#hasEnded ? undefined : (this.#flushed ?? this.#accepted)
    this.#flushed = undefined
    this.#accepted = undefined
    waiting?.(error)
    callback(error)
  }

  /** @param {boolean} [isAsked] output is wanted, whatever waits to be read: of that, read() takes only now */
  #goOn(isAsked = false) {
    if (this.#isRunning || this.#hasEnded || this.destroyed) return
    const isFull = this.#isFull
    const isLast = this.#flushed !== undefined && (!isFull || this.#staged === 0)
    if (!isLast && !isFull && this.#staged === 0) return
    if (!isAsked && this.readableLength >= this.readableHighWaterMark) return
    this.#isRunning = true
    // A job that still has to read what it had takes nothing more.
    if (!isFull) this.#staged = 0
    inTick(
      runJob((port, id) => raw().run(this.#task, port, id, isLast, isFull)),
      (value) => this.#done(value),
      (error) => this.destroy(withErrno(error))
    )
  }

  #accept() {
    const accepted = this.#accepted
    this.#accepted = undefined
    accepted?.()
  }

  /** @param {Buffer} value */
  #done(value) {
    this.#isRunning = false
    if (this.destroyed) return
    const status = value[value.length - 1]
    const hasEnded = status === ENDED
    this.#isFull = status === FULL
    this.#hasEnded = hasEnded
    if (value.length > 1) this.push(value.subarray(0, -1))
    // The next job first: what is written while it runs is staged beside it.
    this.#goOn()
    if (hasEnded || this.#staged < MOST_STAGED) this.#accept()
    // Not what accept() has ended: that one has been told.
    if (hasEnded) this.#flushed?.()
  }
}

module.exports = { OffLoop }
