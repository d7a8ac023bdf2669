'use strict'

// What a worker has to say to its pool, collected until the next crossing: results, errors, progress, notices.
//
// It is written to the seat's page, which the scheduler reads as well, and published record by record: should the next
// task block this thread or end it, what was done before is known all the same. A report that outgrows the page goes on
// in memory of its own, and is handed in at once.

const { Encoder } = require('../internal/values/index.js')
const { isMoved, unwrap } = require('./move.js')
const { ARENA_BYTES, ATTACH_FROM, RECORD_HEADER, board: words, padded, status } = require('./wire.js')

class Report {
  #encoder = new Encoder({ attachFrom: ATTACH_FROM })
  #port
  /** @type {Buffer | undefined} */
  #page
  /** @type {Int32Array | undefined} */
  #board
  /** What a getter of the value being written has to say. @type {Report | undefined} */
  #nested
  /** While a value is being written. */
  isBusy = false

  /** @param {import('node:worker_threads').MessagePort} port for what only postMessage carries */
  constructor(port) {
    this.#port = port
  }

  /**
   * @param {Int32Array} page
   * @param {Int32Array} board
   */
  usePage(page, board) {
    this.#page = Buffer.from(/** @type {ArrayBuffer} */ (page.buffer))
    this.#board = board
    this.#encoder.adopt(this.#page)
  }

  get bytes() {
    return this.#encoder.bytes
  }

  get size() {
    return this.#encoder.position
  }

  /** Whether it must be handed in before another task starts: it is long, or nobody else can see it. */
  isDue() {
    return this.#encoder.position >= ARENA_BYTES || this.#encoder.bytes !== this.#page
  }

  reset() {
    this.#encoder.reset()
    if (this.#page !== undefined && this.#encoder.bytes !== this.#page) this.#encoder.adopt(this.#page)
  }

  /**
   * Writes one record; throws, and writes nothing, if the value cannot be cloned.
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   * @param {number} micros
   * @returns {void}
   */
  add(position, state, value, micros) {
    if (this.isBusy) {
      this.#nested ??= new Report(this.#port)
      return this.#nested.add(position, state, value, micros)
    }
    const start = this.size
    this.isBusy = true
    try {
      this.#addOne(position, state, value, micros)
    } finally {
      this.isBusy = false
      if (this.#nested !== undefined && this.#nested.size > 0) this.#insert(start, this.#nested)
      this.#publish()
    }
  }

  /**
   * Writes how a task ended. What cannot be said of it, be it its result or its error, ends that task alone.
   * @param {number} position
   * @param {number} ended
   * @param {unknown} value
   * @param {number} micros
   */
  addEnd(position, ended, value, micros) {
    try {
      this.add(position, ended, value, micros)
    } catch (error) {
      try {
        this.add(position, status.THREW, error, micros)
      } catch {
        const { dataCloneError } = require('../internal/errors.js')
        const unsayable = dataCloneError('What was thrown while a result was cloned could not be cloned.')
        this.add(position, status.THREW, unsayable, micros)
      }
    }
  }

  /**
   * Puts what was said meanwhile before the record at `start`: in this order it went by the port.
   * @param {number} start
   * @param {Report} nested
   */
  #insert(start, nested) {
    const encoder = this.#encoder
    const { size } = nested
    const end = encoder.position
    encoder.reserve(size)
    encoder.bytes.copyWithin(start + size, start, end)
    nested.bytes.copy(encoder.bytes, start, 0, size)
    encoder.position = end + size
    nested.reset()
  }

  #publish() {
    const { bytes, position } = this.#encoder
    if (this.#board !== undefined && bytes === this.#page) Atomics.store(this.#board, words.PUBLISHED, position)
  }

  /**
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   * @param {number} micros
   */
  #addOne(position, state, value, micros) {
    if (isMoved(value)) {
      const { value: sent, transferList } = unwrap(value)
      return this.#addPorted(position, state, sent, transferList, micros)
    }
    try {
      this.#write(position, state, value, micros)
    } catch (error) {
      if (/** @type {any} */ (error)?.name !== 'DataCloneError') throw error
      this.#addPorted(position, state, value, [], micros)
    }
  }

  /**
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   * @param {any[]} transferList
   * @param {number} micros
   */
  #addPorted(position, state, value, transferList, micros) {
    this.#port.postMessage(value, transferList)
    this.#write(position, state | status.PORTED, undefined, micros)
  }

  /**
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   * @param {number} micros
   */
  #write(position, state, value, micros) {
    const encoder = this.#encoder
    const start = encoder.position
    encoder.reserve(RECORD_HEADER)
    encoder.position = start + RECORD_HEADER
    try {
      encoder.append(value)
      if (encoder.attachments.length > 0) {
        this.#port.postMessage(encoder.attachments, encoder.attachments)
        state |= status.PORTED | status.ATTACHED
      }
    } catch (error) {
      encoder.position = start
      throw error
    } finally {
      if (encoder.attachments.length > 0) encoder.attachments = []
    }
    const length = encoder.position - start - RECORD_HEADER
    encoder.reserve(8)
    const { view } = encoder
    view.setUint32(start, position, true)
    view.setUint32(start + 4, length, true)
    view.setUint32(start + 8, state, true)
    view.setUint32(start + 12, micros, true)
    encoder.position = start + RECORD_HEADER + padded(length)
  }
}

module.exports = { Report }
