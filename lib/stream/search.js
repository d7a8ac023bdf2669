'use strict'

const { Transform } = require('node:stream')

const { MultiFinder } = require('../buffer/multi-finder.js')
const { validateObject } = require('../internal/validators.js')
const { batchSize } = require('./batches.js')

/** @typedef {ReturnType<ReturnType<MultiFinder['stream']>['flush']>} StreamMatches */

class Search extends Transform {
  #matches
  #isBatched

  /**
   * @param {MultiFinder} finder
   * @param {import('../../types/stream.js').SearchOptions} options
   */
  constructor(finder, options) {
    const isBatched = batchSize(options.batch ?? true) !== 0
    super({ readableObjectMode: true, readableHighWaterMark: isBatched ? 2 : 16, signal: options.signal })
    this.#matches = finder.stream()
    this.#isBatched = isBatched
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {() => void} callback
   */
  _transform(chunk, _encoding, callback) {
    this.#hand(this.#matches.push(chunk))
    callback()
  }

  /** @param {() => void} callback */
  _flush(callback) {
    this.#hand(this.#matches.flush())
    callback()
  }

  /** @param {StreamMatches} found */
  #hand(found) {
    if (found.count === 0) return
    if (this.#isBatched) return this.push(found)
    for (let n = 0; n < found.count; n++) {
      this.push({ patternId: found.patternIds[n], start: found.starts[n], end: found.ends[n] })
    }
  }
}

/**
 * @param {(string | NodeJS.ArrayBufferView)[] | MultiFinder} patterns
 * @param {import('../../types/stream.js').SearchOptions} [options]
 */
function search(patterns, options = {}) {
  validateObject(options, 'options')
  const { kind, caseInsensitive } = options
  const finder = patterns instanceof MultiFinder ? patterns : new MultiFinder(patterns, { kind, caseInsensitive })
  return new Search(finder, options)
}

module.exports = { search }
