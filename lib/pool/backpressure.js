'use strict'

// How full a pool is, by counts that change at run() and at settlement: the same for the same calls, whatever the
// threads do meanwhile.

class Backpressure {
  /** @type {(() => void)[]} */
  #waiting = []
  #announce
  /** Places that ready() has promised; each is taken by a run(), or free again when the loop has turned. */
  #promised = 0
  #expire = () => {
    this.#promised = 0
    this.#admit()
  }

  /** Those of the tasks at hand that share their thread with no other: each takes up all of it. @type {Set<number>} */
  alone = new Set()
  #concurrency

  /**
   * @param {number} threads
   * @param {number} concurrency tasks that each can run at once
   * @param {number} maxQueue tasks that may wait beside them
   * @param {(event: 'needsDrain' | 'drain') => void} announce
   */
  constructor(threads, concurrency, maxQueue, announce) {
    /** Tasks that can run at once. */
    this.capacity = threads * concurrency
    this.#concurrency = concurrency
    this.maxQueue = maxQueue
    this.#announce = announce
    /** Whether as many tasks are at hand as can run at once. */
    this.needsDrain = false
    /** Tasks at hand: waiting or running. */
    this.count = 0
  }

  /** Tasks at hand that can only wait, as piscina counts them. */
  get waiting() {
    const lost = Math.min(this.alone.size, this.capacity / this.#concurrency) * (this.#concurrency - 1)
    return Math.max(0, this.count - this.capacity + lost)
  }

  /** Tasks that may be at hand. */
  get limit() {
    return this.capacity + this.maxQueue
  }

  /**
   * The number of threads has changed.
   * @param {number} threads
   */
  resize(threads) {
    this.capacity = threads * this.#concurrency
    if (this.needsDrain !== this.count >= this.capacity) {
      this.needsDrain = !this.needsDrain
      this.#announce(this.needsDrain ? 'needsDrain' : 'drain')
    }
    this.#admit()
  }

  isFull() {
    return this.count >= this.limit
  }

  /** Whether all tasks at hand can run at once. */
  isWithinCapacity() {
    return this.count <= this.capacity
  }

  /** Whether all tasks at hand, and one more, can run at once. */
  hasRoom() {
    return this.count < this.capacity
  }

  entered() {
    if (this.#promised > 0) this.#promised--
    if (++this.count >= this.capacity && !this.needsDrain) {
      this.needsDrain = true
      this.#announce('needsDrain')
    }
  }

  /** @param {number} id */
  left(id) {
    if (this.alone.size > 0) this.alone.delete(id)
    if (--this.count < this.capacity && this.needsDrain) {
      this.needsDrain = false
      this.#announce('drain')
    }
    if (this.#waiting.length > 0) this.#admit()
  }

  /** @returns {Promise<void>} */
  ready() {
    if (this.limit === Number.POSITIVE_INFINITY) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#admit()
    })
  }

  #admit() {
    while (this.#waiting.length > 0 && this.count + this.#promised < this.limit) {
      if (this.#promised++ === 0) setImmediate(this.#expire)
      this.#waiting.shift()?.()
    }
  }

  /** Lets all go that wait for room: their next run() will say why. */
  release() {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

module.exports = { Backpressure }
