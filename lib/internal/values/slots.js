'use strict'

// What objects are by their internal slots, as structuredClone sees them: own properties of the same names, and those
// of subclasses, say nothing.

const { types } = require('node:util')

/**
 * @param {object} prototype
 * @param {PropertyKey} name
 * @returns {(this: unknown) => any}
 */
const getter = (prototype, name) => /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, name)).get

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype)
const viewKind = getter(TypedArrayPrototype, Symbol.toStringTag)
const viewBuffer = getter(TypedArrayPrototype, 'buffer')
const viewOffset = getter(TypedArrayPrototype, 'byteOffset')
const viewBytes = getter(TypedArrayPrototype, 'byteLength')
const dataBuffer = getter(DataView.prototype, 'buffer')
const dataOffset = getter(DataView.prototype, 'byteOffset')
const dataBytes = getter(DataView.prototype, 'byteLength')
const isResizable = getter(ArrayBuffer.prototype, 'resizable')
const mostBytes = getter(ArrayBuffer.prototype, 'maxByteLength')
const regExpSource = getter(RegExp.prototype, 'source')
const viewKeys = TypedArrayPrototype.keys

/** The getter of the flags themselves asks for properties. */
const FLAGS = Object.entries({
  d: 'hasIndices',
  g: 'global',
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  u: 'unicode',
  v: 'unicodeSets',
  y: 'sticky',
}).map(([flag, name]) => /** @type {const} */ ([flag, getter(RegExp.prototype, name)]))

/** @param {RegExp} value */
function regExpFlags(value) {
  let flags = ''
  for (const [flag, isSet] of FLAGS) if (isSet.call(value)) flags += flag
  return flags
}

/**
 * The bytes that a view shows, and those of an ArrayBuffer.
 * @param {ArrayBufferView | ArrayBuffer} value
 * @returns {Uint8Array | undefined} undefined where the memory is detached, or has shrunk so far that they are outside
 */
function bytesOf(value) {
  try {
    if (!ArrayBuffer.isView(value)) return new Uint8Array(value)
    if (types.isDataView(value)) return new Uint8Array(bufferOf(value), dataOffset.call(value), dataBytes.call(value))
    const length = viewBytes.call(value)
    // Where the bytes are gone it has none, as one of no elements has; a method like this one knows the difference.
    if (length === 0) viewKeys.call(/** @type {any} */ (value))
    return new Uint8Array(bufferOf(value), viewOffset.call(value), length)
  } catch {
    return undefined
  }
}

/**
 * @param {ArrayBufferView} view
 * @returns {ArrayBuffer}
 */
function bufferOf(view) {
  return types.isDataView(view) ? dataBuffer.call(view) : viewBuffer.call(view)
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {number} what it may grow to; -1: it cannot
 */
function mostBytesOf(buffer) {
  return isResizable.call(buffer) ? mostBytes.call(buffer) : -1
}

module.exports = { bufferOf, bytesOf, getter, mostBytesOf, regExpFlags, regExpSource, viewBuffer, viewBytes, viewKind }
