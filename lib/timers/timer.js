'use strict'

// Timers of this thread, and their delivery. They are JavaScript, because to create and to clear one in native code
// would cost a crossing each; the waiting is native (alarm.js).

const { AsyncResource } = require('node:async_hooks')
const { performance } = require('node:perf_hooks')
const { onAbort } = require('../internal/abort.js')
const { Alarm } = require('./alarm.js')
const { Deadlines } = require('./deadlines.js')

/**
 * @typedef {'skip' | 'coalesce' | 'catch-up'} Missed
 * @typedef {object} Beat where an interval stands
 * @property {number} start
 * @property {number} period
 * @property {number} ticks how many periods were delivered or dropped
 * @property {Missed} missed
 */

const LIVE = 1
const REFED = 2

/** @type {Deadlines<PreciseTimer>} */
const deadlines = new Deadlines((timer) => PreciseTimer.isLive(timer))
/** @type {Alarm | undefined} */
let alarm

class PreciseTimer extends AsyncResource {
  /** @type {((ticks: number) => void) | undefined} */
  #callback
  #state
  /** @type {Beat | undefined} */
  #beat
  /** @type {(() => void) | undefined} */
  #stopListening

  /**
   * @param {(ticks: number) => void} callback
   * @param {number} ms
   * @param {boolean} ref
   * @param {Missed} [missed] for an interval
   */
  constructor(callback, ms, ref, missed) {
    super('PreciseTimer')
    alarm ??= new Alarm(() => deadlines.earliest(), deliverNext)
    const start = performance.now()
    this.#callback = callback
    this.#state = ref ? LIVE | REFED : LIVE
    this.#beat = missed === undefined ? undefined : { start, period: ms, ticks: 0, missed }
    this.#stopListening = undefined
    deadlines.add(start + ms, this)
    if (ref) alarm.ref()
    alarm.added(start + ms)
  }

  /** @param {PreciseTimer} timer */
  static isLive(timer) {
    return (timer.#state & LIVE) !== 0
  }

  /**
   * Runs the first of the queue, whose time has come.
   * @param {PreciseTimer} timer
   * @param {number} now
   */
  static run(timer, now) {
    const callback = /** @type {(ticks: number) => void} */ (timer.#callback)
    let ticks = 1
    if (timer.#beat === undefined) {
      deadlines.removeFirst()
      timer.#end()
    } else {
      ticks = advance(timer.#beat, now)
      deadlines.postponeFirst(timer.#beat.start + (timer.#beat.ticks + 1) * timer.#beat.period)
    }
    timer.runInAsyncScope(callback, timer, ticks)
  }

  /**
   * Closes it when the signal is aborted; `after` runs then.
   * @param {AbortSignal} signal
   * @param {() => void} [after]
   */
  follow(signal, after) {
    this.#stopListening = onAbort(signal, () => {
      this.close()
      after?.()
    })
  }

  close() {
    if (!PreciseTimer.isLive(this)) return
    this.#end()
    deadlines.cancelled()
  }

  #end() {
    if ((this.#state & REFED) !== 0) alarm?.unref()
    this.#state = 0
    this.#callback = undefined
    this.#stopListening?.()
  }

  ref() {
    if (this.#state === LIVE) {
      this.#state = LIVE | REFED
      alarm?.ref()
    }
    return this
  }

  unref() {
    if (this.#state === (LIVE | REFED)) {
      this.#state = LIVE
      alarm?.unref()
    }
    return this
  }

  hasRef() {
    return (this.#state & REFED) !== 0
  }

  [Symbol.dispose]() {
    this.close()
  }
}

/**
 * How many periods the call stands for that an interval gets now.
 * @param {Beat} beat
 * @param {number} now
 */
function advance(beat, now) {
  // Computed from the start, so that no error adds up. At least one: it is due, whatever rounding says.
  const due = Math.max(1, Math.floor((now - beat.start) / beat.period) - beat.ticks)
  beat.ticks += beat.missed === 'catch-up' ? 1 : due
  return beat.missed === 'coalesce' ? due : 1
}

/** @returns {boolean} whether a timer was due */
function deliverNext() {
  const own = /** @type {Alarm} */ (alarm)
  const now = own.arrive()
  if (deadlines.earliest() > now) {
    own.settle()
    return false
  }
  PreciseTimer.run(deadlines.first(), now)
  return true
}

module.exports = { PreciseTimer }
