'use strict'

const { constants } = require('node:buffer')

const { uint8Of } = require('../buffer/input.js')
const { codes } = require('../internal/errors.js')
const { validateInteger, validateOneOf } = require('../internal/validators.js')

const MOST_BYTES = 16 * 2 ** 20

/**
 * What messages are, and the bytes that they stand for in a frame.
 * @typedef {object} Content
 * @property {(bytes: Buffer) => any} read
 * @property {(message: any) => Uint8Array} write
 */

/** @param {unknown} message */
function bytesOf(message) {
  if (typeof message === 'string') return Buffer.from(message)
  if (ArrayBuffer.isView(message)) return uint8Of(message)
  throw new codes.ERR_INVALID_ARG_TYPE('message', ['string', 'Buffer', 'TypedArray', 'DataView'], message)
}

/** @type {Record<string, Content>} */
const CONTENTS = {
  buffer: { read: (bytes) => bytes, write: bytesOf },
  utf8: { read: (bytes) => bytes.toString(), write: bytesOf },
  latin1: {
    read: (bytes) => bytes.toString('latin1'),
    write: (message) => (typeof message === 'string' ? Buffer.from(message, 'latin1') : bytesOf(message)),
  },
  json: { read: (bytes) => JSON.parse(bytes.toString()), write: jsonOf },
}

/** @param {unknown} message */
function jsonOf(message) {
  const text = JSON.stringify(message)
  if (text === undefined) throw new codes.ERR_INVALID_ARG_VALUE('message', message, 'is nothing that JSON has')
  return Buffer.from(text)
}

/**
 * @param {{ encoding?: 'buffer' | 'utf8' | 'latin1' | 'json' }} options
 * @returns {Content}
 */
function contentOf({ encoding = 'buffer' }) {
  validateOneOf(encoding, 'options.encoding', ['buffer', 'utf8', 'latin1', 'json'])
  return CONTENTS[encoding]
}

/** @param {{ maxFrameBytes?: number }} options */
function maxFrameBytesOf({ maxFrameBytes = MOST_BYTES }) {
  validateInteger(maxFrameBytes, 'options.maxFrameBytes', 1, constants.MAX_LENGTH)
  return maxFrameBytes
}

module.exports = { bytesOf, contentOf, maxFrameBytesOf }
