'use strict'

const { validateInteger } = require('../internal/validators.js')
const { bytesOf } = require('./input.js')
const { isSmall, raw, unshared } = require('./raw.js')
const thresholds = require('./thresholds.js')

const MAX_UINT32 = 2 ** 32 - 1
// Reversed polynomials.
const CRC32 = 0xedb88320
const CRC32C = 0x82f63b78

/** @type {Map<number, Int32Array>} */
const tables = new Map()

/** @param {number} polynomial */
function tableOf(polynomial) {
  let table = tables.get(polynomial)
  if (table === undefined) {
    table = Int32Array.from({ length: 256 }, (_, crc) => {
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
      return crc
    })
    tables.set(polynomial, table)
  }
  return table
}

/**
 * @param {Uint8Array} bytes
 * @param {number} value
 * @param {number} polynomial
 */
function inJavaScript(bytes, value, polynomial) {
  const table = tableOf(polynomial)
  let crc = ~value
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8)
  return ~crc >>> 0
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {number} [value]
 * @returns {number}
 */
function crc32(data, value = 0) {
  const bytes = bytesOf(data, 'data')
  validateInteger(value, 'value', 0, MAX_UINT32)
  if (isSmall(bytes, thresholds.crc32)) return inJavaScript(bytes, value, CRC32)
  try {
    return raw().crc32(bytes, value)
  } catch (error) {
    return raw().crc32(unshared(bytes, error), value)
  }
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {number} [value]
 * @returns {number}
 */
function crc32c(data, value = 0) {
  const bytes = bytesOf(data, 'data')
  validateInteger(value, 'value', 0, MAX_UINT32)
  if (isSmall(bytes, thresholds.crc32)) return inJavaScript(bytes, value, CRC32C)
  try {
    return raw().crc32c(bytes, value)
  } catch (error) {
    return raw().crc32c(unshared(bytes, error), value)
  }
}

module.exports = { crc32, crc32c }
