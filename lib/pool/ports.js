'use strict'

// What only postMessage carries (transfer lists, SharedArrayBuffers, MessagePorts, Blobs): one MessagePort per thread
// beside the scheduler. Nobody listens to it: the scheduler's records say when there is something to receive, and in
// which order.
//
// A task's value is posted at once to a thread that sleeps, and its task pinned to that thread. While all tasks at hand
// can run at once it goes to one that is awake or starting, too: the caller may block as soon as run() returns, and
// could answer nobody then. Beyond that the value is kept, captured, until a thread that has started the task asks for
// it. So it waits in no thread's port behind a long task while another thread is free. Values are known by serial
// numbers, because ids are used again.

const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads')
const { native } = require('../internal/native.js')
const { flags } = require('./wire.js')

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
   * The thread that may get the value of a task before its task is submitted; -1 for none.
   * @param {import('./request.js').Request} request
   * @param {number} room tasks that a thread can run at once, while all at hand can; otherwise 0
   * @param {() => boolean} grow starts a thread; false: there are enough
   */
  seatFor({ flags: asked, route }, room, grow) {
    if (asked & flags.HELD || (asked & flags.AFFINE && room === 0)) return NONE // known later
    const most = asked & flags.EXCLUSIVE ? Math.min(room, 1) : room
    const choose = () =>
      asked & flags.AFFINE ? this.#raw.seatOfKey(this.#pool, route) : this.#raw.reserve(this.#pool, most)
    const seat = choose()
    return seat === NONE && room > 0 && grow() ? choose() : seat
  }

  /**
   * Captures a value. Throws DataCloneError.
   * @param {number} id
   * @param {unknown} value
   * @param {any[]} transferList
   * @param {number} seat that it is to be posted to, or -1
   */
  send(id, value, transferList, seat) {
    const sent = this.#post(id, value, transferList, seat)
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
   * @param {number} seat
   */
  sendCopies(id, copies, seat) {
    const sent = this.#post(id, copies, copies, seat)
    if (sent.seat === NONE) this.#kept.set(id, { serial: sent.serial, parts: [copies, copies] })
    return sent
  }

  /**
   * @param {number} id
   * @param {unknown} value
   * @param {any[]} transferList
   * @param {number} seat
   * @returns {{ serial: number, seat: number }}
   */
  #post(id, value, transferList, seat) {
    const serial = this.#serial++ >>> 0
    if (seat === NONE) return { serial, seat }
    try {
      this.#ports.get(seat)?.postMessage([serial, value], transferList)
    } catch (error) {
      this.#raw.ring(this.#pool, seat) // it may have been about to be woken: let it find nothing
      throw error
    }
    this.#posted.set(id, { serial, seat })
    return { serial, seat }
  }

  /**
   * A thread has been chosen for a held task: it gets its value, if it has none yet.
   * @param {number} id
   * @param {number} seat
   */
  assigned(id, seat) {
    const kept = this.#postKept(id, seat)
    if (kept !== undefined) this.#posted.set(id, { serial: kept.serial, seat })
  }

  /**
   * Those of some tasks whose values went to a thread.
   * @param {number[]} ids
   */
  postedOf(ids) {
    return ids.filter((id) => this.#posted.has(id))
  }

  /**
   * A thread has started the task and asks for its value.
   * @param {number} id
   * @param {number} seat
   * @returns {boolean} false: it is gone
   */
  answer(id, seat) {
    if (this.#postKept(id, seat) === undefined && this.#posted.get(id)?.seat !== seat) return false
    this.#raw.ring(this.#pool, seat)
    return true
  }

  /**
   * @param {number} id
   * @param {number} seat
   */
  #postKept(id, seat) {
    const kept = this.#kept.get(id)
    const port = this.#ports.get(seat)
    if (kept === undefined || port === undefined) return undefined
    this.#kept.delete(id)
    const [value, transferList] = kept.parts
    port.postMessage([kept.serial, value], transferList)
    return kept
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
