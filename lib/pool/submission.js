'use strict'

// Tasks on their way to the scheduler: captured at run(), handed over once per tick or when the arena is full.

const { dataCloneError } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { Encoder } = require('../internal/values/index.js')
const { ARENA_BYTES, ATTACH_FROM, SUBMITTED_HEADER, flags, padded } = require('./wire.js')

/** Tasks after which a burst is handed over, so that workers start while it goes on. */
const BURST = 256
/** The same while completions are delivered, when each may bring a new task. */
const ECHO = 64

/** @typedef {import('./request.js').Request} Request */

/** @typedef {(request: Request, parts: ArrayBuffer[]) => number} Attach sends parts by the port: their serial number */

/** Nothing is being captured. */
const NONE = -1
/** No record is longer: its length, rounded up, is an int32. */
const MAX_RECORD_BYTES = 2 ** 31 - 8

class Submission {
  #pool
  #attach
  #encoder = new Encoder({ initialBytes: 2 * ARENA_BYTES })
  #count = 0
  /** Where the task that is being captured begins. */
  #start = NONE
  /** Up to where the arena was handed over while a task was being captured. */
  #sent = 0
  /** For tasks that are submitted while one is: by a getter of its value. @type {Submission | undefined} */
  #nested
  #scheduled = false
  /** While completions are delivered, their end hands over what they brought. */
  #delivering = false
  #raw = native().raw.pool
  /** The task being submitted. @type {Request} */
  request = { id: 0, handler: 0, flags: 0, priority: 0, timeout: 0, route: 0, retries: 0 }
  /** Whether `request` is taken. */
  busy = false
  #flush = () => {
    this.#scheduled = false
    this.flush()
  }

  /**
   * @param {number} pool
   * @param {Attach} attach
   */
  constructor(pool, attach) {
    this.#pool = pool
    this.#attach = attach
  }

  /** This one, or while a task is being submitted here one for those that it brings about. @returns {Submission} */
  free() {
    if (!this.busy) return this
    this.#nested ??= new Submission(this.#pool, this.#attach)
    return this.#nested.free()
  }

  /**
   * Captures the task that `request` tells of. Throws DataCloneError, or what a getter threw, and is as before then.
   * @param {unknown} value
   * @param {unknown} context written behind the value, if the request has the flag
   * @param {number} serial of the value, if it went by the port, else -1
   */
  add(value, context, serial) {
    const { request } = this
    const encoder = this.#encoder
    const start = encoder.position
    // What went by a port cannot be run again.
    encoder.attachFrom = request.retries === 0 ? ATTACH_FROM : Number.POSITIVE_INFINITY
    encoder.reserve(SUBMITTED_HEADER)
    encoder.position = start + SUBMITTED_HEADER
    this.#start = start
    try {
      this.#writePayload(value, context, serial)
      const length = encoder.position - start - SUBMITTED_HEADER
      if (length > MAX_RECORD_BYTES) throw dataCloneError('Data cannot be cloned, out of memory.')
      encoder.reserve(8)
      this.#writeHeader(start, length)
    } catch (error) {
      encoder.position = start
      throw error
    } finally {
      this.#start = NONE
      if (encoder.attachments.length > 0) encoder.attachments = []
    }
    this.#count++
    if (encoder.position >= ARENA_BYTES || this.#count >= (this.#delivering ? ECHO : BURST)) this.flush()
    else if (!this.#scheduled && !this.#delivering) {
      this.#scheduled = true
      queueMicrotask(this.#flush)
    }
  }

  /**
   * @param {unknown} value
   * @param {unknown} context
   * @param {number} serial
   */
  #writePayload(value, context, serial) {
    const { request } = this
    const encoder = this.#encoder
    encoder.append(value)
    if (request.flags & flags.CONTEXT) encoder.append(context)
    if (encoder.attachments.length > 0) serial = this.#attach(request, encoder.attachments)
    if (serial < 0) return
    encoder.reserve(4)
    encoder.view.setUint32(encoder.position, serial, true)
    encoder.position += 4
  }

  /**
   * @param {number} start
   * @param {number} length of the payload
   */
  #writeHeader(start, length) {
    const { request } = this
    const { view } = this.#encoder
    view.setUint32(start, request.id, true)
    view.setUint32(start + 4, length, true)
    view.setUint32(start + 8, request.handler, true)
    view.setUint32(start + 12, request.flags, true)
    view.setInt32(start + 16, request.priority, true)
    view.setUint32(start + 20, request.timeout, true)
    view.setUint32(start + 24, request.route, true)
    view.setUint32(start + 28, request.retries, true)
    this.#encoder.position = start + SUBMITTED_HEADER + padded(length)
  }

  beginDelivery() {
    this.#delivering = true
  }

  endDelivery() {
    this.#delivering = false
    this.flush()
  }

  /** How many tasks have not been handed over. @returns {number} */
  get count() {
    return this.#count + (this.#nested?.count ?? 0)
  }

  /** Hands over what is there; of a task that is being captured nothing. */
  flush() {
    if (this.#count > 0) {
      const { bytes } = this.#encoder
      const from = this.#sent
      const end = this.#empty()
      this.#raw.submit(this.#pool, from === 0 ? bytes : bytes.subarray(from), end - from)
    }
    this.#nested?.flush()
  }

  /** Forgets what was not handed over. */
  clear() {
    this.#empty()
    this.#nested?.clear()
  }

  /** Counts all that is whole as handed over, first: what fails to be now would fail again. Returns where it ended. */
  #empty() {
    const isWhole = this.#start === NONE
    const end = isWhole ? this.#encoder.position : this.#start
    this.#count = 0
    this.#sent = isWhole ? 0 : end
    if (isWhole) this.#encoder.reset()
    return end
  }
}

module.exports = { Submission }
