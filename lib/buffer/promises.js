'use strict'

// The promise forms: the work runs on the CPU threads, on copies. What takes less time than to hand it over is done at
// once.

const { promisify } = require('node:util')

const { codes } = require('../internal/errors.js')
const { runJob } = require('../internal/jobs.js')
const { validateInteger, validateObject, validateOneOf } = require('../internal/validators.js')
const slots = require('../internal/values/slots.js')
const compression = require('./compression.js')
const { inflateOptions, levelOf } = require('./compression-options.js')
const { OUTPUT_ENCODINGS, blake3Options, encoded, xxhOptions } = require('./hash-options.js')
const { findAll } = require('./find-job.js')
const hashes = require('./hashes.js')
const { bytesOf } = require('./input.js')
const lz4 = require('./lz4-jobs.js')
const { plain, raw, unshared } = require('./raw.js')
const thresholds = require('./thresholds.js')

const XXH3 = 0
const BLAKE3 = 1
const SHA256 = 2
/** The bytes of a branch that one job hashes; native code says the same. */
const SUBTREE = 2 ** 19
/** Parts below this cost ratio and are not quicker. */
const LEAST_BLOCK = 2 ** 14
const DEFAULT_BLOCK = 2 ** 20
const NOTHING = new Uint8Array(0)
/** The last byte of a decompressed value: the rest is the content, not the input, given back since it was refused. */
const CONTENT = 0

/**
 * Node's own, that says what is wrong with bytes.
 * @param {number} format
 */
const nodes = (format) => promisify(require('node:zlib')[compression.NODES[format]])

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
  }, bytes)
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
  const { context, key, outputEncoding, outputLength } = blake3Options(options)
  if (key !== undefined || context !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'options',
      options,
      'have a key or a context: createHash() and blake3() take them'
    )
  }
  if (bytes.byteLength < thresholds.blake3Job) return hashes.blake3(bytes, options)
  if (bytes.byteLength < 2 * SUBTREE) return encoded(await digestOf(BLAKE3, bytes, outputLength), outputEncoding)
  return encoded(await byAllThreads(plain(bytes), outputLength), outputEncoding)
}

/**
 * BLAKE3 is a tree: its large branches are hashed by as many threads as there are, and put together here.
 * @param {NodeJS.ArrayBufferView} bytes
 * @param {number} outputLength
 */
async function byAllThreads(bytes, outputLength) {
  const all = slots.bytesOf(bytes) ?? NOTHING
  const { length } = all
  const branches = []
  for (let start = 0; start < length; start += SUBTREE) {
    const branch = all.subarray(start, start + SUBTREE)
    branches.push(runJob((port, id) => raw().blake3SubtreeJob(port, id, branch, start), branch))
  }
  const digest = Buffer.allocUnsafe(outputLength)
  raw().blake3Merge(Buffer.concat(await Promise.all(branches)), length, digest)
  return digest
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {object} [options]
 */
async function sha256(data, options = {}) {
  const bytes = bytesOf(data, 'data')
  validateObject(options, 'options')
  const { outputEncoding = 'hex' } = /** @type {any} */ (options)
  validateOneOf(outputEncoding, 'options.outputEncoding', OUTPUT_ENCODINGS)
  if (bytes.byteLength < thresholds.sha256Job)
    return encoded(require('node:crypto').createHash('sha256').update(bytes).digest(), outputEncoding)
  return encoded(await digestOf(SHA256, bytes, 32), outputEncoding)
}

/**
 * @param {number} format
 * @param {number} level
 * @param {NodeJS.ArrayBufferView} bytes unshared
 * @returns {Promise<Buffer>}
 */
function deflateJob(format, level, bytes) {
  return runJob((port, id) => raw().deflateJob(port, id, format, level, bytes), bytes)
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
    return deflateJob(format, level, bytes)
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
    const value = await runJob((port, id) => raw().inflateJob(port, id, format, bytes, maxOutput), bytes)
    const rest = value.subarray(0, -1)
    return value[rest.length] === CONTENT ? rest : nodes(format)(rest, { maxOutputLength: maxOutput })
  }
}

/**
 * @param {string | NodeJS.ArrayBufferView} data
 * @param {{ level?: number, blockBytes?: number }} [options]
 * @returns {Promise<Buffer>}
 */
async function gzipParallel(data, options = {}) {
  const bytes = slots.bytesOf(plain(bytesOf(data, 'data'))) ?? NOTHING
  const level = levelOf(options)
  const { blockBytes = DEFAULT_BLOCK } = options
  validateInteger(blockBytes, 'options.blockBytes', LEAST_BLOCK)
  const members = []
  let start = 0
  do {
    members.push(deflateJob(compression.GZIP, level, bytes.subarray(start, start + blockBytes)))
    start += blockBytes
  } while (start < bytes.length)
  return Buffer.concat(await Promise.all(members))
}

const promises = {
  blake3,
  deflate: compressing(compression.ZLIB, compression.deflate),
  deflateRaw: compressing(compression.RAW, compression.deflateRaw),
  findAll,
  gunzip: decompressing(compression.GZIP, compression.gunzip),
  gzip: compressing(compression.GZIP, compression.gzip),
  inflate: decompressing(compression.ZLIB, compression.inflate),
  inflateRaw: decompressing(compression.RAW, compression.inflateRaw),
  lz4,
  sha256,
  xxh3,
}

module.exports = { gzipParallel, promises }
