'use strict'

// The module's raw native functions, and the rules for the views that they are given.

const { fromNative } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { isShared, uint8Of } = require('./input.js')

/** @type {any} */
let table

/** The raw functions; loads the addon on first use. */
function raw() {
  if (table === undefined) table = native().raw.buffer
  return table
}

/**
 * A native error as one of this realm, with the original as its cause.
 * @param {any} error
 */
function rebuilt(error) {
  if (typeof error?.code !== 'string') return error
  return Object.assign(fromNative(error.code, error.message), { cause: error })
}

/**
 * The view itself, or a private copy of a view on shared memory.
 * @param {NodeJS.ArrayBufferView} view
 * @returns {NodeJS.ArrayBufferView}
 */
function plain(view) {
  if (!isShared(view)) return view
  const copy = new Uint8Array(view.byteLength)
  copy.set(uint8Of(view))
  return copy
}

/**
 * Native code borrows only memory that no other thread writes to, and throws otherwise. So the usual call pays
 * nothing for SharedArrayBuffer: the caller catches, and calls again with what this returns.
 * @param {NodeJS.ArrayBufferView} view
 * @param {unknown} error what native code threw
 * @returns {NodeJS.ArrayBufferView} a private copy of a view on shared memory; throws `error`, as one of this realm, for any other view
 */
function unshared(view, error) {
  const copy = plain(view)
  if (copy === view) throw rebuilt(error)
  return copy
}

/**
 * Whether a loop in JavaScript can index the view by bytes and is done before native code would be. The elements of an
 * Int8Array have to be masked.
 * @param {NodeJS.ArrayBufferView} view
 * @param {number} threshold
 * @returns {view is Uint8Array}
 */
function isSmall(view, threshold) {
  return view.byteLength < threshold && /** @type {Uint8Array} */ (view).BYTES_PER_ELEMENT === 1
}

/**
 * Whether two views have memory in common.
 * @param {NodeJS.ArrayBufferView} a
 * @param {NodeJS.ArrayBufferView} b
 */
function overlap(a, b) {
  return (
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
  )
}

module.exports = { isSmall, overlap, plain, raw, rebuilt, unshared }
