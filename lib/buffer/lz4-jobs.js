'use strict'

// LZ4 as jobs on the CPU threads. LZ4 is so quick that only large inputs are worth the handover.

const { codes } = require('../internal/errors.js')
const { runJob } = require('../internal/jobs.js')
const { inflateOptions } = require('./compression-options.js')
const { bytesOf } = require('./input.js')
const lz4 = require('./lz4.js')
const { plain, raw } = require('./raw.js')
const thresholds = require('./thresholds.js')

/** Tasks as native code numbers them. */
const COMPRESS = 0
const DECOMPRESS = 1
const COMPRESS_BLOCK = 2
const DECOMPRESS_BLOCK = 3

/**
 * @param {number} task
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {number} number what the task has to know
 * @returns {Promise<Buffer>}
 */
async function run(task, bytes, number) {
  const made = await runJob((port, id) => raw().lz4Job(port, id, task, bytes, number), bytes)
  if (made === lz4.TOO_LARGE) throw new codes.ERR_BUFFER_TOO_LARGE(number)
  if (typeof made === 'number') throw new codes.ERR_BUFFER_CORRUPT_DATA(lz4.CORRUPT)
  return made
}

/** @param {string | NodeJS.ArrayBufferView} data */
async function compress(data) {
  const bytes = plain(bytesOf(data, 'data'))
  return bytes.byteLength < thresholds.lz4Job ? lz4.compress(bytes) : run(COMPRESS, bytes, 0)
}

/**
 * @param {NodeJS.ArrayBufferView} data
 * @param {{ maxOutput?: number }} [options]
 */
async function decompress(data, options = {}) {
  const frame = plain(bytesOf(data, 'data'))
  const { maxOutput } = inflateOptions(options)
  return frame.byteLength < thresholds.lz4Job ? lz4.decompress(frame, options) : run(DECOMPRESS, frame, maxOutput)
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {{ prependSize?: boolean }} [options]
 */
async function compressBlock(data, options = {}) {
  const { bytes, prefix } = lz4.blockInput(data, options)
  return bytes.byteLength < thresholds.lz4Job ? lz4.compressBlock(bytes, options) : run(COMPRESS_BLOCK, bytes, prefix)
}

/**
 * @param {NodeJS.ArrayBufferView} data
 * @param {{ length?: number, maxOutput?: number }} [options]
 */
async function decompressBlock(data, options = {}) {
  const { block, length } = lz4.blockOf(data, options)
  return length < thresholds.lz4Job ? lz4.decompressBlock(data, options) : run(DECOMPRESS_BLOCK, block, length)
}

module.exports = { compress, compressBlock, decompress, decompressBlock }
