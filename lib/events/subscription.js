'use strict'

// One subscription: what its options ask for, and how its listener is called.

const { AsyncResource } = require('node:async_hooks')
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
const { validatePattern } = require('./topics.js')

/** The most messages that a listener of batches gets at once. */
const MAX_BATCH = 1024
const OVERFLOWS = /** @type {const} */ (['drop-oldest', 'drop-newest', 'error'])
const MICROTASKS = /** @type {const} */ (['batch', 'each'])

/** @typedef {import('./bus.js').Bus} Bus */
/** @typedef {import('./lane.js').Lane} Lane */
/** @typedef {import('./incoming.js').Incoming} Incoming */

/**
 * @typedef {object} Options
 * @property {boolean} [batch]
 * @property {string} [group]
 * @property {number} [maxQueuedBytes]
 * @property {'drop-oldest' | 'drop-newest' | 'error'} [overflow]
 * @property {'batch' | 'each'} [microtasks]
 * @property {AbortSignal} [signal]
 */

/**
 * What native code and a receiver need of the options.
 * @typedef {object} Settings
 * @property {string} pattern
 * @property {number} maxQueuedBytes
 * @property {number} overflow as native code numbers it
 * @property {string | undefined} group
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
  const { batch, group, overflow = 'drop-oldest', microtasks, signal } = options
  if (batch !== undefined) validateBoolean(batch, 'options.batch')
  if (group !== undefined) validateString(group, 'options.group')
  if (options.maxQueuedBytes !== undefined) validateInteger(options.maxQueuedBytes, 'options.maxQueuedBytes', 1)
  validateOneOf(overflow, 'options.overflow', OVERFLOWS)
  if (microtasks !== undefined) validateOneOf(microtasks, 'options.microtasks', MICROTASKS)
  validateAbortSignal(signal, 'options.signal')
  const bound = options.maxQueuedBytes ?? maxQueuedBytes
  return { pattern, maxQueuedBytes: bound, overflow: OVERFLOWS.indexOf(overflow), group, signal }
}

class Subscription {
  /** @type {Bus} */ #bus
  /** @type {Lane} */ #lane
  /** @type {number} */ #id
  /** @type {(...args: any[]) => any} */ #listener
  /** @type {boolean} */ #batch
  /** @type {Settings} */ #settings
  /** @type {AsyncResource} */ #resource
  #active = true
  #held = false
  #dropped = 0
  #onAbort = () => this.unsubscribe()

  /**
   * @param {Bus} bus
   * @param {Lane} lane
   * @param {Settings} settings
   * @param {(...args: any[]) => any} listener
   * @param {boolean} batch
   */
  constructor(bus, lane, settings, listener, batch) {
    validateFunction(listener, 'listener')
    const { pattern, maxQueuedBytes, overflow, group, signal } = settings
    this.#bus = bus
    this.#lane = lane
    this.#listener = listener
    this.#batch = batch
    this.#settings = settings
    this.#resource = new AsyncResource('IronloopSubscription')
    this.pattern = pattern
    this.group = group
    this.#id = native().busSubscribe(lane.port.id, pattern, maxQueuedBytes, overflow, group)
    lane.subscriptions.set(this.#id, this)
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
    this.#lane.subscriptions.delete(this.#id)
    native().busUnsubscribe(this.#lane.port.id, this.#id)
  }

  [Symbol.dispose]() {
    this.unsubscribe()
  }

  /**
   * Called by the lane: the current message, or as many as are there.
   * @param {Incoming} incoming
   */
  deliver(incoming) {
    const message = incoming.message()
    try {
      const result = this.#batch
        ? this.#resource.runInAsyncScope(this.#listener, this.#bus, restOfBatch(incoming, message))
        : this.#resource.runInAsyncScope(this.#listener, this.#bus, message.payload, message.topic, message.meta)
      if (typeof result === 'object' && typeof result?.then === 'function') {
        result.then(undefined, (/** @type {unknown} */ error) => this.#failed(error))
      }
    } catch (error) {
      this.#failed(error)
    }
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
    this.#failed(new codes.ERR_EVENTS_QUEUE_OVERFLOW(this.pattern, this.#settings.maxQueuedBytes))
  }

  /**
   * A failure of the listener: the Bus's 'error' event, else uncaught.
   * @param {unknown} error
   */
  #failed(error) {
    if (this.#bus.listenerCount('error') === 0) throw error
    this.#resource.runInAsyncScope(this.#bus.emit, this.#bus, 'error', error, { subscription: this })
  }
}

/**
 * @param {Incoming} incoming
 * @param {import('./incoming.js').Message} first
 */
function restOfBatch(incoming, first) {
  const messages = [first]
  // What is left of the segment is for the same subscription.
  while (incoming.left > 0 && messages.length < MAX_BATCH) {
    incoming.nextMessage()
    messages.push(incoming.message())
  }
  return messages
}

module.exports = { Subscription, settingsOf }
