'use strict'

// The properties of the class: all that node:events exports, in its order.

const { EventEmitter, init } = require('./event-emitter.js')
const { NodeEventEmitter } = require('./node-events.js')

const isInChain = Function.prototype[Symbol.hasInstance]

/** @type {Record<string, PropertyDescriptor>} */
const own = {
  EventEmitter: { configurable: true, enumerable: true, value: EventEmitter, writable: true },
  EventEmitterAsyncResource: {
    configurable: true,
    enumerable: true,
    get: () => require('./async-resource.js').EventEmitterAsyncResource,
  },
  init: { configurable: true, enumerable: true, value: init, writable: true },
  // node:domain sets that of Node.
  usingDomains: {
    configurable: true,
    enumerable: true,
    get: () => /** @type {any} */ (NodeEventEmitter).usingDomains,
    set: (value) => Reflect.set(NodeEventEmitter, 'usingDomains', value),
  },
}

// Everything else is Node's own: it works on whatever has an emitter's methods, and settings stay the process's.
for (const [name, ofNode] of Object.entries(Object.getOwnPropertyDescriptors(NodeEventEmitter))) {
  if (!['length', 'name', 'prototype'].includes(name)) Object.defineProperty(EventEmitter, name, own[name] ?? ofNode)
}

// Node's streams, sockets and processes are EventEmitters; those of a class that is derived from ours are its own.
Object.defineProperty(EventEmitter, Symbol.hasInstance, {
  configurable: true,
  /** @this {any} @param {unknown} value */
  value(value) {
    return isInChain.call(this, value) || (this === EventEmitter && value instanceof NodeEventEmitter)
  },
  writable: true,
})

module.exports = { EventEmitter }
