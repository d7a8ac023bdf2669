'use strict'

// Which values travel as bytes at once, without a walk through the rules of cloning.

const { getter, viewBuffer } = require('../internal/values/slots.js')

const { getPrototypeOf } = Object
const BufferPrototype = Buffer.prototype
const byteLength = getter(ArrayBuffer.prototype, 'byteLength')

/**
 * Whether a value is a Buffer on unshared memory, as almost all Buffers are.
 * @param {any} value
 * @returns {value is Buffer}
 */
function isPlainBuffer(value) {
  if (!ArrayBuffer.isView(value) || getPrototypeOf(value) !== BufferPrototype) return false
  try {
    byteLength.call(viewBuffer.call(value))
    return true
  } catch {
    return false // a SharedArrayBuffer
  }
}

module.exports = { isPlainBuffer }
