'use strict'

// One record, in JavaScript: a crossing would cost more than the few reads.

const { codes } = require('../../internal/errors.js')
const { bufferOf } = require('../input.js')

/** @typedef {import('./layout.js').Field} Field */
/** @typedef {Record<string, any>} Rec */

const NUL = 0

/**
 * An object with the names of some fields, of which each record starts as a copy: to give it its names one by one would
 * take several times as long.
 * @type {WeakMap<readonly object[], Rec>}
 */
const shapes = new WeakMap()

/** @param {Field[]} fields */
function shape(fields) {
  shapes.set(fields, Object.fromEntries(fields.map(({ name }) => [name, undefined])))
  for (const { bits, fields: inner } of fields) {
    if (bits !== undefined) shapes.set(bits, Object.fromEntries(bits.map(({ name }) => [name, 0])))
    if (inner !== undefined) shape(inner)
  }
}

/**
 * A text up to its first NUL.
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} end
 * @param {BufferEncoding} encoding
 */
function textAt(bytes, start, end, encoding) {
  const nul = bytes.subarray(start, end).indexOf(NUL)
  return bytes.toString(encoding, start, nul === -1 ? end : start + nul)
}

/**
 * @param {Field} field
 * @param {Buffer} bytes
 * @param {number} at
 * @returns {any}
 */
function readOne(field, bytes, at) {
  switch (field.is) {
    case 'number':
      return field.type?.read(bytes, at)
    case 'bytes':
      return Buffer.from(bytes.subarray(at, at + field.size))
    case 'text':
      return textAt(bytes, at, at + field.size, /** @type {BufferEncoding} */ (field.encoding))
    case 'bits':
      return bitsAt(field, bytes, at)
    default:
      return readFields(/** @type {Field[]} */ (field.fields), bytes, at)
  }
}

/**
 * @param {Field} field
 * @param {Buffer} bytes
 * @param {number} at
 */
function bitsAt({ bits, type }, bytes, at) {
  const whole = type?.read(bytes, at)
  const parts = { .../** @type {Rec} */ (shapes.get(/** @type {any} */ (bits))) }
  for (const { mask, name, shift } of bits ?? []) parts[name] = ((whole >>> shift) & mask) >>> 0
  return parts
}

/**
 * @param {Field} field
 * @param {Buffer} bytes
 * @param {number} at
 */
function readField(field, bytes, at) {
  if (!field.isArray) return readOne(field, bytes, at)
  const values = []
  for (let n = 0; n < field.count; n++) values.push(readOne(field, bytes, at + n * field.size))
  return values
}

/**
 * @param {Field[]} fields
 * @param {Buffer} bytes
 * @param {number} start
 * @returns {Rec}
 */
function readFields(fields, bytes, start) {
  const record = { ...shapes.get(fields) }
  for (const field of fields) {
    const at = start + field.offset
    record[field.name] = readField(field, bytes, at)
  }
  return record
}

/**
 * A record with parts of variable length; the bytes are known to hold it.
 * @param {Field[]} fields
 * @param {Buffer} bytes
 * @param {number} start
 * @returns {Rec}
 */
function readVariable(fields, bytes, start) {
  /** @type {Rec} */
  const record = { ...shapes.get(fields) }
  let moved = start
  for (const field of fields) {
    const at = moved + field.offset
    if (field.lengthField === undefined) record[field.name] = readField(field, bytes, at)
    else {
      const length = record[field.lengthField]
      const part = bytes.subarray(at, at + length)
      record[field.name] = field.encoding === undefined ? Buffer.from(part) : part.toString(field.encoding)
      moved += length
    }
  }
  return record
}

/**
 * @param {Field[]} fields
 * @param {Buffer} bytes
 * @param {number} start
 * @returns {number} the size of the record of variable length at `start`; -1 if the bytes end before it does
 */
function sizeAt(fields, bytes, start) {
  /** @type {Rec} */
  const numbers = {}
  let at = start
  for (const { count, is, lengthField, name, size, type } of fields) {
    const end = at + (lengthField === undefined ? size * count : numbers[lengthField])
    if (end > bytes.length) return -1
    if (is === 'number') numbers[name] = type?.read(bytes, at)
    at = end
  }
  return at - start
}

/**
 * Ranges are checked by Node's methods, types are not: a missing value would become 0.
 * @param {Field} field
 * @param {unknown} value
 * @param {Buffer} bytes
 * @param {number} at
 */
