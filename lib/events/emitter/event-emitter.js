'use strict'

// The class: a function, as Node's, so that it can be called without `new`, with everything else as its properties.
//
// Its prototype inherits from Node's: so our emitters are `instanceof require('node:events')`, and Node's switches
// (captureRejections, defaultMaxListeners) and warnings are those of the process, not a second set beside them.

const { joinActiveDomain } = require('./domains.js')
const { emit } = require('./emit.js')
const listening = require('./listening.js')
const { metrics } = require('./metrics.js')
const { kCapture, kShapeMode, NodeEventEmitter } = require('./node-events.js')
const { offPattern, onPattern } = require('./patterns.js')
const queries = require('./queries.js')
const { emptyStore } = require('./store.js')
const { validateBoolean } = require('../../internal/validators.js')
const { waitFor } = require('./wait-for.js')

/** Itself, whose `init` is whatever the program has put there. @type {any} */
const Class = EventEmitter

/**
 * @class
 * @this {any}
 * @param {{ captureRejections?: boolean }} [options]
 */
function EventEmitter(options) {
  Class.init.call(this, options)
}

const prototype = Object.create(NodeEventEmitter.prototype, {
  constructor: { configurable: true, enumerable: false, value: EventEmitter, writable: true },
})
EventEmitter.prototype = prototype

// Enumerable, in Node's order: programs mix them into objects of their own.
Object.assign(prototype, {
  _events: undefined,
  _eventsCount: 0,
  _maxListeners: undefined,
  setMaxListeners: NodeEventEmitter.prototype.setMaxListeners,
  getMaxListeners: NodeEventEmitter.prototype.getMaxListeners,
  emit,
  addListener: listening.addListener,
  on: listening.addListener,
  prependListener: listening.prependListener,
  once: listening.once,
  prependOnceListener: listening.prependOnceListener,
  removeListener: listening.removeListener,
  off: listening.removeListener,
  removeAllListeners: listening.removeAllListeners,
  listeners: queries.listeners,
  rawListeners: queries.rawListeners,
  listenerCount: queries.listenerCount,
  eventNames: queries.eventNames,
})

// Not enumerable: a program that mixes in Node's methods gets no more than those.
for (const method of [onPattern, offPattern, metrics, waitFor]) {
  Object.defineProperty(prototype, method.name, {
    configurable: true,
    enumerable: false,
    value: method,
    writable: true,
  })
}

/**
 * What the constructor does; a property of the class, since libraries replace it to see every emitter that is made.
 * @this {any}
 * @param {{ captureRejections?: boolean }} [options]
 */
function init(options) {
  // A store that is inherited (from a prototype that is an emitter itself) belongs to another.
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = emptyStore()
    this._eventsCount = 0
    this[kShapeMode] = false
  } else {
    this[kShapeMode] = true
  }
  this._maxListeners ||= undefined
  if (options?.captureRejections) {
    validateBoolean(options.captureRejections, 'options.captureRejections')
    this[kCapture] = options.captureRejections
  } else {
    this[kCapture] = prototype[kCapture]
  }
  if (/** @type {any} */ (NodeEventEmitter).usingDomains) joinActiveDomain(this)
}

module.exports = { EventEmitter, init }
