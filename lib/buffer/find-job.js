'use strict'

// findAll as a job on the CPU threads: the matches come as the bytes of the arrays that they are delivered in.

const { codes } = require('../internal/errors.js')
const { runJob } = require('../internal/jobs.js')
const { validateView } = require('../internal/validators.js')
const { Finder, nativeFinder } = require('./finder.js')
const { MultiFinder, nativeMultiFinder } = require('./multi-finder.js')
const { plain, raw } = require('./raw.js')
const thresholds = require('./thresholds.js')

const MAX_UINT32 = 2 ** 32 - 1

/**
 * Some of the bytes as an array on memory of its own.
 * @param {any} Offsets
 * @param {Buffer} value
 * @param {number} start
 * @param {number} count
 */
function offsetsOf(Offsets, value, start, count) {
  const offsets = new Offsets(count)
  value.copy(Buffer.from(offsets.buffer), 0, start, start + offsets.byteLength)
  return offsets
}

/**
 * @param {Finder | MultiFinder} finder
 * @param {NodeJS.ArrayBufferView} bytes
 * @returns {Promise<any>} what the finder's findAll returns
 */
async function findAll(finder, bytes) {
  const many = finder instanceof MultiFinder
  if (!many && !(finder instanceof Finder)) {
    throw new codes.ERR_INVALID_ARG_TYPE('finder', ['Finder', 'MultiFinder'], finder)
  }
  validateView(bytes, 'bytes')
  if (bytes.byteLength < thresholds.findJob) return finder.findAll(bytes)
  const haystack = plain(bytes)
  const Offsets = haystack.byteLength > MAX_UINT32 ? Float64Array : Uint32Array
  const width = Offsets.BYTES_PER_ELEMENT
  if (!many) {
    const value = await runJob((port, id) => raw().finderJob(port, id, nativeFinder(finder), haystack), haystack)
    return offsetsOf(Offsets, value, 0, value.length / width)
  }
  const value = await runJob(
    (port, id) => raw().multiFinderJob(port, id, nativeMultiFinder(finder), haystack),
    haystack
  )
  const count = value.length / (4 + 2 * width)
  return {
    count,
    patternIds: offsetsOf(Uint32Array, value, 0, count),
    starts: offsetsOf(Offsets, value, 4 * count, count),
    ends: offsetsOf(Offsets, value, (4 + width) * count, count),
  }
}

module.exports = { findAll }