function writeNumber({ name, type }, value, bytes, at) {
  const expected = type?.Column === BigInt64Array || type?.Column === BigUint64Array ? 'bigint' : 'number'
  if (typeof value !== expected) throw new codes.ERR_INVALID_ARG_TYPE(`record.${name}`, expected, value)
  type?.write(bytes, at, value)
}

/**
 * @param {Field} field
 * @param {unknown} value
 * @param {Buffer} bytes
 * @param {number} at
 */
function writeOne(field, value, bytes, at) {
  if (field.is === 'number') writeNumber(field, value, bytes, at)
  else if (field.is === 'bits') writeBits(field, /** @type {Rec} */ (value), bytes, at)
  else if (field.is === 'struct')
    writeFields(/** @type {Field[]} */ (field.fields), /** @type {Rec} */ (value), bytes, at)
  else {
    const content = contentOf(field, value)
    if (content.length > field.size) {
      throw new codes.ERR_OUT_OF_RANGE(`${field.name}.length`, `<= ${field.size}`, content.length)
    }
    content.copy(bytes, at)
    bytes.fill(NUL, at + content.length, at + field.size)
  }
}

/**
 * @param {Field} field
 * @param {unknown} value
 * @returns {Buffer}
 */
function contentOf({ encoding, name }, value) {
  if (encoding !== undefined) {
    if (typeof value !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(`record.${name}`, 'string', value)
    return Buffer.from(value, encoding)
  }
  if (!ArrayBuffer.isView(value)) {
    throw new codes.ERR_INVALID_ARG_TYPE(`record.${name}`, ['Buffer', 'TypedArray', 'DataView'], value)
  }
  return bufferOf(value)
}

/**
 * @param {Field} field
 * @param {Rec} value
 * @param {Buffer} bytes
 * @param {number} at
 */
function writeBits({ bits, name, type }, value, bytes, at) {
  let whole = type?.read(bytes, at)
  for (const { mask, name: part, shift } of bits ?? []) {
    const given = value?.[part]
    if (!Number.isInteger(given) || given < 0 || given > mask) {
      throw new codes.ERR_OUT_OF_RANGE(`record.${name}.${part}`, `an integer >= 0 and <= ${mask}`, given)
    }
    whole = ((whole & ~(mask << shift)) | (given << shift)) >>> 0
  }
  type?.write(bytes, at, whole)
}

/**
 * @param {Field[]} fields
 * @param {Rec} record
 * @param {Buffer} bytes
 * @param {number} start
 */
function writeFields(fields, record, bytes, start) {
  if (record === null || typeof record !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('record', 'Object', record)
  for (const field of fields) {
    const value = record[field.name]
    const at = start + field.offset
    if (!field.isArray) writeOne(field, value, bytes, at)
    else {
      if (value?.length !== field.count) {
        throw new codes.ERR_INVALID_ARG_VALUE(`record.${field.name}`, value, `must have ${field.count} elements`)
      }
      for (let n = 0; n < field.count; n++) writeOne(field, value[n], bytes, at + n * field.size)
    }
  }
}

/**
 * A record with parts of variable length. The lengths are what the parts have, whatever the record says.
 * @param {Field[]} fields
 * @param {Rec} record
 * @returns {Buffer}
 */
function packVariable(fields, record) {
  if (record === null || typeof record !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('record', 'Object', record)
  const whole = { ...record }
  /** @type {Map<string, Buffer>} */
  const contents = new Map()
  const lengths = new Set()
  for (const field of fields) {
    if (field.lengthField === undefined) continue
    const content = contentOf(field, record[field.name])
    contents.set(field.name, content)
    if (whole[field.lengthField] !== content.length && lengths.has(field.lengthField)) {
      throw new codes.ERR_INVALID_ARG_VALUE(
        `record.${field.name}`,
        content,
        'must be as long as what shares its length'
      )
    }
    lengths.add(field.lengthField)
    whole[field.lengthField] = content.length
  }
  return Buffer.concat(
    fields.map((field) => {
      const content = contents.get(field.name)
      if (content !== undefined) return content
      const part = Buffer.alloc(field.size * field.count)
      writeFields([{ ...field, offset: 0 }], whole, part, 0)
      return part
    })
  )
}

module.exports = { packVariable, readFields, readVariable, shape, sizeAt, textAt, writeFields }
