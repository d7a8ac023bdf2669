'use strict'

// The promise forms: the input is copied when the function is called, the work runs on the CPU threads.

const { runJob } = require('../internal/jobs.js')
const { blake3Options, encoded, xxhOptions } = require('./hash-options.js')
const { bytesOf } = require('./input.js')
const { raw, unshared } = require('./raw.js')

const XXH3 = 0
const BLAKE3 = 1

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
  return encoded(await digestOf(BLAKE3, bytes, outputLength), outputEncoding)
}

module.exports = { blake3, xxh3 }
