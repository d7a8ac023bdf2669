'use strict'

// bus.request() and bus.reply(): a request carries headers that say which subscription its answer goes to, one of the
// handle that asked. The first answer settles it.

const { abortError, codes, dataCloneError } = require('../internal/errors.js')
const { Deadlines } = require('./deadlines.js')
const { transferListOf } = require('./ports.js')

const TIMEOUT_MS = 30_000
/** What answers are subscribed by: on it alone nobody publishes. They go to the subscription itself. */
const PATTERN = '$ironloop'

/** @typedef {[id: number, failed: boolean]} AnswerHeaders */
/** @typedef {import('./subscription.js').Refuse} Refuse */

/**
 * @typedef {object} Waiting
 * @property {number} id
 * @property {string} topic
 * @property {number} timeoutMs
 * @property {number} deadline
 * @property {(value: unknown) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {AbortSignal | undefined} signal
 * @property {(() => void) | undefined} abort
 */

class Requests {
  /** @type {Map<number, Waiting>} */ #waiting = new Map()
  /** @type {Deadlines<Waiting>} */ #deadlines
  #answerTo
  #lastId = 0
  #publish
  #hold

  /**
   * @param {(topic: string, payload: unknown, id: number, answerTo: number, transferList: readonly any[]) => void} publish
   * @param {(pattern: string, listener: (...args: any[]) => void, refuse: Refuse) => number} subscribe not holding the process
   * @param {(hold: boolean) => void} hold
   */
  constructor(publish, subscribe, hold) {
    this.#publish = publish
    this.#hold = hold
    this.#answerTo = subscribe(
      PATTERN,
      (value, _topic, _meta, headers) => this.#settle(value, headers),
      (error, headers) => {
        if (headers === undefined) return false
        this.#settle(error, [headers[0], true])
        return true
      }
    )
    this.#deadlines = new Deadlines((waiting) => {
      this.#fail(waiting, new codes.ERR_EVENTS_REQUEST_TIMEOUT(waiting.topic, waiting.timeoutMs))
    })
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {{ timeoutMs?: number, signal?: AbortSignal, transferList?: readonly any[] }} options
   * @returns {Promise<any>}
   */
  request(topic, payload, { timeoutMs = TIMEOUT_MS, signal, transferList = [] }) {
    const id = (this.#lastId = (this.#lastId + 1) >>> 0 || 1)
    return new Promise((resolve, reject) => {
      this.#publish(topic, payload, id, this.#answerTo, transferList)
      /** @type {Waiting} */
      const waiting = { id, topic, timeoutMs, deadline: 0, resolve, reject, signal, abort: undefined }
      if (signal !== undefined) {
        waiting.abort = () => this.#fail(waiting, abortError(signal.reason))
        signal.addEventListener('abort', waiting.abort, { once: true })
      }
      if (this.#waiting.size === 0) this.#hold(true)
      this.#waiting.set(id, waiting)
      this.#deadlines.add(waiting)
    })
  }

  /**
   * @param {unknown} value what the handler returned, or what it threw
   * @param {AnswerHeaders} headers
   */
  #settle(value, [id, failed]) {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return // answered before, or given up
    this.#end(waiting)
    if (failed) waiting.reject(value)
    else waiting.resolve(value)
  }

  /**
   * @param {Waiting} waiting
   * @param {unknown} error
   */
  #fail(waiting, error) {
    this.#end(waiting)
    waiting.reject(error)
  }

  /** @param {Waiting} waiting */
  #end(waiting) {
    const { id, signal, abort } = waiting
    this.#waiting.delete(id)
    this.#deadlines.delete(waiting)
    if (abort !== undefined) signal?.removeEventListener('abort', abort)
    if (this.#waiting.size === 0) this.#hold(false)
  }

  /** @param {() => Error} makeError */
  close(makeError) {
    for (const waiting of [...this.#waiting.values()]) this.#fail(waiting, makeError())
    this.#deadlines.close()
  }
}

/**
 * The listener of a subscription that answers, and what answers where a question is unreadable.
 * @param {(payload: any, topic: string, meta: any) => unknown} handler
 * @param {(subscription: number, payload: unknown, headers: AnswerHeaders, transferList: readonly any[]) => void} publish
 * @returns {[listener: (...args: any[]) => unknown, refuse: Refuse]}
 */
function answering(handler, publish) {
  /**
   * @param {[id: number, answerTo: number]} headers
   * @param {unknown} error
   */
  const fail = ([id, to], error) => {
    try {
      publish(to, error, [id, true], [])
    } catch {
      publish(to, dataCloneError('What the handler has thrown could not be cloned.'), [id, true], [])
    }
  }
  /**
   * @this {unknown}
   * @param {unknown} payload
   * @param {string} topic
   * @param {import('./incoming.js').Meta} meta
   * @param {[id: number, answerTo: number] | undefined} headers
   */
  function answer(payload, topic, { threadId, sequence }, headers) {
    if (headers === undefined || headers[0] === 0) return // published, not asked: there is nobody to answer
    const [id, to] = headers
    const meta = { threadId, sequence, transferList: [] }
    try {
      const result = handler.call(this, payload, topic, meta)
      const settle = (/** @type {unknown} */ value) => publish(to, value, [id, false], transferListOf(meta))
      // Returned, so that what cannot even be answered is heard of.
      if (isThenable(result))
        return Promise.resolve(result)
          .then(settle)
          .catch((error) => fail(headers, error))
      settle(result)
    } catch (error) {
      fail(headers, error)
    }
  }
  /** @type {Refuse} */
  const refuse = (error, headers) => {
    if (headers === undefined || headers[0] === 0) return false
    fail(/** @type {any} */ (headers), error)
    return true
  }
  return [answer, refuse]
}

/** @param {any} value */
const isThenable = (value) => typeof value === 'object' && value !== null && typeof value.then === 'function'

module.exports = { Requests, answering }
