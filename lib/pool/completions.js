'use strict'

// Completions as they come from the scheduler: pulled in batches, delivered one by one.

const { native } = require('../internal/native.js')
const { Decoder } = require('../internal/values/index.js')
const { Records } = require('./records.js')
const { ARENA_BYTES, status } = require('./wire.js')

class Completions extends Records {
  #pool
  #decoder = new Decoder()
  #raw = native().raw.pool
  #ports
  #isPorted = false
  #isAttached = false
  /** Words of the record that `next` moved to. */
  id = 0
  status = 0
  seat = 0

  /**
   * @param {number} pool
   * @param {import('./ports.js').Ports} ports
   */
  constructor(pool, ports) {
    super(2 * ARENA_BYTES)
    this.#pool = pool
    this.#ports = ports
  }

  /** Moves to the next completion; false when there is none. */
  next() {
    if (!this.peek()) {
      this.#pull()
      if (!this.peek()) return false
    }
    const state = this.word(2)
    this.id = this.word(0)
    this.seat = this.word(3)
    this.status = state & status.KIND
    this.#isPorted = (state & status.PORTED) !== 0
    this.#isAttached = (state & status.ATTACHED) !== 0
    this.pass()
    return true
  }

  /** The value of the completion at hand. */
  value() {
    if (this.#isPorted) {
      const sent = this.#ports.take(this.seat)
      if (!this.#isAttached) return sent
      this.#decoder.attachments = sent
    }
    this.#decoder.open(this.bytes, this.payload, this.owned)
    return this.#decoder.next()
  }

  /** Passes over the value of the completion at hand. */
  skip() {
    if (this.#isPorted) this.#ports.take(this.seat)
  }

  #pull() {
    this.renew()
    let pulled = this.#raw.pull(this.#pool, this.bytes)
    while (pulled < 0) {
      this.grow(-pulled)
      pulled = this.#raw.pull(this.#pool, this.bytes)
    }
    this.filled(pulled)
  }
}

module.exports = { Completions }
