'use strict'

const { codes } = require('../internal/errors.js')

/**
 * What Node's hashes take: a string stands for its UTF-8 bytes.
 * @param {unknown} value
 * @param {string} name
 * @returns {NodeJS.ArrayBufferView}
 */
function bytesOf(value, name) {
  if (typeof value === 'string') return Buffer.from(value)
  if (!ArrayBuffer.isView(value)) {
    throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value)
  }
  return /** @type {NodeJS.ArrayBufferView} */ (value)
}

module.exports = { bytesOf }
