'use strict'

// Everything that node:events exports, and the Bus.
//
// node:events is itself the class EventEmitter with everything else as its properties, and so is this: programs write
// `class Queue extends require('node:events')`.

const EventEmitter = require('./emitter/index.js')

Object.defineProperty(EventEmitter, 'Bus', {
  enumerable: true,
  configurable: true,
  get: () => require('./bus.js').Bus,
})

Object.defineProperty(EventEmitter, 'SharedEmitter', {
  enumerable: true,
  configurable: true,
  get: () => require('./shared-emitter.js').SharedEmitter,
})

module.exports = EventEmitter
