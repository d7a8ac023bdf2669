'use strict'

// Calling any number of listeners with any number of arguments: for lists and arguments that are too many to be written
// out, and for emitters that capture rejections.

const { kCapture, kEmitting, nodeCountsEmits } = require('./node-events.js')
const { captureRejection } = require('./rejections.js')

/**
 * Goes through the list itself; while it does, others take a copy to change it. Node's methods before Node 24 do not
 * know of this, so there it goes through a copy.
 * @param {any} self
 * @param {import('./lists.js').List} list
 * @param {unknown[]} args
 */
function callAll(self, list, args) {
  const called = nodeCountsEmits ? list : list.slice()
  called[kEmitting] = (Number(called[kEmitting]) || 0) + 1
  try {
    for (let at = 0; at < called.length; at++) Reflect.apply(called[at], self, args)
  } finally {
    called[kEmitting]--
  }
}

/**
 * What an emit does with the listeners of its event.
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
    callAll(self, handler, args)
  }
}

module.exports = { callAll, callAny }
