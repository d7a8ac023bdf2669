'use strict'

const { codes } = require('../internal/errors.js')
const { validateBoolean, validateInteger, validateObject } = require('../internal/validators.js')
const { bytesOf, uint8Of } = require('./input.js')
const { inflateOptions } = require('./compression-options.js')
const { plain, raw } = require('./raw.js')

const TOO_LARGE = -1
const CORRUPT = 'LZ4'
/** What a block cannot exceed: its length is in an unsigned 32-bit integer, and the format's own limit. */
const MOST_INPUT = 0x7e000000
const PREFIX = 4
/** LZ4 cannot do better: a length beyond it is a lie. */
const BEST_RATIO = 256

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @returns {Buffer}
 */
function compress(data) {
  const out = Buffer.allocUnsafe(raw().lz4CompressFrame(plain(bytesOf(data, 'data'))))
  raw().takeResult(out)
  return out
}

/**
 * @param {NodeJS.ArrayBufferView} data
 * @param {object} [options]
 * @returns {Buffer}
 */
function decompress(data, options = {}) {
  const frame = plain(bytesOf(data, 'data'))
  const { maxOutput } = inflateOptions(options)
  const length = raw().lz4DecompressFrame(frame, maxOutput)
  if (length === TOO_LARGE) throw new codes.ERR_BUFFER_TOO_LARGE(maxOutput)
  if (length < 0) throw new codes.ERR_BUFFER_CORRUPT_DATA(CORRUPT)
  const out = Buffer.allocUnsafe(length)
  raw().takeResult(out)
  return out
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {{ prependSize?: boolean }} [options]
 * @returns {Buffer}
 */
function compressBlock(data, options = {}) {
  const bytes = plain(bytesOf(data, 'data'))
  validateObject(options, 'options')
  const { prependSize = true } = options
  validateBoolean(prependSize, 'options.prependSize')
  validateInteger(bytes.byteLength, 'data.byteLength', 0, MOST_INPUT)
  const start = prependSize ? PREFIX : 0
  const out = Buffer.allocUnsafe(start + raw().lz4CompressBlock(bytes))
  if (prependSize) out.writeUInt32LE(bytes.byteLength)
  raw().takeResult(out.subarray(start))
  return out
}

/**
 * @param {NodeJS.ArrayBufferView} data
 * @param {{ length?: number, maxOutput?: number }} [options]
 * @returns {Buffer}
 */
function decompressBlock(data, options = {}) {
  let block = uint8Of(plain(bytesOf(data, 'data')))
  const { maxOutput } = inflateOptions(options)
  let { length } = options
  if (length === undefined) {
    if (block.length < PREFIX) throw new codes.ERR_BUFFER_CORRUPT_DATA(CORRUPT)
    length = new DataView(block.buffer, block.byteOffset).getUint32(0, true)
    block = block.subarray(PREFIX)
  } else validateInteger(length, 'options.length', 0)
  if (length > maxOutput) throw new codes.ERR_BUFFER_TOO_LARGE(maxOutput)
  if (length > block.length * BEST_RATIO) throw new codes.ERR_BUFFER_CORRUPT_DATA(CORRUPT)
  const out = Buffer.allocUnsafe(length)
  if (!raw().lz4DecompressBlock(block, out)) throw new codes.ERR_BUFFER_CORRUPT_DATA(CORRUPT)
  return out
}

module.exports = { compress, compressBlock, decompress, decompressBlock }
