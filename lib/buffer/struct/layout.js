'use strict'

// From a description in the user's words to fields with offsets.

const { codes } = require('../../internal/errors.js')
const { validateInteger, validateObject, validateOneOf } = require('../../internal/validators.js')
const { types } = require('./types.js')

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {'number' | 'bytes' | 'text' | 'bits' | 'struct'} is
 * @property {number} offset in its struct; of variable structs only the fixed parts' sizes count
 * @property {number} size of one element; 0 where it is variable
 * @property {number} count 1 if it is no array
 * @property {boolean} isArray
 * @property {import('./types.js').NumberType} [type]
 * @property {BufferEncoding} [encoding]
 * @property {string} [lengthField] the field that holds a variable length
 * @property {{ name: string, shift: number, mask: number }[]} [bits]
 * @property {Field[]} [fields] of a nested struct
 */

const MOST = 2 ** 31
const TEXTS = ['utf8', 'latin1', 'ascii']

/**
 * @param {string} name
 * @param {any} spec
 * @param {Field[]} before
 * @returns {Field}
 */
function fieldOf(name, spec, before) {
  const named = `fields.${name}`
  if (typeof spec === 'string') return { ...numberOf(named, spec), name, offset: -1, count: 1, isArray: false }
  validateObject(spec, named)
  const { count, offset = -1 } = /** @type {any} */ (spec)
  if (count !== undefined) validateInteger(count, `${named}.count`, 1, MOST)
  if (offset !== -1) validateInteger(offset, `${named}.offset`, 0, MOST)
  const base = { name, offset, count: count ?? 1, isArray: count !== undefined }
  const made = { ...base, ...contentOf(named, spec, before) }
  if (made.size === 0 && (made.isArray || offset !== -1)) {
    throw new codes.ERR_INVALID_ARG_VALUE(named, spec, 'of variable length takes neither count nor offset')
  }
  return made
}

/**
 * @param {string} named
 * @param {any} spec
 * @param {Field[]} before
 * @returns {any}
 */
function contentOf(named, spec, before) {
  if (spec.fields !== undefined) {
    const { fields, size } = layoutOf(spec, named)
    if (size === undefined) throw new codes.ERR_INVALID_ARG_VALUE(named, spec, 'must be of one size to be nested')
    if (spec.count !== undefined && fields.some(({ is, isArray }) => isArray || is === 'struct')) {
      throw new codes.ERR_INVALID_ARG_VALUE(named, spec, 'cannot be an array of structs that hold arrays or structs')
    }
    return { is: 'struct', fields, size }
  }
  if (spec.type === 'bytes' || TEXTS.includes(spec.type))
    return { ...lengthOf(named, spec, before), ...textOf(spec.type) }
  if (spec.bits !== undefined) return bitsOf(named, spec)
  return numberOf(`${named}.type`, spec.type)
}

/** @param {string} type */
function textOf(type) {
  return type === 'bytes' ? { is: 'bytes' } : { is: 'text', encoding: type }
}

/**
 * @param {string} named
 * @param {unknown} type
 */
function numberOf(named, type) {
  validateOneOf(/** @type {string} */ (type), named, [...types.keys(), 'bytes', ...TEXTS])
  const found = types.get(/** @type {string} */ (type))
  if (found === undefined) throw new codes.ERR_INVALID_ARG_VALUE(named, type, 'needs a length: { type, length }')
  return { is: /** @type {const} */ ('number'), type: found, size: found.width }
}

/**
 * @param {string} named
 * @param {any} spec
 * @param {Field[]} before
 */
function lengthOf(named, { length }, before) {
  if (typeof length !== 'string') {
    validateInteger(length, `${named}.length`, 1, MOST)
    return { size: length }
  }
  const found = before.find(({ name }) => name === length)
  if (found?.is !== 'number' || found.isArray || !found.type?.isUnsigned) {
    throw new codes.ERR_INVALID_ARG_VALUE(`${named}.length`, length, 'must name an unsigned integer before this field')
  }
  return { size: 0, lengthField: length }
}

/**
 * @param {string} named
 * @param {any} spec
 */
function bitsOf(named, { bits, count, type: name }) {
  const { size, type } = numberOf(`${named}.type`, name)
  if (size > 4 || !type.isUnsigned || count !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      `${named}.type`,
      name,
      'must be an unsigned integer of up to 32 bits, no array'
    )
  }
  validateObject(bits, `${named}.bits`)
  let used = 0
  if (Object.hasOwn(bits, '__proto__')) {
    throw new codes.ERR_INVALID_ARG_VALUE(`${named}.bits`, bits, 'must not have __proto__')
  }
  const parts = Object.entries(bits).map(([part, width]) => {
    validateInteger(width, `${named}.bits.${part}`, 1, size * 8 - used)
    used += width
    // The first bits of a big-endian integer are its highest, of a little-endian one its lowest.
    const shift = type.bigEndian ? size * 8 - used : used - width
    return { name: part, shift, mask: width === 32 ? 0xffffffff : 2 ** width - 1 }
  })
  if (parts.length === 0) throw new codes.ERR_INVALID_ARG_VALUE(`${named}.bits`, bits, 'must not be empty')
  return { is: 'bits', type, size, bits: parts }
}

/**
 * @param {any} description
 * @param {string} named
 * @returns {{ fields: Field[], size: number | undefined }} no size where records vary
 */
function layoutOf(description, named) {
  validateObject(description, named)
  const { fields: specs, size } = /** @type {any} */ (description)
  validateObject(specs, `${named}.fields`)
  /** @type {Field[]} */
  const fields = []
  let [at, end] = [0, 0]
  for (const [name, spec] of Object.entries(specs)) {
    if (name === '__proto__') throw new codes.ERR_INVALID_ARG_VALUE(`${named}.fields`, specs, 'must not have __proto__')
    const field = fieldOf(name, spec, fields)
    if (field.offset === -1) field.offset = at
    at = field.offset + field.size * field.count
    end = Math.max(end, at)
    fields.push(field)
  }
  if (fields.length === 0) throw new codes.ERR_INVALID_ARG_VALUE(`${named}.fields`, specs, 'must not be empty')
  const varies = fields.some(({ lengthField }) => lengthField !== undefined)
  if (varies && (size !== undefined || fields.some((_, n) => isMoved(fields, n)))) {
    throw new codes.ERR_INVALID_ARG_VALUE(named, description, 'of variable length takes neither size nor offsets')
  }
  if (size !== undefined) validateInteger(size, `${named}.size`, end, MOST)
  return { fields, size: varies ? undefined : (size ?? end) }
}

/**
 * Whether a field does not follow the one before.
 * @param {Field[]} fields
 * @param {number} n
 */
function isMoved(fields, n) {
  const expected = n === 0 ? 0 : fields[n - 1].offset + fields[n - 1].size * fields[n - 1].count
  return fields[n].offset !== expected
}

/**
 * Whether numbers, texts and bytes fill a record without a gap, so that writing them all writes all of it.
 * @param {Field[]} fields
 * @param {number | undefined} size
 */
function isDense(fields, size) {
  const { count, offset, size: width } = fields[fields.length - 1]
  const isPlain = fields.every(({ is }, n) => is !== 'bits' && is !== 'struct' && !isMoved(fields, n))
  return isPlain && offset + width * count === size
}

module.exports = { isDense, layoutOf }
