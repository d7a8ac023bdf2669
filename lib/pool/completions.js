'use strict'

// Completions as they come from the scheduler: pulled in batches, delivered one by one.

const { native } = require('../internal/native.js')
const { Decoder } = require('../internal/values/index.js')
const { ARENA_BYTES, REPORT_HEADER, padded, status } = require('./wire.js')

/** A buffer that one large result needed is given back at the next pull. */
const KEPT_BYTES = 1 << 20

class Completions {
  #pool
  #scratch = Buffer.allocUnsafeSlow(2 * ARENA_BYTES)
  #view = new DataView(this.#scratch.buffer)
  #decoder = new Decoder()
  #at = 0
  #end = 0
  #payload = 0
  #owned = false
  #raw = native().raw.pool
  #ports
  #isPorted = false
  /** Words of the record that `next` moved to. */
  id = 0
  status = 0
  seat = 0

  /**
   * @param {number} pool
   * @param {import('./ports.js').Ports} ports
   */
  constructor(pool, ports) {
    this.#pool = pool
    this.#ports = ports
  }

  /** Moves to the next completion; false when there is none. */
  next() {
    if (this.#at === this.#end && !this.#pull()) return false
    const at = this.#at
    const view = this.#view
    this.id = view.getUint32(at, true)
    const state = view.getUint32(at + 8, true)
    this.#isPorted = state >= status.PORTED
    this.status = state & ~status.PORTED
    this.seat = view.getUint32(at + 12, true)
    this.#payload = at + REPORT_HEADER
    this.#at = this.#payload + padded(view.getUint32(at + 4, true))
    return true
  }

  /** The value of the completion at hand. */
  value() {
    if (this.#isPorted) return this.#ports.take(this.seat)
    this.#decoder.open(this.#scratch, this.#payload, this.#owned)
    return this.#decoder.next()
  }

  /** Passes over the value of the completion at hand. */
  skip() {
    if (this.#isPorted) this.#ports.take(this.seat)
  }

  #pull() {
    if (this.#owned || this.#scratch.length > KEPT_BYTES) this.#use(2 * ARENA_BYTES, false)
    let pulled = this.#raw.pull(this.#pool, this.#scratch)
    while (pulled < 0) {
      // One large report: its buffer is its own, so what is in it need not be copied out again.
      this.#use(-pulled, true)
      pulled = this.#raw.pull(this.#pool, this.#scratch)
    }
    this.#at = 0
    this.#end = pulled
    return pulled > 0
  }

  /**
   * @param {number} size
   * @param {boolean} owned
   */
  #use(size, owned) {
    this.#scratch = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.#scratch.buffer)
    this.#owned = owned
  }
}

module.exports = { Completions }
