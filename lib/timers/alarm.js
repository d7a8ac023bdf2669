'use strict'

// The one alarm that this thread's timers share. Native code is asked for the earliest deadline at most once per turn,
// and only if that is earlier than what was asked for before: that a timer was cleared costs no crossing, but one
// wake-up for nothing at its time.

const { performance } = require('node:perf_hooks')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')

/** Microtasks of its own: unlike queueMicrotask, none of these carries an async resource. */
const settled = Promise.resolve()

class Alarm {
  /** @type {ReturnType<typeof openPort>} */
  #port
  /** When native code is going to ring. */
  #rings = Infinity
  #waits = 0
  /** Whether `settle` is going to run: as a microtask, or at the end of a delivery. */
  #settles = false
  /** @type {() => number} */
  #earliest

  /**
   * @param {() => number} earliest the earliest deadline of all, by performance.now()
   * @param {() => boolean} deliverNext
   */
  constructor(earliest, deliverNext) {
    this.#earliest = earliest
    this.#port = openPort({ deliverNext, ticks: true })
    native().timersOpen(this.#port.id, process.versions.uv ?? '')
  }

  /** One more timer keeps the process alive. */
  ref() {
    if (++this.#waits === 1) this.#port.ref()
  }

  /** One fewer does. */
  unref() {
    if (--this.#waits === 0) this.#settleSoon()
  }

  /**
   * A timer was added.
   * @param {number} deadline
   */
  added(deadline) {
    if (deadline < this.#rings) this.#settleSoon()
  }

  /** A delivery begins, which ends with `settle`. */
  holdOff() {
    this.#settles = true
  }

  #settleSoon() {
    if (this.#settles) return
    this.#settles = true
    settled.then(() => this.settle())
  }

  /** Has native code know what is true now. */
  settle() {
    this.#settles = false
    if (this.#waits === 0) this.#port.unref()
    const now = performance.now()
    if (this.#rings <= now) this.#rings = Infinity
    const earliest = this.#earliest()
    if (earliest >= this.#rings) return
    this.#rings = earliest
    native().raw.timers.setAlarm(this.#port.id, earliest - now)
  }
}

module.exports = { Alarm }
