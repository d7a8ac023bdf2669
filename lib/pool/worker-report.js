'use strict'

// What a worker has to say to its pool, collected until the next crossing: results, errors, progress, notices.

const { Encoder } = require('../internal/values/index.js')
const { isMoved, unwrap } = require('./move.js')
const { ARENA_BYTES, REPORT_HEADER, padded, status } = require('./wire.js')

class Report {
  #encoder = new Encoder({ initialBytes: 2 * ARENA_BYTES })
  #port

  /** @param {import('node:worker_threads').MessagePort} port for what only postMessage carries */
  constructor(port) {
    this.#port = port
  }

  get bytes() {
    return this.#encoder.bytes
  }

  get size() {
    return this.#encoder.position
  }

  isLarge() {
    return this.#encoder.position >= ARENA_BYTES
  }

  reset() {
    this.#encoder.reset()
  }

  /**
   * Writes one record; throws, and writes nothing, if the value cannot be cloned.
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   * @param {number} micros
   */
  add(position, state, value, micros) {
    if (isMoved(value)) {
      const { value: sent, transferList } = unwrap(value)
      return this.#addPorted(position, state, sent, transferList, micros)
    }
    try {
      this.#write(position, state, value, micros)
    } catch (error) {
      if (/** @type {Error} */ (error).name !== 'DataCloneError') throw error
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
    encoder.reserve(REPORT_HEADER)
    encoder.position = start + REPORT_HEADER
    try {
      encoder.append(value)
    } catch (error) {
      encoder.position = start
      throw error
    }
    const length = encoder.position - start - REPORT_HEADER
    encoder.reserve(8)
    const { view } = encoder
    view.setUint32(start, position, true)
    view.setUint32(start + 4, length, true)
    view.setUint32(start + 8, state, true)
    view.setUint32(start + 12, micros, true)
    encoder.position = start + REPORT_HEADER + padded(length)
  }
}

module.exports = { Report }
