'use strict'

// The promise forms: the input is copied when the function is called, the work runs on the CPU threads. What takes less
// time than to hand it over is done at once.

const { promisify } = require('node:util')
const zlib = require('node:zlib')

const { runJob } = require('../internal/jobs.js')
const { validateInteger } = require('../internal/validators.js')
const compression = require('./compression.js')
const { inflateOptions, levelOf } = require('./compression-options.js')
const { blake3Options, encoded, xxhOptions } = require('./hash-options.js')
const hashes = require('./hashes.js')
const { bytesOf } = require('./input.js')
const { plain, raw, unshared } = require('./raw.js')
const thresholds = require('./thresholds.js')

const XXH3 = 0
const BLAKE3 = 1
/** Parts below this cost ratio and are not quicker. */
const LEAST_BLOCK = 2 ** 14
const DEFAULT_BLOCK = 2 ** 20
/** The last byte of a decompressed value: the rest is the content, not the input, given back since it was refused. */
const CONTENT = 0

/** @type {Record<number, (bytes: any, options: zlib.ZlibOptions) => Promise<Buffer>>} */
const nodes = {
  [compression.RAW]: promisify(zlib.inflateRaw),
  [compression.ZLIB]: promisify(zlib.inflate),
  [compression.GZIP]: promisify(zlib.gunzip),
}

/**
 * @param {number} algorithm
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {number} outputLength
 * @param {bigint} [seed]
 * @returns {Promise<Buffer>}
 */
function digestOf(algorithm, bytes, outputLength, seed) {
  return runJob((port, id) => {
    try {
      raw().hashJob(port, id, algorithm, bytes, outputLength, seed)
    } catch (error) {
      raw().hashJob(port, id, algorithm, unshared(bytes, error), outputLength, seed)
    }
  })
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {object} [options]
 */
async function xxh3(data, options = {}) {
  const bytes = bytesOf(data, 'data')
  const { bits, outputEncoding, seed } = xxhOptions(options)
  if (bytes.byteLength < thresholds.xxh3Job) return hashes.xxh3(bytes, options)
  const digest = await digestOf(XXH3, bytes, bits / 8, seed)
  return outputEncoding === 'bigint' ? BigInt(`0x${digest.toString('hex')}`) : encoded(digest, outputEncoding)
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {object} [options]
 */
async function blake3(data, options = {}) {
  const bytes = bytesOf(data, 'data')
  const { outputEncoding, outputLength } = blake3Options(options)
  if (bytes.byteLength < thresholds.blake3Job) return hashes.blake3(bytes, options)
  return encoded(await digestOf(BLAKE3, bytes, outputLength), outputEncoding)
}

/**
 * @param {number} format
 * @param {number} level
 * @param {NodeJS.ArrayBufferView} bytes unshared
 * @param {number} start
 * @param {number} end
 * @returns {Promise<Buffer>}
 */
function deflateJob(format, level, bytes, start, end) {
  return runJob((port, id) => raw().deflateJob(port, id, format, level, bytes, start, end))
}

/**
 * @param {number} format
 * @param {(data: any, options: object) => Buffer} atOnce
 */
function compressing(format, atOnce) {
  /**
   * @param {string | NodeJS.ArrayBufferView} data
   * @param {object} [options]
   */
  return async (data, options = {}) => {
    const bytes = plain(bytesOf(data, 'data'))
    const level = levelOf(options)
    if (bytes.byteLength < thresholds.deflateJob) return atOnce(bytes, options)
    return deflateJob(format, level, bytes, 0, bytes.byteLength)
  }
}

/**
 * @param {number} format
 * @param {(data: any, options: object) => Buffer} atOnce
 */
function decompressing(format, atOnce) {
  /**
   * @param {string | NodeJS.ArrayBufferView} data
   * @param {object} [options]
   */
  return async (data, options = {}) => {
    const bytes = plain(bytesOf(data, 'data'))
    const { maxOutput } = inflateOptions(options)
    if (bytes.byteLength < thresholds.inflateJob) return atOnce(bytes, options)
    /** @type {Buffer} */
    const value = await runJob((port, id) => raw().inflateJob(port, id, format, bytes, maxOutput))
    const rest = value.subarray(0, -1)
    return value[rest.length] === CONTENT ? rest : nodes[format](rest, { maxOutputLength: maxOutput })
  }
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {{ level?: number, blockBytes?: number }} [options]
 * @returns {Promise<Buffer>}
 */
async function gzipParallel(data, options = {}) {
  const bytes = plain(bytesOf(data, 'data'))
  const level = levelOf(options)
  const { blockBytes = DEFAULT_BLOCK } = options
  validateInteger(blockBytes, 'options.blockBytes', LEAST_BLOCK)
  const members = []
  let start = 0
  do {
    const end = Math.min(start + blockBytes, bytes.byteLength)
    members.push(deflateJob(compression.GZIP, level, bytes, start, end))
    start = end
  } while (start < bytes.byteLength)
  return Buffer.concat(await Promise.all(members))
}

const promises = {
  blake3,
  deflate: compressing(compression.ZLIB, compression.deflate),
  deflateRaw: compressing(compression.RAW, compression.deflateRaw),
  gunzip: decompressing(compression.GZIP, compression.gunzip),
  gzip: compressing(compression.GZIP, compression.gzip),
  inflate: decompressing(compression.ZLIB, compression.inflate),
  inflateRaw: decompressing(compression.RAW, compression.inflateRaw),
  xxh3,
}

module.exports = { gzipParallel, promises }
