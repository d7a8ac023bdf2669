// biome-ignore-all lint/complexity/noArguments: removeAllListeners(undefined) is not removeAllListeners()

'use strict'

// Adding and removing listeners.

const { processWarning } = require('../../internal/errors.js')
const { validateFunction } = require('../../internal/validators.js')
const { appended, lastIndexOf, pair, prepended, without } = require('./lists.js')
const { kShapeMode, NodeEventEmitter } = require('./node-events.js')
const { onceWrapper } = require('./once.js')
const { forgetPatterns } = require('./patterns.js')
const { emptyStore, forget, insert } = require('./store.js')
const { inspect } = require('node:util')

/** @typedef {string | symbol} EventName */

/**
 * @param {any} target
 * @param {EventName} type
 * @param {any} listener
 * @param {boolean} first
 */
function add(target, type, listener, first) {
  if (typeof listener !== 'function') validateFunction(listener, 'listener')
  let events = target._events
  let existing
  if (events === undefined) {
    target._events = emptyStore()
    target._eventsCount = 0
  } else {
    if (events.newListener !== undefined) {
      target.emit('newListener', type, listener.listener ?? listener)
      events = target._events // its listeners may have removed everything
    }
    existing = events[type]
  }
  if (existing === undefined) insert(target, type, listener)
  else addNext(target, type, existing, listener, first)
  return target
}

/**
 * @param {any} target
 * @param {EventName} type
 * @param {any} existing
 * @param {Function} listener
 * @param {boolean} first
 */
function addNext(target, type, existing, listener, first) {
  let list
  if (typeof existing === 'function') list = first ? pair(listener, existing) : pair(existing, listener)
  else list = first ? prepended(existing, listener) : appended(existing, listener)
  target._events[type] = list
  const max = target._maxListeners === undefined ? NodeEventEmitter.defaultMaxListeners : target._maxListeners
  if (max > 0 && list.length > max && !list.warned) warnOfLeak(target, type, list, max)
}

/**
 * @param {any} emitter
 * @param {EventName} type
 * @param {import('./lists.js').List} list
 * @param {number} max
 */
function warnOfLeak(emitter, type, list, max) {
  list.warned = true
  const count = list.length
  const message =
    `Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ` +
    `${inspect(emitter, { depth: -1 })}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`
  processWarning('MaxListenersExceededWarning', message, { emitter, type, count })
}

/**
 * @this {any}
 * @param {EventName} type
 * @param {Function} listener
 */
function addListener(type, listener) {
  return add(this, type, listener, false)
}

/**
 * @this {any}
 * @param {EventName} type
 * @param {Function} listener
 */
function prependListener(type, listener) {
  return add(this, type, listener, true)
}

/**
 * @this {any}
 * @param {EventName} type
 * @param {Function} listener
 */
function once(type, listener) {
  if (typeof listener !== 'function') validateFunction(listener, 'listener')
  this.on(type, onceWrapper(this, type, listener))
  return this
}

/**
 * @this {any}
 * @param {EventName} type
 * @param {Function} listener
 */
function prependOnceListener(type, listener) {
  if (typeof listener !== 'function') validateFunction(listener, 'listener')
  this.prependListener(type, onceWrapper(this, type, listener))
  return this
}

/**
 * @this {any}
 * @param {EventName} type
 * @param {Function} listener
 */
function removeListener(type, listener) {
  if (typeof listener !== 'function') validateFunction(listener, 'listener')
  const events = this._events
  if (events === undefined) return this
  const existing = events[type]
  if (existing === undefined) return this
  if (existing === listener || existing.listener === listener) {
    forget(this, events, type)
    if (this._events.removeListener !== undefined) this.emit('removeListener', type, existing.listener || listener)
  } else if (typeof existing !== 'function') {
    removeFrom(this, type, existing, listener)
  }
  return this
}

/**
 * @param {any} target
 * @param {EventName} type
 * @param {import('./lists.js').List} list
 * @param {Function} listener
 */
function removeFrom(target, type, list, listener) {
  const at = lastIndexOf(list, listener)
  if (at === -1) return
  const events = target._events
  events[type] = without(list, at)
  if (events.removeListener !== undefined) target.emit('removeListener', type, listener)
}

/**
 * @this {any}
 * @param {EventName} [type]
 */
function removeAllListeners(type) {
  const everything = arguments.length === 0
  if (everything) forgetPatterns(this)
  const events = this._events
  if (events === undefined) return this
  if (events.removeListener !== undefined) {
    if (everything) tellAndRemoveAll(this, events)
    else tellAndRemove(this, events[/** @type {EventName} */ (type)], /** @type {EventName} */ (type))
    return this
  }
  if (everything) {
    this._events = emptyStore()
    this._eventsCount = 0
  } else if (events[/** @type {EventName} */ (type)] !== undefined) {
    if (--this._eventsCount === 0) this._events = emptyStore()
    else delete events[/** @type {EventName} */ (type)]
  }
  this[kShapeMode] = false
  return this
}

/**
 * @param {any} target
 * @param {any} events
 */
function tellAndRemoveAll(target, events) {
  for (const type of Reflect.ownKeys(events)) {
    if (type !== 'removeListener') target.removeAllListeners(type)
  }
  target.removeAllListeners('removeListener')
  target._events = emptyStore()
  target._eventsCount = 0
  target[kShapeMode] = false
}

/**
 * The last added is removed first, each with its 'removeListener' event.
 * @param {any} target
 * @param {any} existing
 * @param {EventName} type
 */
function tellAndRemove(target, existing, type) {
  if (typeof existing === 'function') {
    target.removeListener(type, existing)
  } else if (existing !== undefined) {
    for (const listener of [...existing].reverse()) target.removeListener(type, listener)
  }
}

module.exports = {
  addListener,
  once,
  prependListener,
  prependOnceListener,
  removeAllListeners,
  removeListener,
}
