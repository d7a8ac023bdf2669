'use strict'

const { fileURLToPath } = require('node:url')
const { codes } = require('../internal/errors.js')

/**
 * A string without NUL, which would end it early for the operating system.
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is string}
 */
function validateText(value, name) {
  if (typeof value !== 'string') throw new codes.ERR_INVALID_ARG_TYPE(name, 'string', value)
  if (value.includes('\0')) throw new codes.ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes')
}

/**
 * A path, given as it is or as a file: URL.
 * @param {unknown} value
 * @param {string} name
 * @returns {string}
 */
function pathOf(value, name) {
  if (typeof value !== 'string' && !isUrl(value)) throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'URL'], value)
  const path = typeof value === 'string' ? value : fileURLToPath(value)
  validateText(path, name)
  return path
}

/**
 * Also one of another realm.
 * @param {any} value
 * @returns {value is URL}
 */
function isUrl(value) {
  return typeof value?.href === 'string' && typeof value.protocol === 'string'
}

module.exports = { pathOf, validateText }
