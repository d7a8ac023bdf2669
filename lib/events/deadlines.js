'use strict'

// The deadlines of many waits, by few timers: of waits of the same length the oldest ends first, so each length has a
// queue and one timer, for its front. A wait that ends in time, as nearly all do, touches no timer at all.

const { performance } = require('node:perf_hooks')

// Taken now: a test runner may put fakes in their places.
const { clearTimeout, setTimeout } = globalThis

/** @typedef {{ timeoutMs: number, deadline: number }} Wait */

/** @template {Wait} T */
class Deadlines {
  /** @type {Map<number, { waits: Set<T>, timer: NodeJS.Timeout }>} */ #queues = new Map()
  #expire

  /** @param {(wait: T) => void} expire called once for each wait that is still there at its deadline */
  constructor(expire) {
    this.#expire = expire
  }

  /** @param {T} wait whose time begins now; does not hold the process */
  add(wait) {
    const { timeoutMs } = wait
    wait.deadline = performance.now() + timeoutMs
    let queue = this.#queues.get(timeoutMs)
    if (queue === undefined) {
      queue = { waits: new Set(), timer: this.#timer(timeoutMs, timeoutMs) }
      this.#queues.set(timeoutMs, queue)
    }
    queue.waits.add(wait)
  }

  /** @param {T} wait */
  delete(wait) {
    this.#queues.get(wait.timeoutMs)?.waits.delete(wait)
  }

  close() {
    for (const { timer } of this.#queues.values()) clearTimeout(timer)
    this.#queues.clear()
  }

  /**
   * @param {number} length of the waits
   * @param {number} leftMs
   */
  #timer(length, leftMs) {
    return setTimeout(() => this.#look(length), Math.ceil(leftMs)).unref()
  }

  /** @param {number} length */
  #look(length) {
    const queue = this.#queues.get(length)
    if (queue === undefined) return
    const now = performance.now()
    for (const wait of queue.waits) {
      if (wait.deadline > now) {
        queue.timer = this.#timer(length, wait.deadline - now)
        return
      }
      queue.waits.delete(wait)
      this.#expire(wait)
    }
    this.#queues.delete(length)
  }
}

module.exports = { Deadlines }
