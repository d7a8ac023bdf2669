'use strict'

// Makes the objects that structure.js captured. Invariant: `made` is called for each of them in the order in which
// the writer numbered them, before their content is read.

const tags = require('./tags.js')
const { ERROR_TEXTS, ERRORS, VIEWS } = require('./structure.js')

/** @typedef {import('./decoder.js').Decoder} Decoder */

/** @type {Record<string, any>} */
const globals = globalThis

/**
 * @param {Decoder} decoder
 * @param {number} tag
 * @returns {any}
 */
function readStructure(decoder, tag) {
  switch (tag) {
    case tags.SHAPED:
      return readShaped(decoder)
    case tags.KEYED:
      return readKeyed(decoder)
    case tags.ARRAY:
      return readArray(decoder)
    case tags.SPARSE:
      return readSparse(decoder)
    case tags.REF:
      return decoder.objects[decoder.readLength()]
    case tags.BIGINT:
      return readBigInt(decoder.read())
    case tags.BUFFER:
      return decoder.made(decoder.readBuffer())
    case tags.VIEW:
      return readView(decoder)
    case tags.ARRAY_BUFFER:
      return readArrayBuffer(decoder)
    default:
      return readRare(decoder, tag)
  }
}

/**
 * @param {Decoder} decoder
 * @param {number} tag
 * @returns {any}
 */
function readRare(decoder, tag) {
  switch (tag) {
    case tags.MAP:
      return readMap(decoder)
    case tags.SET:
      return readSet(decoder)
    case tags.DATE:
      return decoder.made(new Date(decoder.readDouble()))
    case tags.REGEXP:
      return decoder.made(new RegExp(decoder.read(), decoder.read()))
    case tags.ERROR:
      return readError(decoder)
    case tags.DOM_EXCEPTION:
      return readDomException(decoder)
    case tags.ATTACHED:
      return decoder.made(readAttached(decoder))
    default:
      return decoder.made(Object(decoder.read()))
  }
}

/** @param {Decoder} decoder */
function readShaped(decoder) {
  const keys = decoder.shapes.keys(decoder.readUint32())
  const object = decoder.made(/** @type {Record<string, any>} */ ({}))
  for (let i = 0; i < keys.length; i++) setField(object, keys[i], decoder.read())
  return object
}

/** @param {Decoder} decoder */
function readKeyed(decoder) {
  const count = decoder.readUint32()
  const object = decoder.made(/** @type {Record<string, any>} */ ({}))
  const values = []
  for (let i = 0; i < count; i++) values.push(decoder.read())
  for (let i = 0; i < count; i++) setField(object, decoder.read(), values[i])
  return object
}

/**
 * @param {Record<string, any>} object
 * @param {string} key
 * @param {any} value
 */
function setField(object, key, value) {
  if (key === '__proto__') define(object, key, value, true)
  else object[key] = value
}

/**
 * @param {object} object
 * @param {string} key
 * @param {unknown} value
 * @param {boolean} enumerable
 */
function define(object, key, value, enumerable) {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true })
}

/** @param {Decoder} decoder */
function readArray(decoder) {
  const length = decoder.readLength()
  const array = decoder.made(/** @type {any[]} */ ([]))
  for (let i = 0; i < length; i++) array.push(decoder.read())
  return array
}

/** @param {Decoder} decoder */
function readSparse(decoder) {
  const length = decoder.readLength()
  const array = decoder.made(/** @type {any} */ ([]))
  array.length = length
  const count = decoder.readLength()
  for (let i = 0; i < count; i++) setField(array, decoder.read(), decoder.read())
  return array
}

/** @param {string} digits in base 16 */
function readBigInt(digits) {
  return digits[0] === '-' ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`)
}

/** @param {Decoder} decoder */
function readView(decoder) {
  const View = globals[VIEWS[decoder.readByte()]]
  const { buffer } = new Uint8Array(decoder.readBytes())
  return decoder.made(new View(buffer))
}

/** @param {Decoder} decoder */
function readArrayBuffer(decoder) {
  const maxByteLength = decoder.readDouble()
  const bytes = decoder.readBytes()
  const options = maxByteLength < 0 ? undefined : { maxByteLength }
  const buffer = new /** @type {any} */ (ArrayBuffer)(bytes.length, options)
  new Uint8Array(buffer).set(bytes)
  return decoder.made(buffer)
}

/** @param {Decoder} decoder */
function readAttached(decoder) {
  const tag = decoder.readByte()
  const View = tag === tags.VIEW ? globals[VIEWS[decoder.readByte()]] : undefined
  const buffer = decoder.attachments[decoder.readLength()]
  if (View !== undefined) return new View(buffer)
  return tag === tags.BUFFER ? Buffer.from(buffer) : buffer
}

/** @param {Decoder} decoder */
function readMap(decoder) {
  const map = decoder.made(new Map())
  for (let left = decoder.readLength(); left > 0; left--) map.set(decoder.read(), decoder.read())
  return map
}

/** @param {Decoder} decoder */
function readSet(decoder) {
  const set = decoder.made(new Set())
  for (let left = decoder.readLength(); left > 0; left--) set.add(decoder.read())
  return set
}

/**
 * An error without a stack of its own, since the one it was captured with follows.
 * @param {() => Error} make
 */
function makeError(make) {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** @param {Decoder} decoder */
function readError(decoder) {
  const name = ERRORS[decoder.readByte()]
  const error = makeError(() => (name === 'AggregateError' ? new AggregateError([]) : new globals[name]()))
  decoder.made(error)
  for (const text of ERROR_TEXTS) {
    const value = decoder.read()
    if (value !== undefined && value !== /** @type {any} */ (error)[text]) define(error, text, value, false)
  }
  readFields(decoder, error)
  return error
}

/** @param {Decoder} decoder */
function readDomException(decoder) {
  const [name, message, stack] = [decoder.read(), decoder.read(), decoder.read()]
  const error = decoder.made(makeError(() => new DOMException(message, name)))
  define(error, 'stack', stack, false)
  readFields(decoder, error)
  return error
}

/**
 * @param {Decoder} decoder
 * @param {Error} error
 */
function readFields(decoder, error) {
  for (let name = decoder.read(); name !== undefined; name = decoder.read()) {
    const enumerable = decoder.readByte() === 1
    define(error, name, decoder.read(), enumerable)
  }
}

module.exports = { readStructure }
