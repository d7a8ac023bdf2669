'use strict'

// The Bus: topics that all threads of the process share. The core is in Rust (crates/core/src/bus); this is one
// thread's handle of it.

const { randomUUID } = require('node:crypto')
const { tracingChannel } = require('node:diagnostics_channel')
const EventEmitter = require('node:events')
const { threadId } = require('node:worker_threads')
const { abortError, codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const {
  validateAbortSignal,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
  validateString,
} = require('../internal/validators.js')
const { Lane } = require('./lane.js')
const { busMetrics } = require('./metrics.js')
const { Outgoing } = require('./outgoing.js')
const { transferListOf } = require('./ports.js')
const { Requests, answering } = require('./requests.js')
const { Stream } = require('./stream.js')
const { kId, Subscription, settingsOf } = require('./subscription.js')
const { validatePublishTopic } = require('./topics.js')

const MAX_QUEUED_BYTES = 64 * 1024 * 1024
/** What setTimeout takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
/** What a Bus remembers for those who come later, unless told otherwise. */
const REPLAY = { messages: 100, bytes: 1024 * 1024, topics: 1024 }
const SCOPES = /** @type {const} */ (['process', 'thread'])

const requests = /** @type {any} */ (tracingChannel('ironloop:events:request'))

/** Of this thread (and copy of lib), by scope and name. @type {Map<string, Bus>} */
const open = new Map()

/** Only `Bus.open` makes them. */
const kOpen = Symbol('open')

/** @typedef {{ resolve: () => void, reject: (error: unknown) => void }} Waiter */
/** @typedef {{ messages?: number, bytes?: number, topics?: number }} Replay */
/** @typedef {{ capture?: () => unknown, restore?: (context: any, next: () => unknown) => unknown }} Context */
/** @typedef {{ maxQueuedBytes?: number, replay?: Replay, scope?: 'process' | 'thread', context?: Context }} OpenOptions */

/** @param {Replay} replay */
function validateReplay(replay) {
  validateObject(replay, 'options.replay')
  const whole = { ...REPLAY }
  for (const [name, value] of Object.entries(replay)) {
    if (value !== undefined) whole[/** @type {keyof Replay} */ (name)] = value
  }
  for (const [name, value] of Object.entries(whole)) validateInteger(value, `options.replay.${name}`, 1)
  return whole
}

/** @param {Context} context */
function validateContext(context) {
  validateObject(context, 'options.context')
  const { capture, restore } = context
  if (capture !== undefined) validateFunction(capture, 'options.context.capture')
  if (restore !== undefined) validateFunction(restore, 'options.context.restore')
  return { capture, restore }
}

/** Whether anybody traces requests. */
function isTraced() {
  const { start, end, asyncStart, asyncEnd, error } = requests
  if (start.hasSubscribers || end.hasSubscribers || error.hasSubscribers) return true
  return asyncStart.hasSubscribers || asyncEnd.hasSubscribers
}

class Bus extends EventEmitter {
  /** @type {string} */ #key
  /** @type {string} */ #nativeName
  /** @type {number} */ #maxQueuedBytes
  /** @type {Context} */ #context
  /** @type {Lane} */ #lane
  /** @type {Lane | undefined} */ #ticking
  /** @type {Outgoing} */ #outgoing
  /** @type {Requests | undefined} */ #requests
  /** @type {Set<Stream>} */ #streams = new Set()
  #closed = false
  /** @type {Waiter[]} */ #draining = []
  /** @type {Waiter[]} */ #flushing = []

  /**
   * @param {string} [name]
   * @param {OpenOptions} [options]
   */
  static open(name = 'default', options = {}) {
    validateString(name, 'name')
    validateObject(options, 'options')
    const { maxQueuedBytes = MAX_QUEUED_BYTES, scope = 'process' } = options
    const context = options.context === undefined ? {} : validateContext(options.context)
    const replay = options.replay === undefined ? undefined : validateReplay(options.replay)
    validateInteger(maxQueuedBytes, 'options.maxQueuedBytes', 1)
    validateOneOf(scope, 'options.scope', SCOPES)
    const key = `${scope}:${name}`
    const nativeName = scope === 'process' ? key : `${key}:${randomUUID()}`
    const bus = open.get(key) ?? new Bus(kOpen, key, name, nativeName, maxQueuedBytes, context)
    if (replay !== undefined) native().busRetain(bus.#lane.port.id, replay.messages, replay.bytes, replay.topics)
    return bus
  }

  /**
   * @param {symbol} permission
   * @param {string} key
   * @param {string} name
   * @param {string} nativeName of the native Bus; one that nobody else can know keeps it to this thread
   * @param {number} maxQueuedBytes
   * @param {Context} context
   */
  constructor(permission, key, name, nativeName, maxQueuedBytes, context) {
    if (permission !== kOpen) throw new codes.ERR_ILLEGAL_CONSTRUCTOR()
    super()
    this.#key = key
    this.#nativeName = nativeName
    this.#maxQueuedBytes = maxQueuedBytes
    this.#context = context
    this.#lane = new Lane(nativeName, false, this.#settle)
    this.#outgoing = new Outgoing(this.#lane.port.id)
    this.name = name
    open.set(key, this)
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {{ transferList?: readonly any[] }} [options]
   */
  publish(topic, payload, options = undefined) {
    if (this.#closed) throw new codes.ERR_EVENTS_BUS_CLOSED()
    const { capture } = this.#context
    if (options === undefined && capture === undefined) return this.#outgoing.publish(topic, payload)
    const headers = capture === undefined ? undefined : /** @type {any} */ ([0, 0, capture()])
    const transferList = options === undefined ? [] : transferListOf(options)
    this.#assertOpen() // code of the user has run
    return this.#outgoing.publishMoved(topic, payload, headers, transferList)
  }

  /**
   * @param {string} pattern
   * @param {(...args: any[]) => any} listener
   * @param {import('./subscription.js').Options} [options]
   */
  subscribe(pattern, listener, options = {}) {
    return this.#subscribe(pattern, listener, options)
  }

  /**
   * @param {string} pattern
   * @param {(...args: any[]) => any} listener
   * @param {import('./subscription.js').Options} options
   * @param {import('./subscription.js').Refuse} [refuse]
   */
  #subscribe(pattern, listener, options, refuse) {
    const settings = settingsOf(pattern, options, this.#maxQueuedBytes)
    this.#assertOpen()
    const lane = options.microtasks === 'each' ? this.#laneWithTicks() : this.#lane
    return new Subscription(this, lane, settings, listener, options.batch ?? false, this.#context.restore, refuse)
  }

  /**
   * @param {string} pattern
   * @param {import('./subscription.js').Options} [options]
   */
  stream(pattern, options = {}) {
    const settings = settingsOf(pattern, options, this.#maxQueuedBytes)
    this.#assertOpen()
    return new Stream(this, this.#streams, this.#nativeName, settings)
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {{ timeoutMs?: number, signal?: AbortSignal, transferList?: readonly any[] }} [options]
   */
  request(topic, payload, options = {}) {
    // Not an async function: that would cost a promise and a turn of the microtasks more.
    try {
      return this.#request(topic, payload, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {{ timeoutMs?: number, signal?: AbortSignal, transferList?: readonly any[] }} options
   * @returns {Promise<any>}
   */
  #request(topic, payload, options) {
    if (!this.#outgoing.topics.has(topic)) validatePublishTopic(topic)
    validateObject(options, 'options')
    const { timeoutMs, signal } = options
    if (timeoutMs !== undefined) validateNumber(timeoutMs, 'options.timeoutMs', 0, MAX_TIMEOUT_MS)
    validateAbortSignal(signal, 'options.signal')
    transferListOf(options)
    this.#assertOpen()
    if (signal?.aborted) throw abortError(signal.reason)
    if (!this.hasSubscribers(topic)) throw new codes.ERR_EVENTS_NO_SUBSCRIBERS(topic)
    this.#requests ??= new Requests(
      (to, value, id, answerTo, transferList) => {
        const { capture } = this.#context
        const headers = /** @type {any} */ (capture === undefined ? [id, answerTo] : [id, answerTo, capture()])
        this.#assertOpen()
        this.#outgoing.publishMoved(to, value, headers, transferList)
      },
      (own, listener, refuse) => this.#subscribe(own, listener, {}, refuse).unref()[kId],
      (hold) => this.#lane.hold(hold)
    )
    const all = this.#requests
    if (!isTraced()) return all.request(topic, payload, options)
    return requests.tracePromise(() => all.request(topic, payload, options), { bus: this.name, topic, payload })
  }

  /**
   * @param {string} pattern
   * @param {(payload: any, topic: string, meta: any) => unknown} handler
   * @param {import('./subscription.js').Options} [options]
   */
  reply(pattern, handler, options = {}) {
    validateFunction(handler, 'handler')
    const answer = (
      /** @type {number} */ to,
      /** @type {unknown} */ value,
      /** @type {[number, boolean]} */ headers,
      /** @type {readonly any[]} */ transferList
    ) => {
      if (!this.#closed) this.#outgoing.answer(to, value, headers, transferList)
    }
    const [listener, refuse] = answering(handler, answer)
    return this.#subscribe(pattern, listener, { ...options, batch: false }, refuse)
  }

  /** @param {string} topic */
  hasSubscribers(topic) {
    this.#assertOpen()
    return this.#outgoing.reaches(topic)
  }

  /**
   * How many subscriptions of all threads match: for SharedEmitter.
   * @param {string} topic
   */
  countSubscribers(topic) {
    this.#assertOpen()
    return native().busCountSubscribers(this.#lane.port.id, topic)
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  async drain(options = {}) {
    validateObject(options, 'options')
    const { signal } = options
    validateAbortSignal(signal, 'options.signal')
    if (signal?.aborted) throw abortError(signal.reason)
    this.#assertOpen()
    this.#outgoing.flush()
    if (!native().busIsDrained(this.#lane.port.id)) await this.#wait(this.#draining, signal)
  }

  async flush() {
    this.#assertOpen()
    this.#outgoing.flush()
    native().busFlush(this.#lane.port.id)
    await this.#wait(this.#flushing, undefined)
  }

  stats() {
    this.#assertOpen()
    const stats = native().busStats(this.#lane.port.id)
    if (this.#ticking !== undefined) {
      const more = native().busStats(this.#ticking.port.id)
      for (const name of ['delivered', 'dropped', 'queued', 'queuedBytes']) stats[name] += more[name]
    }
    return stats
  }

  metrics() {
    return busMetrics(this.name, threadId, this.stats())
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    open.delete(this.#key)
    if (this.#outgoing.capturing) this.#outgoing.closing = () => this.#end()
    else this.#end()
  }

  #end() {
    try {
      this.#outgoing.flush()
    } finally {
      this.#endAll()
    }
  }

  #endAll() {
    for (const stream of this.#streams) stream.close()
    this.#requests?.close(() => new codes.ERR_EVENTS_BUS_CLOSED())
    this.#outgoing.close()
    this.#lane.close()
    this.#ticking?.close()
    const waiters = [...this.#draining.splice(0), ...this.#flushing.splice(0)]
    for (const { reject } of waiters) reject(new codes.ERR_EVENTS_BUS_CLOSED())
  }

  [Symbol.dispose]() {
    this.close()
  }

  /**
   * Waits in a list until `#settle` finds that its turn has come; keeps the process alive meanwhile.
   * @param {Waiter[]} list
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<void>}
   */
  #wait(list, signal) {
    this.#lane.hold(true)
    const settled = new Promise((resolve, reject) => {
      const waiter = { resolve, reject }
      list.push(/** @type {Waiter} */ (waiter))
      const abort = () => {
        list.splice(list.indexOf(/** @type {Waiter} */ (waiter)), 1)
        reject(abortError(signal?.reason))
      }
      signal?.addEventListener('abort', abort, { once: true })
      waiter.reject = (error) => {
        signal?.removeEventListener('abort', abort)
        reject(error)
      }
      waiter.resolve = () => {
        signal?.removeEventListener('abort', abort)
        resolve(undefined)
      }
    })
    return settled.finally(() => this.#lane.hold(false))
  }

  /** News has come: some of those who wait may go on. */
  #settle = () => {
    this.#outgoing.pace.restart()
    const { id } = this.#lane.port
    if (this.#draining.length > 0 && native().busIsDrained(id)) {
      for (const { resolve } of this.#draining.splice(0)) resolve()
    }
    if (this.#flushing.length > 0) {
      for (const { resolve } of this.#flushing.splice(0, native().busLanded(id))) resolve()
    }
  }

  #assertOpen() {
    if (this.#closed) throw new codes.ERR_EVENTS_BUS_CLOSED()
  }

  #laneWithTicks() {
    this.#ticking ??= new Lane(this.#nativeName, true, () => {})
    return this.#ticking
  }
}

module.exports = { Bus }
