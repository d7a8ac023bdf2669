'use strict'

// Many records at once, as columns: native code takes all fields in one pass, into memory that JavaScript has allocated.

const { isAscii } = require('node:buffer')

const { codes } = require('../../internal/errors.js')
const { bufferOf } = require('../input.js')
const { plain, raw, unshared } = require('../raw.js')
const { textAt } = require('./record.js')
const { KINDS } = require('./types.js')

/** @typedef {import('./layout.js').Field} Field */

/**
 * A field of records, or of structs in them, with all that native code must know but where its column starts.
 * @typedef {object} Leaf
 * @property {string[]} path names from the outside in
 * @property {Field} field
 * @property {number[]} numbers kind, width, order, extra, mask, offset, repeat, step
 * @property {number} bytes of its column for one record
 * @property {number} values in its column for one record
 * @property {any} Column
 * @property {Float64Array} alone what native code is told of this column by itself
 */

const NUL = '\0'

/**
 * @param {Field[]} fields
 * @param {string[]} path
 * @param {number} base the offset of their struct
 * @param {number} repeat how many of the struct there are
 * @param {number} step from one of them to the next
 * @returns {Leaf[]}
 */
function leavesOf(fields, path = [], base = 0, repeat = 1, step = 0) {
  return fields.flatMap((field) => {
    const here = [...path, field.name]
    const offset = base + field.offset
    if (field.is === 'struct') {
      const inner = /** @type {Field[]} */ (field.fields)
      return leavesOf(inner, here, offset, repeat * field.count, field.isArray ? field.size : step)
    }
    const place = field.isArray ? [offset, field.count, field.size] : [offset, repeat, step]
    if (field.is === 'bits') return bitLeaves(field, here, place)
    return [leaf(here, field, place)]
  })
}

/**
 * @param {string[]} path
 * @param {Field} field
 * @param {number[]} place
 * @returns {Leaf}
 */
function leaf(path, field, place) {
  const { size, type } = field
  if (type === undefined) return made(path, field, [KINDS.bytes, size, 0, 0, 0, ...place], Uint8Array, size)
  const { Column, bigEndian, kind, signed, width } = type
  const numbers = [kind, width, Number(bigEndian), Number(signed), 0, ...place]
  return made(path, field, numbers, Column, Column.BYTES_PER_ELEMENT)
}

/**
 * @param {string[]} path
 * @param {Field} field
 * @param {number[]} numbers
 * @param {any} Column
 * @param {number} bytes of one value in it
 * @returns {Leaf}
 */
function made(path, field, numbers, Column, bytes) {
  const all = bytes * numbers[6]
  const values = all / Column.BYTES_PER_ELEMENT
  return { path, field, numbers, bytes: all, values, Column, alone: Float64Array.of(...numbers, 0) }
}

/**
 * @param {Field} field
 * @param {string[]} path
 * @param {number[]} place
 * @returns {Leaf[]}
 */
function bitLeaves(field, path, place) {
  const { bits = [], size, type } = field
  return bits.map(({ mask, name, shift }) => {
    const numbers = [KINDS.bits, size, Number(type?.bigEndian), shift, mask, ...place]
    return made([...path, name], field, numbers, Uint32Array, 4)
  })
}

/**
 * What native code is told about the columns of so many records, and how much memory they take. The columns of the
 * largest elements come first: so each is aligned by itself, and no byte between them would have to be filled.
 * @param {Leaf[]} leaves
 * @param {number} count
 */
function planFor(leaves, count) {
  const numbers = new Float64Array(leaves.length * 9)
  const starts = new Array(leaves.length).fill(0)
  let total = 0
  for (const width of [8, 4, 2, 1]) {
    for (const [n, { Column, bytes, numbers: own }] of leaves.entries()) {
      if (Column.BYTES_PER_ELEMENT !== width) continue
      numbers.set([...own, total], n * 9)
      starts[n] = total
      total += bytes * count
    }
  }
  return { numbers, starts, total, count }
}

/** @typedef {ReturnType<typeof planFor>} Plan */
/** @typedef {{ memory: Buffer, buffer: ArrayBufferLike, plan: Plan }} Room */

