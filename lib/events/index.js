'use strict'

// Everything that node:events exports, and the Bus.
//
// node:events is itself the class EventEmitter with everything else as its properties, and so is this: programs write
// `class Queue extends require('node:events')`. It is a function of our own, since adding the Bus to Node's would change
// Node for everybody, with Node's prototype, so that `instanceof` holds in both directions.

const NodeEvents = require('node:events')

/**
 * @this {any}
 * @param {object} [options]
 */
function EventEmitter(options) {
  if (new.target === undefined) return void NodeEvents.call(this, options)
  return Reflect.construct(NodeEvents, [options], new.target)
}

EventEmitter.prototype = NodeEvents.prototype

for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(NodeEvents))) {
  if (name === 'length' || name === 'name' || name === 'prototype') continue
  // Accessors speak for Node's settings (defaultMaxListeners), so they go there.
  if (property.get) property.get = property.get.bind(NodeEvents)
  if (property.set) property.set = property.set.bind(NodeEvents)
  Object.defineProperty(EventEmitter, name, property)
}

Object.defineProperty(EventEmitter, 'Bus', {
  enumerable: true,
  configurable: true,
  get: () => require('./bus.js').Bus,
})

module.exports = EventEmitter
