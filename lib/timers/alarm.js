'use strict'

// The one alarm that this thread's timers share. Native code is asked for the earliest deadline at most once per turn,
// and only if that is earlier than what was asked for before: that a timer was cleared costs no crossing, but one
// wake-up for nothing at its time. The alarm is set for somewhat earlier than the deadline: for what each wake-up takes.

const { performance } = require('node:perf_hooks')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')

/** Microtasks of its own: unlike queueMicrotask, none of these carries an async resource. */
const settled = Promise.resolve()

/** No alarm is set for more than so many milliseconds before its deadline. */
const MOST_LEAD = 0.1
/** How far the lead moves with each wake-up. */
const STEP = 0.004

class Alarm {
  /** @type {ReturnType<typeof openPort>} */
  #port
  /** When native code is going to ring. */
  #rings = Infinity
  /** How much of a wake-up's way here is certain: three of four take longer. Alarms are set for so much earlier. */
  #lead = 0
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
    if (deadline - this.#lead < this.#rings) this.#settleSoon()
  }

  /** A delivery begins, which ends with `settle`. Returns the time: not before a deadline that the alarm was set for. */
  arrive() {
    this.#settles = true
    let now = performance.now()
    const rang = this.#rings
    if (rang > now) return now
    this.#rings = Infinity
    // A quartile is found by small steps, one up for each three down (Robbins and Monro, 1951).
    const late = now - rang
    this.#lead += late > this.#lead ? STEP / 4 : (-STEP * 3) / 4
    this.#lead = Math.min(Math.max(this.#lead, 0), MOST_LEAD)
    // What is left is shorter than a wake-up.
    const deadline = this.#earliest()
    if (deadline - now <= MOST_LEAD) while (now < deadline) now = performance.now()
    return now
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
    const rings = this.#earliest() - this.#lead
    if (rings >= this.#rings) return
    this.#rings = rings
    native().raw.timers.setAlarm(this.#port.id, rings - now)
  }
}

module.exports = { Alarm }
