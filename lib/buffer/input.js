'use strict'

// The global of this name is a getter in Node: a call for each use.
const { Buffer } = require('node:buffer')
const { types } = require('node:util')

const { codes } = require('../internal/errors.js')

/**
 * The class that Node's own `subarray` makes: with checked numbers it is made directly in two thirds of the time.
 * @type {new (memory: ArrayBufferLike, offset: number, length: number) => Buffer}
 */
const BufferOn = /** @type {any} */ (Buffer)[Symbol.species]

/**
 * What Node's hashes take: a string stands for its UTF-8 bytes.
 * @param {unknown} value
 * @param {string} name
 * @returns {NodeJS.ArrayBufferView}
 */
function bytesOf(value, name) {
  if (typeof value === 'string') return Buffer.from(value)
  if (!ArrayBuffer.isView(value)) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value)
  }
  return /** @type {NodeJS.ArrayBufferView} */ (value)
}

/**
 * A view's memory by bytes. A detached view has none, and nothing can be constructed on its buffer.
 * @param {ArrayBufferView} view
 */
function uint8Of(view) {
  if (view.byteLength === 0) return new Uint8Array(0)
  if (view instanceof Uint8Array) return view
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/**
 * The same memory as a Buffer.
 * @param {ArrayBufferView} view
 * @returns {Buffer}
 */
function bufferOf(view) {
  if (view.byteLength === 0) return Buffer.alloc(0)
  return Buffer.isBuffer(view) ? view : Buffer.from(view.buffer, view.byteOffset, view.byteLength)
}

/**
 * Whether other threads may write to a view's memory. The question to V8 is a call, which the memory of this realm is
 * spared.
 * @param {ArrayBufferView} view
 */
function isShared({ buffer }) {
  return !(buffer instanceof ArrayBuffer) && types.isSharedArrayBuffer(buffer)
}

module.exports = { BufferOn, bufferOf, bytesOf, isShared, uint8Of }
