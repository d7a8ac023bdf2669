'use strict'

// Lines of a stream of bytes. The splitting is LineSplitter's; here a line is measured before the splitter sees its end,
// so that what comes before a line that is too long is still handed over.

const { Transform } = require('node:stream')

const { LineSplitter } = require('../buffer/splitters.js')
const { codes } = require('../internal/errors.js')
const { validateFunction, validateInteger, validateObject, validateOneOf } = require('../internal/validators.js')
const { batchSize, pushAll } = require('./batches.js')

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const MOST_BYTES = 16 * 2 ** 20
/** @type {('utf8' | 'latin1' | 'buffer')[]} */
const ENCODINGS = ['utf8', 'latin1', 'buffer']

class Lines extends Transform {
  #splitter
  #most
  #batch
  #encoding
  #map
  /** Bytes of the line that has not ended. */
  #open = 0
  #lastByte = 0

  /** @param {import('../../types/stream.js').LinesOptions<any>} options */
  constructor(options) {
    const { batch = true, encoding = 'utf8', map, maxLengthBytes = MOST_BYTES } = options
    validateOneOf(encoding, 'options.encoding', ENCODINGS)
    validateInteger(maxLengthBytes, 'options.maxLengthBytes', 1)
    if (map !== undefined) validateFunction(map, 'options.map')
    const size = batchSize(batch)
    super({ readableObjectMode: true, readableHighWaterMark: size === 0 ? 16 : 2, signal: options.signal })
    this.#splitter = new LineSplitter({ encoding })
    this.#most = maxLengthBytes
    this.#batch = size
    this.#encoding = encoding
    this.#map = map
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {(error?: Error | null) => void} callback
   */
  _transform(chunk, _encoding, callback) {
    if (chunk.length === 0) return callback()
    const end = this.#open + chunk.length > this.#most ? this.#endOfFitting(chunk) : chunk.length
    try {
      this.#hand(this.#splitter.push(end === chunk.length ? chunk : chunk.subarray(0, end)))
    } catch (error) {
      return callback(/** @type {Error} */ (error))
    }
    if (end < chunk.length) return callback(new codes.ERR_STREAM_LINE_TOO_LONG(this.#most))
    const last = chunk.lastIndexOf(LINE_FEED)
    this.#open = last === -1 ? this.#open + chunk.length : chunk.length - last - 1
    this.#lastByte = chunk[chunk.length - 1]
    callback()
  }

  /** @param {(error?: Error | null) => void} callback */
  _flush(callback) {
    const lines = this.#splitter.flush()
    // A carriage return is part of a line end only where a line feed follows.
    if (lines.length > 0 && this.#lastByte === CARRIAGE_RETURN) {
      lines[0] = this.#encoding === 'buffer' ? Buffer.concat([lines[0], Buffer.from('\r')]) : `${lines[0]}\r`
    }
    try {
      this.#hand(lines)
    } catch (error) {
      return callback(/** @type {Error} */ (error))
    }
    callback()
  }

  /**
   * Up to where a chunk's lines are no longer than they may be.
   * @param {Buffer} chunk
   */
  #endOfFitting(chunk) {
    let start = 0
    let begun = this.#open
    while (begun + chunk.length - start > this.#most) {
      const end = chunk.indexOf(LINE_FEED, start)
      if (end === -1 || begun + end - start > this.#most) return start
      start = end + 1
      begun = 0
    }
    return chunk.length
  }

  /** @param {any[]} lines */
  #hand(lines) {
    const map = this.#map
    if (map === undefined) return pushAll(this, lines, this.#batch)
    const mapped = []
    for (const line of lines) {
      const value = map(line)
      // As a stream's end cannot be an item, null is none either.
      if (value !== undefined && value !== null) mapped.push(value)
    }
    pushAll(this, mapped, this.#batch)
  }
}

/** @param {import('../../types/stream.js').LinesOptions<any>} [options] */
function lines(options = {}) {
  validateObject(options, 'options')
  return new Lines(options)
}

module.exports = { lines }
