'use strict'

// What only postMessage carries (transfer lists, SharedArrayBuffers, MessagePorts, Blobs): one MessagePort per thread
// beside the scheduler. Nobody listens to it: the scheduler's records say when there is something to receive, and in
// which order.
//
// A task's value is posted at once to a thread that sleeps, and its task pinned to that thread. Where none sleeps the
// value is kept, captured, until a thread that has started the task asks for it. So it waits in no thread's port
// behind a long task while another thread is free. Values are known by serial numbers, because ids are used again.

const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads')
const { native } = require('../internal/native.js')

const NONE = -1

class Ports {
  #pool
  #raw = native().raw.pool
  /** By seat. @type {Map<number, import('node:worker_threads').MessagePort>} */
  #ports = new Map()
  #serial = 0
  /** Values that were not posted, by task. @type {Map<number, { serial: number, parts: [any, any[]] }>} */
  #kept = new Map()
  /** Where values were posted, by task. @type {Map<number, { serial: number, seat: number }>} */
  #posted = new Map()

  /** @param {number} pool */
  constructor(pool) {
    this.#pool = pool
  }

  /**
   * Makes the port of a seat: returns its other end.
   * @param {number} seat
   */
  open(seat) {
    const { port1, port2 } = new MessageChannel()
    port1.unref()
    this.#ports.set(seat, port1)
    return port2
  }

  /**
   * Captures a value. Throws DataCloneError.
   * @param {number} id
   * @param {unknown} value
   * @param {any[]} transferList
   * @param {boolean} mayPost whether a sleeping thread may get it at once
   * @returns {{ serial: number, seat: number }} the seat to pin the task to, or -1
   */
  send(id, value, transferList, mayPost) {
    const sent = this.#post(id, value, transferList, mayPost)
    if (sent.seat === NONE) {
      const parts = structuredClone([value, transferList], { transfer: transferList })
      this.#kept.set(id, { serial: sent.serial, parts: /** @type {[any, any[]]} */ (parts) })
    }
    return sent
  }

  /**
   * Sends what is a copy already.
   * @param {number} id
   * @param {ArrayBuffer[]} copies
   * @param {boolean} mayPost
   */
  sendCopies(id, copies, mayPost) {
    const sent = this.#post(id, copies, copies, mayPost)
    if (sent.seat === NONE) this.#kept.set(id, { serial: sent.serial, parts: [copies, copies] })
    return sent
  }

  /**
   * @param {number} id
   * @param {unknown} value
   * @param {any[]} transferList
   * @param {boolean} mayPost
   */
  #post(id, value, transferList, mayPost) {
    const serial = this.#serial++ >>> 0
    const seat = mayPost ? this.#raw.reserve(this.#pool) : NONE
    if (seat === NONE) return { serial, seat }
    try {
      this.#ports.get(seat)?.postMessage([serial, value], transferList)
    } catch (error) {
      this.#raw.ring(this.#pool, seat) // it was about to be woken: let it find nothing
      throw error
    }
    this.#posted.set(id, { serial, seat })
    return { serial, seat }
  }

  /**
   * A thread has started the task and asks for its value.
   * @param {number} id
   * @param {number} seat
   * @returns {boolean} false: it is gone
   */
  answer(id, seat) {
    const kept = this.#kept.get(id)
    const port = this.#ports.get(seat)
    if (kept === undefined || port === undefined) return false
    this.#kept.delete(id)
    const [value, transferList] = kept.parts
    port.postMessage([kept.serial, value], transferList)
    this.#raw.ring(this.#pool, seat)
    return true
  }

  /**
   * The next value that a thread sent.
   * @param {number} seat
   */
  take(seat) {
    const port = this.#ports.get(seat)
    return port === undefined ? undefined : receiveMessageOnPort(port)?.message
  }

  /**
   * A task has ended.
   * @param {number} id
   * @param {boolean} ran otherwise its thread is told to drop the value
   */
  ended(id, ran) {
    if (this.#posted.size === 0 && this.#kept.size === 0) return
    this.#kept.delete(id)
    const posted = this.#posted.get(id)
    if (posted === undefined) return
    this.#posted.delete(id)
    if (!ran) this.#ports.get(posted.seat)?.postMessage([posted.serial])
  }

  /** @param {number} seat */
  closeSeat(seat) {
    this.#ports.get(seat)?.close()
    this.#ports.delete(seat)
  }

  close() {
    for (const seat of [...this.#ports.keys()]) this.closeSeat(seat)
    this.#kept.clear()
    this.#posted.clear()
  }
}

module.exports = { Ports }
