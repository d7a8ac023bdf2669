'use strict'

const { codes } = require('../internal/errors.js')
const { uint8Of } = require('./input.js')

const TYPES = ['string', 'Buffer', 'TypedArray', 'DataView']

/**
 * @param {unknown} value
 * @param {string} name
 * @param {string[]} expected
 * @returns {Uint8Array}
 */
function bytesOf(value, name, expected) {
  if (typeof value === 'string') return Buffer.from(value)
  if (!ArrayBuffer.isView(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, expected, value)
  return uint8Of(value)
}

/**
 * One replacement for all patterns, or one for each.
 * @param {unknown} replacement
 * @param {number} patterns
 * @returns {{ joined: Uint8Array, ends: Uint32Array }}
 */
function joinReplacements(replacement, patterns) {
  const each = Array.isArray(replacement)
  if (each && replacement.length !== patterns) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'replacement',
      replacement,
      `must have one entry for each of ${patterns} patterns`
    )
  }
  const pieces = each
    ? replacement.map((piece, index) => bytesOf(piece, `replacement[${index}]`, TYPES))
    : [bytesOf(replacement, 'replacement', [...TYPES, 'Array', 'Function'])]
  let total = 0
  const ends = Uint32Array.from(pieces, (piece) => (total += piece.length))
  if (total >= 2 ** 32) throw new codes.ERR_OUT_OF_RANGE('replacement', 'less than 4 GiB together', total)
  return { joined: Buffer.concat(pieces), ends }
}

/**
 * @param {NodeJS.ArrayBufferView} view
 * @param {import('./multi-finder.js').Matches} matches
 * @param {Function} replacement
 * @returns {Buffer}
 */
function replaceByFunction(view, { count, ends, patternIds, starts }, replacement) {
  const bytes = uint8Of(view)
  const pieces = []
  let copied = 0
  for (let i = 0; i < count; i++) {
    const piece = replacement({ patternId: patternIds[i], start: starts[i], end: ends[i] })
    pieces.push(bytes.subarray(copied, starts[i]), bytesOf(piece, 'replacement()', TYPES))
    copied = ends[i]
  }
  pieces.push(bytes.subarray(copied))
  return Buffer.concat(pieces)
}

module.exports = { joinReplacements, replaceByFunction }
