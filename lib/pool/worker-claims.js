'use strict'

// The tasks that a worker has claimed.

const { native } = require('../internal/native.js')
const { Records } = require('./records.js')
const { ARENA_BYTES, CLOSED } = require('./wire.js')

class Claims extends Records {
  #raw = native().raw.pool
  #pool
  #seat

  /**
   * @param {number} pool
   * @param {number} seat
   */
  constructor(pool, seat) {
    super(ARENA_BYTES)
    this.#pool = pool
    this.#seat = seat
  }

  /** A copy of the payload at hand, for a task that has to wait. */
  copy() {
    return Buffer.from(this.bytes.subarray(this.payload, this.payload + this.length))
  }

  /**
   * Hands in a report and, if asked, claims.
   * @param {import('./worker-report.js').Report} report
   * @param {boolean} start
   * @returns {number} bytes of tasks, or CLOSED
   */
  turn(report, start) {
    if (start) this.renew()
    let claimed = this.#raw.turn(this.#pool, this.#seat, report.bytes, report.size, start, this.bytes)
    report.reset()
    while (claimed < CLOSED) {
      this.grow(-claimed)
      claimed = this.#raw.turn(this.#pool, this.#seat, report.bytes, 0, true, this.bytes)
    }
    if (claimed > 0) this.filled(claimed)
    return claimed
  }
}

module.exports = { Claims }
