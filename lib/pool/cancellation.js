'use strict'

// What ends a task early: its signal, its timeout. Its promise is rejected at once; if it runs, its handler is told,
// and its thread is replaced when the handler has not ended after the grace period.

const { abortError } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { MAX_DELAY } = require('./options.js')

/** Answers of poolCancel; others are the seat that runs the task. */
const ENDED = -2
const REMOVED = -1

class Cancellation {
  #pool
  #gracePeriodMs
  #listener
  /** The signal of a task, by id. @type {Map<number, any>} */
  #watched = new Map()
  /** One listener per signal, whatever the number of its tasks. @type {Map<any, { ids: Set<number>, ignore: () => void }>} */
  #signals = new Map()
  /** Tasks that were told to stop, by id. @type {Map<number, NodeJS.Timeout>} */
  #graces = new Map()

  /**
   * @param {number} pool
   * @param {number} gracePeriodMs
   * @param {object} listener
   * @param {() => void} listener.flush
   * @param {(id: number, error: Error, gone: boolean) => void} listener.cancelled gone: it never started
   * @param {(seat: number) => void} listener.expired
   */
  constructor(pool, gracePeriodMs, listener) {
    this.#pool = pool
    this.#gracePeriodMs = gracePeriodMs
    this.#listener = listener
  }

  /**
   * @param {number} id
   * @param {any} signal
   */
  watch(id, signal) {
    const tasks = this.#signals.get(signal)
    if (tasks !== undefined) {
      this.#watched.set(id, signal)
      tasks.ids.add(id)
      return
    }
    const ids = new Set([id])
    const onAbort = () => {
      for (const one of [...ids]) this.#abort(one, signal)
    }
    this.#signals.set(signal, { ids, ignore: listen(signal, onAbort) })
    this.#watched.set(id, signal)
  }

  /**
   * @param {number} id
   * @param {any} signal
   */
  #abort(id, signal) {
    this.cancel(id, abortOf(signal))
  }

  /**
   * @param {number} id
   * @param {Error} error
   */
  cancel(id, error) {
    this.#listener.cancelled(id, error, this.withdraw(id))
  }

  /**
   * Takes a task back from the scheduler. One that runs is told, and given the grace period; one that has ended will
   * still be reported, for nobody.
   * @param {number} id
   * @returns {boolean} whether the scheduler has forgotten it
   */
  withdraw(id) {
    this.#listener.flush() // it may still be on its way out
    const answer = native().poolCancel(this.#pool, id)
    if (answer !== ENDED && answer !== REMOVED) this.insist(id, answer)
    return answer === REMOVED
  }

  /**
   * A task that runs was told to stop: gives it the grace period.
   * @param {number} id
   * @param {number} seat
   */
  insist(id, seat) {
    if (this.#graces.has(id) || this.#gracePeriodMs > MAX_DELAY) return
    const timer = setTimeout(() => {
      this.#graces.delete(id)
      this.#listener.expired(seat)
    }, this.#gracePeriodMs)
    timer.unref()
    this.#graces.set(id, timer)
  }

  /**
   * A task has been settled: its signal is of no interest any more.
   * @param {number} id
   */
  forget(id) {
    if (this.#watched.size === 0) return
    const signal = this.#watched.get(id)
    const tasks = this.#signals.get(signal)
    if (tasks === undefined) return
    this.#watched.delete(id)
    tasks.ids.delete(id)
    if (tasks.ids.size > 0) return
    this.#signals.delete(signal)
    tasks.ignore()
  }

  /**
   * A task does not run any more.
   * @param {number} id
   */
  ended(id) {
    if (this.#graces.size === 0) return
    clearTimeout(this.#graces.get(id))
    this.#graces.delete(id)
  }
}

/**
 * What a task is rejected with when its signal has fired, in piscina's words.
 * @param {any} signal
 */
function abortOf(signal) {
  return abortError(signal.reason, 'task has been')
}

/**
 * Listens to an AbortSignal, or to what else has 'abort' events.
 * @param {any} signal
 * @param {() => void} onAbort
 * @returns {() => void} stops listening
 */
function listen(signal, onAbort) {
  if (typeof signal.addEventListener === 'function') {
    signal.addEventListener('abort', onAbort, { once: true })
    return () => signal.removeEventListener('abort', onAbort)
  }
  signal.once('abort', onAbort)
  return () => (signal.removeListener ?? signal.off).call(signal, 'abort', onAbort)
}

module.exports = { Cancellation, abortOf, listen }
