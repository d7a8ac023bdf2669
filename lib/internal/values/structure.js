'use strict'

// How objects are captured: the rules of the structured clone algorithm (HTML, StructuredSerializeInternal), with two
// differences on purpose: a Buffer stays a Buffer, and an error keeps its code and own fields. A view is captured as
// its own bytes, not with the whole buffer that it looks into.
//
// Invariant: an object is numbered (`refer`) before any of its content is written, in the order in which the reader
// creates objects, so that cycles and repeated references keep their identity.

const { types } = require('node:util')
const tags = require('./tags.js')
const { dataCloneError } = require('../errors.js')
const { bufferOf, bytesOf, mostBytesOf, regExpFlags, regExpSource, viewKind } = require('./slots.js')

/** @typedef {import('./encoder.js').Encoder} Encoder */

const ObjectPrototype = Object.prototype
const { hasOwnProperty: hasOwn, propertyIsEnumerable: isEnumerable, toString: nameOf } = ObjectPrototype
const dateValue = Date.prototype.getTime
const mapEntries = Map.prototype.entries
const setValues = Set.prototype.values

/** Whether instances of a class are cloned as properties, by its prototype. @type {WeakMap<object, boolean>} */
const ordinary = new WeakMap()

// The order is the format: a view is written as its index here.
const VIEWS = [
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Float16Array',
]

/**
 * Objects within each other. Readers go as deep as the writer did, and the main thread of Node 20 to 26 has stack for
 * 2,250 levels of the costliest kind (errors by their causes, interpreted), where a worker has for 8,000.
 */
const MAX_DEPTH = 1500

