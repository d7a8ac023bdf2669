'use strict'

// A Transform whose work is done by jobs on the CPU threads, one after another, so that their outputs are in order. A
// chunk is copied when it is written; what comes while a job runs goes together into the next one.

const { Transform } = require('node:stream')

const { unshared } = require('../buffer/raw.js')
const { runJob } = require('../internal/jobs.js')
const { native } = require('../internal/native.js')

/** Bytes that may be staged while a job runs; a writer waits then. */
const MOST_STAGED = 2 ** 20
/** The last byte of a job's value. */
const FULL = 1
const ENDED = 2

/** @type {Record<string, number>} */
const ERRNO = { Z_DATA_ERROR: -3, Z_BUF_ERROR: -5 }

/** The raw functions; loads the addon on first use. */
function raw() {
  return native().raw.stream
}

/** @param {any} error */
function withErrno(error) {
  if (error.code in ERRNO) error.errno = ERRNO[error.code]
  return error
}

class OffLoop extends Transform {
  #task
  /** Bytes that are worth a job before the end. */
  #least
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
   * @param {number} least
   * @param {import('node:stream').TransformOptions} options
   */
  constructor(task, least, options) {
    super(options)
    this.#task = task
    this.#least = least
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {(error?: Error | null) => void} callback
   */
  _transform(chunk, _encoding, callback) {
    if (this.#hasEnded) return callback()
    this.#staged = stage(this.#task, chunk)
    this.#goOn()
    if (this.#staged < MOST_STAGED) callback()
    else this.#accepted = callback
  }

  /** @param {(error?: Error | null) => void} callback */
  _flush(callback) {
    if (this.#hasEnded) return callback()
    this.#flushed = callback
    if (this.#isRunning || !this._finishNow(this.#task, this.#staged)) return this.#goOn()
    this.#hasEnded = true
    callback()
  }

  /** @param {number} size */
  _read(size) {
    super._read(size)
    this.#goOn(true)
  }

  /**
   * Where the rest is not worth a job, it is done at once.
   * @protected
   * @param {any} _task
   * @param {number} _staged
   * @returns {boolean}
   */
  _finishNow(_task, _staged) {
    return false
  }

  /**
   * @protected
   * @param {Buffer} output
   */
  _hand(output) {
    this.push(output)
  }

  /** @param {boolean} [isAsked] output is wanted, whatever waits to be read: of that, read() takes only now */
  #goOn(isAsked = false) {
    if (this.#isRunning || this.#hasEnded || this.destroyed) return
    const isFull = this.#isFull
    const isLast = this.#flushed !== undefined && (!isFull || this.#staged === 0)
    if (!isLast && !isFull && this.#staged < this.#least) return
    if (!isAsked && this.readableLength >= this.readableHighWaterMark) return
    this.#isRunning = true
    // A job that still has to read what it had takes nothing more.
    if (!isFull) this.#staged = 0
    runJob((port, id) => raw().run(this.#task, port, id, isLast, isFull)).then(
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
    if (value.length > 1) this._hand(value.subarray(0, -1))
    // The next job first: what is written while it runs is staged beside it.
    this.#goOn()
    if (hasEnded || this.#staged < MOST_STAGED) this.#accept()
    // Not what accept() has ended: that one has been told.
    if (hasEnded) this.#flushed?.()
  }
}

/**
 * @param {any} task
 * @param {Buffer} chunk
 * @returns {number}
 */
function stage(task, chunk) {
  try {
    return raw().stage(task, chunk)
  } catch (error) {
    return raw().stage(task, unshared(chunk, error))
  }
}

module.exports = { OffLoop, raw }
