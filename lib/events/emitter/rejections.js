'use strict'

// captureRejections: a listener that returns a promise which rejects. Node's rules: the emitter's method
// Symbol.for('nodejs.rejection') is called, or else 'error' is emitted, in a tick of its own.

const { kCapture } = require('./node-events.js')

const kRejection = Symbol.for('nodejs.rejection')

/**
 * @param {any} self
 * @param {any} result what the listener returned
 * @param {string | symbol} type
 * @param {unknown[]} args
 */
function captureRejection(self, result, type, args) {
  if (result === undefined || result === null || !self[kCapture]) return
  try {
    const { then } = result // read once: it may be a getter
    if (typeof then === 'function') {
      then.call(result, undefined, (/** @type {unknown} */ error) => {
        // In a tick, so that what its handler throws is uncaught instead of rejecting one more promise.
        process.nextTick(reject, self, error, type, args)
      })
    }
  } catch (error) {
    self.emit('error', error)
  }
}

/**
 * @param {any} self
 * @param {unknown} error
 * @param {string | symbol} type
 * @param {unknown[]} args
 */
function reject(self, error, type, args) {
  if (typeof self[kRejection] === 'function') {
    self[kRejection](error, type, ...args)
    return
  }
  // An 'error' listener that rejects must not come here again.
  const before = self[kCapture]
  try {
    self[kCapture] = false
    self.emit('error', error)
  } finally {
    self[kCapture] = before
  }
}

module.exports = { captureRejection }
