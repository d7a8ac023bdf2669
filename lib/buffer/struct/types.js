'use strict'

// What numbers a struct can have: those of Node's read and write methods, by their names in lower case.

/** Kinds as native code numbers them. */
const KINDS = { bytes: 0, number: 1, odd: 2, bits: 3 }

/**
 * @typedef {object} NumberType
 * @property {number} kind
 * @property {number} width
 * @property {boolean} bigEndian
 * @property {boolean} signed
 * @property {boolean} isUnsigned an integer that a number can be
 * @property {any} Column
 * @property {(bytes: Buffer, at: number) => any} read
 * @property {(bytes: Buffer, at: number, value: any) => void} write
 */

/** @type {Map<string, NumberType>} */
const types = new Map()

/**
 * @param {string} name
 * @param {string} method of Buffer, without `read` or `write`
 * @param {number} width
 * @param {any} Column
 */
function add(name, method, width, Column) {
  const odd = width === 3 || width === 5 || width === 6
  const proto = /** @type {any} */ (Buffer.prototype)
  const read = proto[`read${method}`]
  const write = proto[`write${method}`]
  types.set(name, {
    kind: odd ? KINDS.odd : KINDS.number,
    width,
    bigEndian: name.endsWith('be'),
    signed: name.includes('int') && !name.includes('uint'),
    isUnsigned: name.startsWith('uint'),
    Column,
    read: odd ? (bytes, at) => read.call(bytes, at, width) : (bytes, at) => read.call(bytes, at),
    write: odd
      ? (bytes, at, value) => write.call(bytes, value, at, width)
      : (bytes, at, value) => write.call(bytes, value, at),
  })
}

add('uint8', 'UInt8', 1, Uint8Array)
add('int8', 'Int8', 1, Int8Array)
for (const end of ['LE', 'BE']) {
  const lower = end.toLowerCase()
  add(`uint16${lower}`, `UInt16${end}`, 2, Uint16Array)
  add(`int16${lower}`, `Int16${end}`, 2, Int16Array)
  add(`uint32${lower}`, `UInt32${end}`, 4, Uint32Array)
  add(`int32${lower}`, `Int32${end}`, 4, Int32Array)
  add(`biguint64${lower}`, `BigUInt64${end}`, 8, BigUint64Array)
  add(`bigint64${lower}`, `BigInt64${end}`, 8, BigInt64Array)
  add(`float${lower}`, `Float${end}`, 4, Float32Array)
  add(`double${lower}`, `Double${end}`, 8, Float64Array)
  add(`uint24${lower}`, `UInt${end}`, 3, Uint32Array)
  add(`int24${lower}`, `Int${end}`, 3, Int32Array)
  for (const bits of [40, 48]) {
    add(`uint${bits}${lower}`, `UInt${end}`, bits / 8, Float64Array)
    add(`int${bits}${lower}`, `Int${end}`, bits / 8, Float64Array)
  }
}

module.exports = { KINDS, types }
