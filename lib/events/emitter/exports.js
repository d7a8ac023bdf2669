'use strict'

// The properties of the class: all that node:events exports.

const { EventEmitter } = require('./event-emitter.js')
const { NodeEventEmitter } = require('./node-events.js')

const isInChain = Function.prototype[Symbol.hasInstance]

Object.defineProperties(/** @type {Function} */ (EventEmitter), {
  EventEmitter: { configurable: true, enumerable: true, value: EventEmitter, writable: true },
  EventEmitterAsyncResource: {
    configurable: true,
    enumerable: true,
    get: () => require('./async-resource.js').EventEmitterAsyncResource,
  },
  // node:domain sets Node's.
  usingDomains: {
    configurable: true,
    enumerable: true,
    get: () => /** @type {any} */ (NodeEventEmitter).usingDomains,
    set: (value) => Reflect.set(NodeEventEmitter, 'usingDomains', value),
  },
  // Node's streams, sockets and processes are EventEmitters; those that a program derives from ours are its own.
  [Symbol.hasInstance]: {
    configurable: true,
    /** @this {any} @param {unknown} value */
    value(value) {
      if (isInChain.call(this, value)) return true
      return this === EventEmitter && value instanceof NodeEventEmitter
    },
    writable: true,
  },
})

// Everything else is Node's own: it works on whatever has an emitter's methods, and settings stay the process's.
for (const name of Reflect.ownKeys(NodeEventEmitter)) {
  if (Object.hasOwn(EventEmitter, name)) continue
  Object.defineProperty(
    EventEmitter,
    name,
    /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(NodeEventEmitter, name))
  )
}

module.exports = { EventEmitter }
