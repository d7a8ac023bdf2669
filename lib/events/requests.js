'use strict'

// bus.request() and bus.reply(): a request carries headers that say where its answer goes, a topic of its handle that
// no wildcard matches. The first answer settles it.

const { randomUUID } = require('node:crypto')
const { abortError, codes } = require('../internal/errors.js')

const TIMEOUT_MS = 30_000

/** @typedef {[id: number, topic: string]} Headers of a request: its number, and where its answer goes */
/** @typedef {[id: number, failed: boolean]} AnswerHeaders */

/**
 * @typedef {object} Waiting
 * @property {(value: unknown) => void} resolve
 * @property {(error: unknown) => void} reject
 */

class Requests {
  /** @type {Map<number, Waiting>} */ #waiting = new Map()
  #topic = `$ironloop.answer.${randomUUID()}`
  #lastId = 0
  #publish
  #hold

  /**
   * @param {(topic: string, payload: unknown, headers?: Headers) => void} publish
   * @param {(pattern: string, listener: (payload: any, topic: string, meta: any) => void) => void} subscribe not holding the process
   * @param {(hold: boolean) => void} hold
   */
  constructor(publish, subscribe, hold) {
    this.#publish = publish
    this.#hold = hold
    subscribe(this.#topic, (value, _topic, { headers }) => this.#settle(value, headers))
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {{ timeoutMs?: number, signal?: AbortSignal }} options
   * @returns {Promise<any>}
   */
  request(topic, payload, { timeoutMs = TIMEOUT_MS, signal }) {
    const id = (this.#lastId = (this.#lastId + 1) >>> 0)
    return new Promise((resolve, reject) => {
      this.#publish(topic, payload, [id, this.#topic])
      const fail = (/** @type {unknown} */ error) => this.#waiting.get(id)?.reject(error)
      const timer = setTimeout(() => fail(new codes.ERR_EVENTS_REQUEST_TIMEOUT(topic, timeoutMs)), timeoutMs)
      const abort = () => fail(abortError(/** @type {AbortSignal} */ (signal)))
      signal?.addEventListener('abort', abort, { once: true })
      const ended = () => {
        this.#waiting.delete(id)
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        this.#hold(false)
      }
      this.#hold(true)
      this.#waiting.set(id, {
        resolve(value) {
          ended()
          resolve(value)
        },
        reject(error) {
          ended()
          reject(error)
        },
      })
    })
  }

  /**
   * @param {unknown} value what the handler returned, or what it threw
   * @param {AnswerHeaders} headers
   */
  #settle(value, [id, failed]) {
    const waiting = this.#waiting.get(id)
    if (failed) waiting?.reject(value)
    else waiting?.resolve(value)
  }

  /** @param {() => Error} makeError */
  close(makeError) {
    for (const { reject } of [...this.#waiting.values()]) reject(makeError())
  }
}

/**
 * The listener of a subscription that answers.
 * @param {(payload: any, topic: string, meta: any) => unknown} handler
 * @param {(topic: string, payload: unknown, headers: AnswerHeaders) => void} publish
 */
function answering(handler, publish) {
  /**
   * @this {unknown}
   * @param {unknown} payload
   * @param {string} topic
   * @param {{ headers?: Headers }} meta
   */
  return async function answer(payload, topic, meta) {
    const { headers } = meta
    if (headers === undefined) return // published, not asked: there is nobody to answer
    const [id, to] = headers
    try {
      const result = handler.call(this, payload, topic, meta)
      publish(to, typeof result === 'object' && result !== null ? await result : result, [id, false])
    } catch (error) {
      publish(to, error, [id, true])
    }
  }
}

module.exports = { Requests, answering }
