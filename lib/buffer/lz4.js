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
 * @param {{ prependSize?: boolean }} options
 * @returns {{ bytes: NodeJS.ArrayBufferView, prefix: number }} how many bytes before the block are its content's length
 */
function blockInput(data, options) {
  const bytes = plain(bytesOf(data, 'data'))
  validateObject(options, 'options')
  const { prependSize = true } = options
  validateBoolean(prependSize, 'options.prependSize')
  validateInteger(bytes.byteLength, 'data.byteLength', 0, MOST_INPUT)
  return { bytes, prefix: prependSize ? PREFIX : 0 }
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {{ prependSize?: boolean }} [options]
 * @returns {Buffer}
 */
function compressBlock(data, options = {}) {
  const { bytes, prefix } = blockInput(data, options)
  const out = Buffer.allocUnsafe(prefix + raw().lz4CompressBlock(bytes))
  if (prefix > 0) out.writeUInt32LE(bytes.byteLength)
  raw().takeResult(out.subarray(prefix))
  return out
}

/**
 * @param {NodeJS.ArrayBufferView} data
 * @param {{ length?: number, maxOutput?: number }} options
 * @returns {{ block: Uint8Array, length: number }} without its prefix, and how long its content is said to be
 */
function blockOf(data, options) {
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
  return { block, length }
}

/**
 * @param {NodeJS.ArrayBufferView} data
 * @param {{ length?: number, maxOutput?: number }} [options]
 * @returns {Buffer}
 */
function decompressBlock(data, options = {}) {
  const { block, length } = blockOf(data, options)
  const out = Buffer.allocUnsafe(length)
  if (!raw().lz4DecompressBlock(block, out)) throw new codes.ERR_BUFFER_CORRUPT_DATA(CORRUPT)
  return out
}

module.exports = { CORRUPT, TOO_LARGE, blockInput, blockOf, compress, compressBlock, decompress, decompressBlock }
