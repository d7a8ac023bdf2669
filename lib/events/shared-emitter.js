'use strict'

// An EventEmitter that all threads share: the familiar face of a Bus. Every listener is a subscription, so each gets
// arguments of its own, and one that throws costs the others nothing.

const { codes } = require('../internal/errors.js')
const { validateFunction, validateString } = require('../internal/validators.js')
const { Bus } = require('./bus.js')
const EventEmitter = require('./emitter/index.js')

/** Its Bus has a name that programs do not use. */
const PREFIX = '$emitter.'
/** What is remembered of names; programs may make them up. */
const MAX_TOPICS = 4096
const SAFE = /[^\w:-]/g

/** Of this thread, by name. @type {Map<string, SharedEmitter>} */
const open = new Map()
const kOpen = Symbol('open')

/** @typedef {{ listener: (...args: any[]) => any, subscription: import('./subscription.js').Subscription }} Entry */

/**
 * Any name as one token of a topic.
 * @param {string} event
 */
const topicOf = (event) => `on.e${event.replace(SAFE, (character) => `%${character.charCodeAt(0).toString(16)}`)}`

class SharedEmitter {
  /** @type {Bus} */ #bus
  /** @type {Map<string, Entry[]>} */ #entries = new Map()
  /** @type {Map<string, string>} */ #topics = new Map()
  #held = true

  /** @param {string} name */
  static open(name = 'default') {
    validateString(name, 'name')
    return open.get(name) ?? new SharedEmitter(kOpen, name)
  }

  /**
   * @param {symbol} permission
   * @param {string} name
   */
  constructor(permission, name) {
    if (permission !== kOpen) throw new codes.ERR_ILLEGAL_CONSTRUCTOR()
    this.name = name
    this.#bus = Bus.open(`${PREFIX}${name}`)
    open.set(name, this)
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => any} listener
   */
  on(event, listener) {
    return this.#add(event, listener, false)
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => any} listener
   */
  once(event, listener) {
    return this.#add(event, listener, true)
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => any} listener
   */
  off(event, listener) {
    validateString(event, 'event')
    validateFunction(listener, 'listener')
    const entries = this.#entries.get(event)
    const at = entries?.findLastIndex((entry) => entry.listener === listener) ?? -1
    if (entries !== undefined && at >= 0) this.#remove(event, entries[at])
    return this
  }

  /**
   * @param {string} event
   * @param {...unknown} args
   */
  emit(event, ...args) {
    const topic = this.#topicOf(event)
    if (!this.#bus.hasSubscribers(topic)) {
      if (event === 'error') /** @type {any} */ (new EventEmitter()).emit('error', ...args) // throws as an emitter that nobody listens to
      return false
    }
    this.#bus.publish(topic, args)
    return true
  }

  /** @param {string} event */
  listenerCount(event) {
    return this.#bus.countSubscribers(this.#topicOf(event))
  }

  ref() {
    this.#held = true
    for (const { subscription } of this.#all()) subscription.ref()
    return this
  }

  unref() {
    this.#held = false
    for (const { subscription } of this.#all()) subscription.unref()
    return this
  }

  close() {
    open.delete(this.name)
    this.#entries.clear()
    this.#bus.close()
  }

  [Symbol.dispose]() {
    this.close()
  }

  /** @param {string} event */
  #topicOf(event) {
    let topic = this.#topics.get(event)
    if (topic === undefined) {
      validateString(event, 'event')
      topic = topicOf(event)
      if (this.#topics.size === MAX_TOPICS) this.#topics.clear()
      this.#topics.set(event, topic)
    }
    return topic
  }

  /**
   * @param {string} event
   * @param {(...args: any[]) => any} listener
   * @param {boolean} once
   */
  #add(event, listener, once) {
    const topic = this.#topicOf(event)
    validateFunction(listener, 'listener')
    const subscription = this.#bus.subscribe(topic, (args) => {
      if (once) this.#remove(event, entry)
      return listener.apply(this, args)
    })
    /** @type {Entry} */
    const entry = { listener, subscription }
    if (!this.#held) subscription.unref()
    const entries = this.#entries.get(event)
    if (entries === undefined) this.#entries.set(event, [entry])
    else entries.push(entry)
    return this
  }

  /**
   * @param {string} event
   * @param {Entry} entry
   */
  #remove(event, entry) {
    const entries = this.#entries.get(event) ?? []
    const left = entries.filter((one) => one !== entry)
    if (left.length > 0) this.#entries.set(event, left)
    else this.#entries.delete(event)
    entry.subscription.unsubscribe()
  }

  #all() {
    return [...this.#entries.values()].flat()
  }
}

module.exports = { SharedEmitter }
