// biome-ignore-all lint/complexity/noArguments: a rest parameter would be an array per emit, before V8 has optimised

'use strict'

// emit(): the hot path, and where it branches off to everything rare.

const { callAny } = require('./call-any.js')
const { applyAll } = require('./dispatch-all.js')
const { dispatch0, dispatch1, dispatch2, dispatch3 } = require('./dispatch-few.js')
const { emitInDomain, leftToDomain } = require('./domains.js')
const { kCapture, NodeEventEmitter, nodeEmit, sandboxed } = require('./node-events.js')

/**
 * Listeners get as many arguments as emit did, also where the last are undefined: hence the switches.
 * @this {any}
 * @param {string | symbol} type
 * @param {any} [x]
 * @param {any} [y]
 * @param {any} [z]
 * @returns {boolean}
 */
function emit(type, x, y, z) {
  const events = this._events
  if (
    events === undefined ||
    type === 'error' ||
    this[kCapture] ||
    /** @type {any} */ (NodeEventEmitter).usingDomains
  ) {
    return Reflect.apply(emitRare, this, arguments)
  }
  const handler = events[type]
  if (handler === undefined) return false
  if (typeof handler === 'function') {
    switch (arguments.length) {
      case 1:
        handler.call(this)
        return true
      case 2:
        handler.call(this, x)
        return true
      case 3:
        handler.call(this, x, y)
        return true
      case 4:
        handler.call(this, x, y, z)
        return true
      default:
        return Reflect.apply(emitWide, this, arguments)
    }
  }
  switch (arguments.length) {
    case 1:
      dispatch0(this, handler)
      return true
    case 2:
      dispatch1(this, handler, x)
      return true
    case 3:
      dispatch2(this, handler, x, y)
      return true
    case 4:
      dispatch3(this, handler, x, y, z)
      return true
    default:
      return Reflect.apply(emitWide, this, arguments)
  }
}

// As Node's: emit(type, ...args).
Object.defineProperty(emit, 'length', { value: 1 })

/**
 * More than three arguments.
 * @this {any}
 * @param {string | symbol} type
 * @param {unknown[]} args
 * @returns {boolean}
 */
function emitWide(type, ...args) {
  const handler = this._events[type]
  if (typeof handler === 'function') Reflect.apply(handler, this, args)
  else applyAll(this, handler, args)
  return true
}

/**
 * Emitters without a store, 'error', captured rejections, domains.
 * @this {any}
 * @param {string | symbol} type
 * @param {unknown[]} args
 * @returns {boolean}
 */
function emitRare(type, ...args) {
  if (/** @type {any} */ (NodeEventEmitter).usingDomains && leftToDomain(this, type)) {
    return emitInDomain(this, [type, ...args])
  }
  const events = this._events
  if (type === 'error' && !heardPlainly(events)) return emitByNode(this, [type, ...args])
  const handler = events?.[type]
  if (handler === undefined) return false
  callAny(this, type, handler, args)
  return true
}

/**
 * Whether 'error' is but an event with listeners. Without them it is thrown, and a monitor sees it first: both are left
 * to Node's emit, whose traces and messages nothing else can make.
 * @param {any} events
 */
function heardPlainly(events) {
  return events?.error !== undefined && events[NodeEventEmitter.errorMonitor] === undefined
}

/**
 * @param {any} self
 * @param {unknown[]} args
 */
function emitByNode(self, args) {
  if (!sandboxed) return Reflect.apply(nodeEmit, self, args)
  try {
    return Reflect.apply(nodeEmit, self, args)
  } catch (error) {
    // Node does not know the errors of a sandbox for errors and wraps them.
    const wrapped = /** @type {any} */ (error)?.code === 'ERR_UNHANDLED_ERROR' && args[1] instanceof Error
    throw wrapped ? args[1] : error
  }
}

module.exports = { emit }
