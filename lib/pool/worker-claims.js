'use strict'

// The tasks that a worker has claimed: a cursor over their records.
//
// Invariant: a claim is asked for only when every record of the last one was looked at, because its records stay in
// the scratch buffer until then.

const { native } = require('../internal/native.js')
const { ARENA_BYTES, CLAIMED_HEADER, CLOSED, padded } = require('./wire.js')

class Claims {
  #raw = native().raw.pool
  #pool
  #seat
  #at = 0
  #end = 0
  #next = 0
  #length = 0
  scratch = Buffer.allocUnsafeSlow(ARENA_BYTES)
  #view = new DataView(this.scratch.buffer)
  /** Whether the buffer holds one task alone and will not be written to again. */
  owned = false
  /** Words of the record at hand. */
  position = 0
  handler = 0
  flags = 0
  /** Where its payload begins. */
  payload = 0

  /**
   * @param {number} pool
   * @param {number} seat
   */
  constructor(pool, seat) {
    this.#pool = pool
    this.#seat = seat
  }

  /** Looks at the next record; false when there is none. */
  peek() {
    const at = this.#at
    if (at >= this.#end) return false
    const view = this.#view
    this.position = view.getUint32(at, true)
    this.#length = view.getUint32(at + 4, true)
    this.handler = view.getUint32(at + 8, true)
    this.flags = view.getUint32(at + 12, true)
    this.payload = at + CLAIMED_HEADER
    this.#next = this.payload + padded(this.#length)
    return true
  }

  /** Moves behind the record at hand, whose words and payload stay. */
  pass() {
    this.#at = this.#next
  }

  isEmpty() {
    return this.#at >= this.#end
  }

  /** The last word of the payload at hand. */
  serial() {
    return this.#view.getUint32(this.payload + this.#length - 4, true)
  }

  /** A copy of the payload at hand, for a task that has to wait. */
  copy() {
    return Buffer.from(this.scratch.subarray(this.payload, this.payload + this.#length))
  }

  /**
   * Hands in a report and, if asked, claims.
   * @param {import('./worker-report.js').Report} report
   * @param {boolean} start
   * @returns {number} bytes of tasks, or CLOSED
   */
  turn(report, start) {
    if (start && this.owned) this.#use(ARENA_BYTES, false)
    let claimed = this.#raw.turn(this.#pool, this.#seat, report.bytes, report.size, start, this.scratch)
    report.reset()
    while (claimed < CLOSED) {
      // One large task: its buffer is its own, so what is in it need not be copied out again.
      this.#use(-claimed, true)
      claimed = this.#raw.turn(this.#pool, this.#seat, report.bytes, 0, true, this.scratch)
    }
    if (claimed > 0) {
      this.#at = 0
      this.#end = claimed
    }
    return claimed
  }

  /**
   * @param {number} size
   * @param {boolean} owned
   */
  #use(size, owned) {
    this.scratch = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.scratch.buffer)
    this.owned = owned
    this.#at = this.#end = 0
  }
}

module.exports = { Claims }
