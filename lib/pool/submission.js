'use strict'

// Tasks on their way to the scheduler: captured at run(), handed over once per tick or when the arena is full.

const { native } = require('../internal/native.js')
const { Encoder } = require('../internal/values/index.js')
const { ARENA_BYTES, SUBMITTED_HEADER, flags, padded } = require('./wire.js')

/** Tasks after which a burst is handed over, so that workers start while it goes on. */
const BURST = 256
/** The same while completions are delivered, when each may bring a new task. */
const ECHO = 64

/**
 * The words of a task.
 * @typedef {object} Request
 * @property {number} id
 * @property {number} handler
 * @property {number} flags
 * @property {number} priority
 * @property {number} timeout milliseconds, 0 for none
 * @property {number} route the seat it is pinned to, or the hash of its affinity key
 * @property {number} retries
 */

class Submission {
  #pool
  #encoder = new Encoder({ initialBytes: 2 * ARENA_BYTES })
  #count = 0
  #scheduled = false
  /** While completions are delivered, their end hands over what they brought. */
  #delivering = false
  #raw = native().raw.pool
  #flush = () => {
    this.#scheduled = false
    this.flush()
  }

  /** @param {number} pool */
  constructor(pool) {
    this.#pool = pool
  }

  /**
   * Captures a task. Throws DataCloneError, and is as before then.
   * @param {Request} request
   * @param {unknown} value
   * @param {unknown} context written behind the value, if the request has the flag
   */
  add(request, value, context) {
    const encoder = this.#encoder
    const start = encoder.position
    encoder.reserve(SUBMITTED_HEADER)
    encoder.position = start + SUBMITTED_HEADER
    try {
      encoder.append(value)
      if (request.flags & flags.CONTEXT) encoder.append(context)
    } catch (error) {
      encoder.position = start
      throw error
    }
    const length = encoder.position - start - SUBMITTED_HEADER
    encoder.reserve(8)
    const { view } = encoder
    view.setUint32(start, request.id, true)
    view.setUint32(start + 4, length, true)
    view.setUint32(start + 8, request.handler, true)
    view.setUint32(start + 12, request.flags, true)
    view.setInt32(start + 16, request.priority, true)
    view.setUint32(start + 20, request.timeout, true)
    view.setUint32(start + 24, request.route, true)
    view.setUint32(start + 28, request.retries, true)
    encoder.position = start + SUBMITTED_HEADER + padded(length)
    this.#count++
    if (encoder.position >= ARENA_BYTES || this.#count >= (this.#delivering ? ECHO : BURST)) this.flush()
    else if (!this.#scheduled && !this.#delivering) {
      this.#scheduled = true
      queueMicrotask(this.#flush)
    }
  }

  beginDelivery() {
    this.#delivering = true
  }

  endDelivery() {
    this.#delivering = false
    this.flush()
  }

  /** How many tasks have not been handed over. */
  get count() {
    return this.#count
  }

  /** Hands over what is there. */
  flush() {
    if (this.#count === 0) return
    const encoder = this.#encoder
    this.#raw.submit(this.#pool, encoder.bytes, encoder.position)
    encoder.reset()
    this.#count = 0
  }

  /** Forgets what was not handed over. */
  clear() {
    this.#encoder.reset()
    this.#count = 0
  }
}

module.exports = { Submission }
