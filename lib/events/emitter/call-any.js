'use strict'

// What is called for an event, whatever it is: for emits with many arguments and for captured rejections.

const { applyAll } = require('./dispatch-all.js')
const { kCapture } = require('./node-events.js')
const { captureRejection } = require('./rejections.js')

/**
 * @param {any} self
 * @param {string | symbol} type
 * @param {Function | import('./lists.js').List} handler
 * @param {unknown[]} args
 */
function callAny(self, type, handler, args) {
  if (self[kCapture]) {
    const listeners = typeof handler === 'function' ? [handler] : handler.slice()
    for (const listener of listeners) captureRejection(self, Reflect.apply(listener, self, args), type, args)
  } else if (typeof handler === 'function') {
    Reflect.apply(handler, self, args)
  } else {
    applyAll(self, handler, args)
  }
}

module.exports = { callAny }
