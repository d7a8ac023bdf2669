'use strict'

// One subscription: what its options ask for, and how its listener is called.

const { AsyncResource } = require('node:async_hooks')
const { performance } = require('node:perf_hooks')
const { codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const {
  validateAbortSignal,
  validateBoolean,
  validateFunction,
  validateInteger,
  validateObject,
  validateOneOf,
  validateString,
} = require('../internal/validators.js')
const { LOST } = require('./ports.js')
const { validatePattern } = require('./topics.js')

/** The most messages that a listener of batches gets at once. */
const MAX_BATCH = 1024
/** The most messages that follow each other in one async scope, and the milliseconds after which such a run ends. */
const MAX_RUN = 256
const RUN_MS = 0.1
const CLOCK_EVERY = 32
const OVERFLOWS = /** @type {const} */ (['drop-oldest', 'drop-newest', 'error'])
const MICROTASKS = /** @type {const} */ (['batch', 'each'])

/** The number that native code knows a subscription by. */
const kId = Symbol('id')

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./lane.js').Lane} Lane */
/** @typedef {import('./incoming.js').Incoming} Incoming */

/**
 * Takes what makes a message unreadable, where there is somebody to tell: whoever asked.
 * @typedef {(error: unknown, headers: any[] | undefined) => boolean} Refuse
 */

/**
 * @typedef {object} Options
 * @property {boolean} [batch]
 * @property {string} [group]
 * @property {number} [maxQueuedBytes]
 * @property {'drop-oldest' | 'drop-newest' | 'error'} [overflow]
 * @property {'batch' | 'each'} [microtasks]
 * @property {boolean | number} [replay]
 * @property {AbortSignal} [signal]
 */

/**
 * What native code and a receiver need of the options.
 * @typedef {object} Settings
 * @property {string} pattern
 * @property {number} maxQueuedBytes
 * @property {number} overflow as native code numbers it
 * @property {string | undefined} group
 * @property {number} replay messages of each topic; 0: none
 * @property {AbortSignal | undefined} signal
 */

/**
 * @param {unknown} pattern
 * @param {Options} options
 * @param {number} maxQueuedBytes where the options have none
 * @returns {Settings}
 */
function settingsOf(pattern, options, maxQueuedBytes) {
  validatePattern(pattern)
  validateObject(options, 'options')
  const { batch, group, overflow = 'drop-oldest', microtasks, replay = false, signal } = options
  if (batch !== undefined) validateBoolean(batch, 'options.batch')
  if (group !== undefined) validateString(group, 'options.group')
  if (options.maxQueuedBytes !== undefined) validateInteger(options.maxQueuedBytes, 'options.maxQueuedBytes', 1)
  validateOneOf(overflow, 'options.overflow', OVERFLOWS)
  if (microtasks !== undefined) validateOneOf(microtasks, 'options.microtasks', MICROTASKS)
  if (typeof replay !== 'boolean') validateInteger(replay, 'options.replay', 1)
  validateAbortSignal(signal, 'options.signal')
  const most = typeof replay === 'number' ? replay : replay ? Number.MAX_SAFE_INTEGER : 0
  const bound = options.maxQueuedBytes ?? maxQueuedBytes
  return { pattern, maxQueuedBytes: bound, overflow: OVERFLOWS.indexOf(overflow), group, replay: most, signal }
}

class Subscription {
  /** @type {Bus} */ #bus
  /** @type {Lane} */ #lane
  /** @type {number} */ #id
  /** @type {(...args: any[]) => any} */ #listener
  /** @type {boolean} */ #batch
  /** @type {((context: any, next: () => unknown) => unknown) | undefined} */ #restore
  /** @type {Refuse | undefined} */ #refuse
  /** @type {Settings} */ #settings
  /** @type {AsyncResource} */ #resource
  #active = true
  #run = 1
  #held = false
  #dropped = 0
  #onAbort = () => this.unsubscribe()

  /**
   * @param {Bus} bus
   * @param {Lane} lane
   * @param {Settings} settings
   * @param {(...args: any[]) => any} listener
   * @param {boolean} batch
   * @param {((context: any, next: () => unknown) => unknown) | undefined} restore
   * @param {Refuse} [refuse] of the Bus's own listeners, which get the headers too
   */
  constructor(bus, lane, settings, listener, batch, restore, refuse) {
    validateFunction(listener, 'listener')
    const { pattern, maxQueuedBytes, overflow, group, replay, signal } = settings
    this.#bus = bus
    this.#lane = lane
    this.#listener = listener
    this.#batch = batch
    this.#restore = restore
    this.#refuse = refuse
    this.#settings = settings
    this.#resource = new AsyncResource('IronloopSubscription')
    this.pattern = pattern
    this.group = group
    lane.incoming.ports.open()
    this.#id = native().busSubscribe(lane.port.id, pattern, maxQueuedBytes, overflow, group, replay)
    lane.add(this.#id, this, this.#resource)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (signal?.aborted) this.unsubscribe()
    this.ref()
  }

  /** Messages that it has lost to its bound. */
  get dropped() {
    return this.#counts()[1]
  }

  /** Messages that wait in its queue. */
  get queued() {
    return this.#counts()[0]
  }

  /** @returns {[number, number]} */
  #counts() {
    const counts = this.#active ? native().busSubscription(this.#lane.port.id, this.#id) : undefined
    return counts ?? [0, this.#dropped]
  }

  get [kId]() {
    return this.#id
  }

  ref() {
    if (this.#active && !this.#held) {
      this.#held = true
      this.#lane.hold(true)
    }
    return this
  }

  unref() {
    if (this.#held) {
      this.#held = false
      this.#lane.hold(false)
    }
    return this
  }

  unsubscribe() {
    if (!this.#active) return
    this.#dropped = this.dropped
    this.#active = false
    this.unref()
    this.#settings.signal?.removeEventListener('abort', this.#onAbort)
    this.#lane.delete(this.#id)
    native().busUnsubscribe(this.#lane.port.id, this.#id)
  }

  [Symbol.dispose]() {
    this.unsubscribe()
  }

  /**
   * Called by the lane: the current message, and those behind it as far as a run goes.
   * @param {Incoming} incoming
   */
  deliver(incoming) {
    const deliver = this.#batch ? this.#deliverBatch : this.#deliverRun
    if (this.#lane.entered === this.#id) deliver.call(this, incoming)
    else this.#resource.runInAsyncScope(deliver, this, incoming)
  }

  /** @param {Incoming} incoming */
  #deliverBatch(incoming) {
    const messages = []
    const errors = []
    for (let count = 1; ; count++) {
      try {
        messages.push(incoming.message())
      } catch (error) {
        if (error !== LOST) errors.push(error) // of this message alone
      }
      // What is left of the segment is for the same subscription.
      if (incoming.left === 0 || count === MAX_BATCH) break
      incoming.nextMessage()
    }
    try {
      if (messages.length > 0) this.#watch(this.#listener.call(this.#bus, messages))
    } catch (error) {
      errors.push(error)
    }
    for (const error of errors) this.#failed(error)
  }

  /**
   * To enter the scope and to look at the clock costs more than a short listener. Runs grow while they are short of
   * their time, and are of one message where listeners are slow, so that the inbox keeps to its own slices.
   * @param {Incoming} incoming
   */
  #deliverRun(incoming) {
    const started = incoming.left === 0 ? 0 : performance.now()
    const listener = this.#listener
    const bus = this.#bus
    for (let count = 1; ; count++) {
      const topic = incoming.topic()
      let isRead = false
      try {
        const payload = incoming.value()
        isRead = true
        const meta = incoming.meta()
        const { headers } = incoming
        const result =
          headers === undefined
            ? listener.call(bus, payload, topic, meta)
            : this.#withHeaders(payload, topic, meta, headers)
        if (typeof result === 'object' && result !== null) this.#watch(result)
      } catch (error) {
        if (isRead || (error !== LOST && !this.#refuse?.(error, incoming.headers))) this.#failed(error)
      }
      if (count >= this.#run || incoming.left === 0 || !this.#active) break
      if (count % CLOCK_EVERY === 0 && performance.now() - started > RUN_MS) break
      incoming.nextMessage()
    }
    if (started === 0) return // one message by itself tells nothing about a run
    this.#run = performance.now() - started > RUN_MS ? 1 : Math.min(this.#run * 2, this.#lane.ticks ? 1 : MAX_RUN)
  }

  /**
   * Calls the listener in the context that the message carries, if it carries one.
   * @param {unknown} payload
   * @param {string} topic
   * @param {import('./incoming.js').Meta} meta
   * @param {any[]} headers which only the Bus's own listeners see
   */
  #withHeaders(payload, topic, meta, headers) {
    const shown = this.#refuse === undefined ? [payload, topic, meta] : [payload, topic, meta, headers]
    const call = () => this.#listener.apply(this.#bus, shown)
    if (this.#restore === undefined || headers.length < 3) return call()
    return this.#restore(headers[2], call)
  }

  /** @param {any} result of the listener: a promise that rejects is a failure too */
  #watch(result) {
    if (typeof result?.then !== 'function') return
    result.then(undefined, (/** @type {unknown} */ error) => this.#failed(error))
  }

  /**
   * Called by the lane: its queue has dropped messages.
   * @param {number} total since it began
   */
  overflowed(total) {
    const dropped = total - this.#dropped
    this.#dropped = total
    this.#resource.runInAsyncScope(this.#bus.emit, this.#bus, 'overflow', { subscription: this, dropped })
  }

  /** Called by the lane: its queue was full, and its policy is to end then. */
  endedByOverflow() {
    this.unsubscribe()
    const error = new codes.ERR_EVENTS_QUEUE_OVERFLOW(this.pattern, this.#settings.maxQueuedBytes)
    this.#resource.runInAsyncScope(this.#failed, this, error)
  }

  /**
   * A failure of the listener: the Bus's 'error' event, else uncaught.
   * @param {unknown} error
   */
  #failed(error) {
    if (this.#bus.listenerCount('error') === 0) throw error
    this.#bus.emit('error', error, { subscription: this })
  }
}

module.exports = { kId, Subscription, settingsOf }