/**
 * @param {number} size
 * @param {number} count
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {Room} room
 */
function fill(size, count, bytes, { memory, plan }) {
  if (count === 0) return
  try {
    raw().structGather(bytes, size, count, plan.numbers, memory)
  } catch (error) {
    raw().structGather(unshared(bytes, error), size, count, plan.numbers, memory)
  }
}

/**
 * The column of one leaf: a typed array on the room's memory, or strings.
 * @param {Leaf} one
 * @param {Room} room
 * @param {number} n its index
 * @param {number} count how many records were read
 * @returns {any}
 */
function columnAt({ Column, bytes, field, numbers, values }, { buffer, memory, plan }, n, count) {
  const start = plan.starts[n]
  if (field.is === 'text') return textsOf(memory.subarray(start, start + bytes * count), field, count * numbers[6])
  return new Column(buffer, start, values * plan.count)
}

/**
 * @param {Uint8Array} memory
 * @param {Field} field
 * @param {number} count
 * @returns {string[]}
 */
function textsOf(memory, { encoding, size }, count) {
  const bytes = bufferOf(memory)
  if (encoding === 'utf8' && !isAscii(bytes)) {
    return Array.from({ length: count }, (_, n) => textAt(bytes, n * size, (n + 1) * size, 'utf8'))
  }
  // One decode for all, and slices: a character for each byte.
  const all = bytes.toString(encoding === 'utf8' ? 'latin1' : encoding)
  return Array.from({ length: count }, (_, n) => {
    const text = all.slice(n * size, (n + 1) * size)
    const end = text.indexOf(NUL)
    return end === -1 ? text : text.slice(0, end)
  })
}

/**
 * @param {any} columns
 * @param {Leaf} leaf
 * @returns {any}
 */
function columnOf(columns, { path }) {
  return path.reduce((at, name) => at?.[name], columns)
}

/**
 * @param {any} columns
 * @param {Leaf} leaf
 * @param {any} column
 */
function put(columns, { path }, column) {
  let at = columns
  if (path.length === 1) {
    at[path[0]] = column
    return
  }
  for (const name of path.slice(0, -1)) {
    // What every object inherits may have the name of a field.
    if (!Object.hasOwn(at, name)) at[name] = {}
    at = at[name]
  }
  at[path[path.length - 1]] = column
}

/**
 * Packs one column; of a text column the strings are written as bytes first.
 * @param {Leaf} one
 * @param {any} given
 * @param {number} size
 * @param {number} count
 * @param {Buffer} out
 */
function scatter(one, given, size, count, out) {
  const { Column, alone, field, numbers, values } = one
  const texts = field.is === 'text'
  // Of another realm's array only the name tells what it is.
  const isOne = given instanceof Column || Object.prototype.toString.call(given) === `[object ${Column.name}]`
  if (texts ? !Array.isArray(given) : !isOne) {
    throw new codes.ERR_INVALID_ARG_TYPE(nameOf(one), texts ? 'Array' : Column.name, given)
  }
  const length = (texts ? numbers[6] : values) * count
  if (given.length < length) throw new codes.ERR_OUT_OF_RANGE(`${nameOf(one)}.length`, `>= ${length}`, given.length)
  const column = texts ? bytesOfTexts(nameOf(one), given, field, length) : plain(given)
  raw().structScatter(column, size, count, alone, out)
}

/** @param {Leaf} leaf */
const nameOf = ({ path }) => `columns.${path.join('.')}`

/**
 * @param {string} name
 * @param {unknown[]} texts
 * @param {Field} field
 * @param {number} count
 */
function bytesOfTexts(name, texts, { encoding, size }, count) {
  const bytes = Buffer.alloc(size * count)
  for (let n = 0; n < count; n++) {
    const text = texts[n]
    if (typeof text !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(`${name}[${n}]`, 'string', text)
    const length = Buffer.byteLength(text, encoding)
    if (length > size) throw new codes.ERR_OUT_OF_RANGE(`${name}[${n}].length`, `<= ${size} bytes`, length)
    bytes.write(text, n * size, encoding)
  }
  return bytes
}

module.exports = { columnAt, columnOf, fill, leavesOf, planFor, put, scatter }