const ERROR_TEXTS = ['name', 'message', 'stack']
const ERRORS = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
]

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeObject(encoder, value) {
  if (types.isProxy(value)) throw uncloneable(value)
  if (encoder.refer(value)) return
  if (++encoder.depth > MAX_DEPTH) throw dataCloneError(`A value deeper than ${MAX_DEPTH} levels could not be cloned.`)
  const prototype = Object.getPrototypeOf(value)
  if (prototype === ObjectPrototype) writeProperties(encoder, value)
  else if (Array.isArray(value)) writeArray(encoder, value)
  else if (ArrayBuffer.isView(value)) writeView(encoder, value)
  else writeOther(encoder, value, prototype)
  encoder.depth--
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeProperties(encoder, value) {
  const start = encoder.position
  encoder.reserve(5)
  encoder.position += 5
  const shapes = encoder.shapes
  /** @type {import('./shapes.js').ShapeNode | null} */
  let node = shapes.root
  /** The keys, once the tree is full. @type {string[] | undefined} */
  let keys
  for (const key in value) {
    // A getter may have removed it; a prototype may have added it.
    if (!hasOwn.call(value, key)) continue
    if (node !== null) {
      /** @type {import('./shapes.js').ShapeNode | null} */
      const next = node.lastKey === key && node.lastChild !== null ? node.lastChild : shapes.step(node, key)
      if (next === null) keys = node.keys()
      node = next
    }
    if (keys !== undefined) keys.push(key)
    encoder.write(value[key])
  }
  const shape = node === null ? -1 : shapes.identify(node)
  if (shape >= 0) {
    encoder.bytes[start] = tags.SHAPED
    encoder.view.setUint32(start + 1, shape, true)
    return
  }
  // The keys follow the values here, since only now they are known.
  const all = keys ?? /** @type {import('./shapes.js').ShapeNode} */ (node).keys()
  encoder.bytes[start] = tags.KEYED
  encoder.view.setUint32(start + 1, all.length, true)
  for (const key of all) encoder.writeString(key)
}

/**
 * @param {Encoder} encoder
 * @param {any[]} value
 */
function writeArray(encoder, value) {
  if (!isDense(value)) return writeSparse(encoder, value)
  const length = value.length
  encoder.tag(tags.ARRAY)
  encoder.writeLength(length)
  for (let i = 0; i < length; i++) encoder.write(value[i])
}

/**
 * Whether an array has all its elements and no property beside them.
 * @param {any[]} value
 */
function isDense(value) {
  // Counts both without making strings of the indexes. As many holes as properties would pass, hence the loop.
  if (Object.values(value).length !== value.length) return false
  for (let i = 0; i < value.length; i++) {
    if (value[i] === undefined && !hasOwn.call(value, i)) return false
  }
  return true
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeSparse(encoder, value) {
  const keys = Object.keys(value)
  encoder.tag(tags.SPARSE)
  encoder.writeLength(value.length)
  encoder.writeLength(keys.length)
  for (const key of keys) {
    encoder.writeString(key)
    encoder.write(value[key])
  }
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeView(encoder, value) {
  const buffer = bufferOf(value)
  if (types.isSharedArrayBuffer(buffer)) throw uncloneable(buffer)
  const bytes = bytesOf(value)
  if (bytes === undefined) throw uncloneable(value)
  const isAttached = bytes.length >= encoder.attachFrom
  if (isAttached) encoder.tag(tags.ATTACHED)
  if (Buffer.isBuffer(value)) {
    encoder.tag(tags.BUFFER)
    return isAttached ? encoder.attach(bytes) : encoder.writeBytes(bytes)
  }
  const kind = VIEWS.indexOf(types.isDataView(value) ? 'DataView' : viewKind.call(value))
  encoder.tag(tags.VIEW)
  encoder.tag(kind)
  if (isAttached) encoder.attach(bytes)
  else encoder.writeBytes(bytes)
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeArrayBuffer(encoder, value) {
  const bytes = bytesOf(value)
  if (bytes === undefined) throw dataCloneError('An ArrayBuffer is detached and could not be cloned.')
  const most = mostBytesOf(value)
  if (bytes.length >= encoder.attachFrom && most < 0) {
    encoder.tag(tags.ATTACHED)
    encoder.tag(tags.ARRAY_BUFFER)
    return encoder.attach(bytes)
  }
  encoder.tag(tags.ARRAY_BUFFER)
  encoder.writeDouble(most)
  encoder.writeBytes(bytes)
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 * @param {any} prototype
 */
function writeOther(encoder, value, prototype) {
  if (types.isMap(value)) writeMap(encoder, value)
  else if (types.isSet(value)) writeSet(encoder, value)
  else if (types.isDate(value)) {
    encoder.tag(tags.DATE)
    encoder.writeDouble(dateValue.call(value))
  } else if (types.isRegExp(value)) {
    encoder.tag(tags.REGEXP)
    encoder.writeString(regExpSource.call(value))
    encoder.writeString(regExpFlags(value))
  } else if (types.isArrayBuffer(value)) writeArrayBuffer(encoder, value)
  else if (types.isBoxedPrimitive(value)) writeBoxed(encoder, value)
  else if (isDomException(value)) writeDomException(encoder, value)
  else if (types.isNativeError(value)) writeError(encoder, value)
  else if (isOrdinary(value, prototype)) writeProperties(encoder, value)
  else throw uncloneable(value)
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeBoxed(encoder, value) {
  if (types.isSymbolObject(value)) throw uncloneable(value)
  encoder.tag(tags.BOXED)
  encoder.write(boxedValue(value))
}

/** @param {any} value */
function boxedValue(value) {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value)
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value)
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value)
  return BigInt.prototype.valueOf.call(value)
}

/**
 * @param {Encoder} encoder
 * @param {Map<unknown, unknown>} value
 */
function writeMap(encoder, value) {
  // A copy first: a getter among the values may add entries.
  const entries = Array.from(mapEntries.call(value))
  encoder.tag(tags.MAP)
  encoder.writeLength(entries.length)
  for (const [key, one] of entries) {
    encoder.write(key)
    encoder.write(one)
  }
}

/**
 * @param {Encoder} encoder
 * @param {Set<unknown>} value
 */
function writeSet(encoder, value) {
  const members = Array.from(setValues.call(value))
  encoder.tag(tags.SET)
  encoder.writeLength(members.length)
  for (const one of members) encoder.write(one)
}

/**
 * name, message, stack, cause, then what the error carries beside: own enumerable fields, `code` wherever it is.
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeError(encoder, value) {
  encoder.tag(tags.ERROR)
  encoder.tag(Math.max(0, ERRORS.indexOf(nativeErrorName(value))))
  writeErrorTexts(encoder, value)
  const names = Object.keys(value)
  for (const name of ['cause', 'errors', 'code']) {
    if (!names.includes(name) && name in value) names.push(name)
  }
  writeFields(encoder, value, names)
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeDomException(encoder, value) {
  encoder.tag(tags.DOM_EXCEPTION)
  writeErrorTexts(encoder, value)
  writeFields(encoder, value, 'cause' in value ? ['cause'] : [])
}

/**
 * By its name: a native error as well in newer Node, and of another realm in a test runner.
 * @param {any} value
 */
function isDomException(value) {
  return nameOf.call(value) === '[object DOMException]'
}

/**
 * @param {Encoder} encoder
 * @param {any} value
 */
function writeErrorTexts(encoder, value) {
  for (const name of ERROR_TEXTS) {
    const text = value[name]
    encoder.write(text === undefined ? undefined : String(text))
  }
}

/**
 * Fields of an error. One that cannot be cloned is left out, so that the error itself always arrives.
 * @param {Encoder} encoder
 * @param {any} value
 * @param {string[]} names
 */
function writeFields(encoder, value, names) {
  for (const name of names) {
    const mark = encoder.mark()
    encoder.writeString(name)
    encoder.tag(hasOwn.call(value, name) && isEnumerable.call(value, name) ? 1 : 0)
    try {
      encoder.write(value[name])
    } catch {
      encoder.rewind(mark)
    }
  }
  encoder.tag(tags.UNDEFINED)
}

/**
 * The name of the native class an error was made by, whatever its own name is.
 * @param {any} value
 */
function nativeErrorName(value) {
  for (let one = value; one !== null; one = Object.getPrototypeOf(one)) {
    const name = hasOwn.call(one, 'constructor') ? one.constructor?.name : undefined
    if (ERRORS.includes(name)) return name
  }
  return 'Error'
}

/**
 * Whether an object is cloned by its own enumerable properties: an instance of a JavaScript class, or of no class.
 * @param {any} value
 * @param {any} prototype
 */
function isOrdinary(value, prototype) {
  if (types.isModuleNamespaceObject(value)) return false
  if (prototype === null) return true
  const known = ordinary.get(prototype)
  if (known !== undefined) return known
  // What V8 and Node keep in internal fields cannot be seen from here (WeakRef, Intl, KeyObject, handles), so the
  // engine is asked once per class: it clones an ordinary instance to a plain object.
  try {
    const clone = structuredClone(value)
    const isPlain =
      nameOf.call(clone) === '[object Object]' && Object.getPrototypeOf(Object.getPrototypeOf(clone)) === null
    ordinary.set(prototype, isPlain)
    return isPlain
  } catch (error) {
    // Something in it may be at fault, or it itself; only the second is for good.
    return nameOf.call(value) === '[object Object]' && !/unsupported type/.test(String(error))
  }
}

/** @param {any} value */
function uncloneable(value) {
  const name = types.isProxy(value) ? 'Object' : value.constructor?.name
  return dataCloneError(`#<${name || 'Object'}> could not be cloned.`)
}

module.exports = { ERROR_TEXTS, ERRORS, VIEWS, writeObject }
