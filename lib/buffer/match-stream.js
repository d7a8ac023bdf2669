'use strict'

// The matches of a MultiFinder over a stream of chunks. A window is what was kept and the next chunk. Of leftmost
// matches those are final that start so early that every pattern which starts there or before ends in the window; from
// the first position that is not, or from the last match's end, the window is kept.

const { validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { plain } = require('./raw.js')

/** @typedef {{ count: number, patternIds: Uint32Array, starts: Float64Array, ends: Float64Array }} StreamMatches */
/** @typedef {import('./multi-finder.js').Matches} Matches */

class MatchStream {
  #finder
  #longest
  #window = Buffer.alloc(0)
  #kept = 0
  /** The offset in the stream of the window's first byte. */
  #base = 0

  /**
   * @param {{ kind: string, findAll: (bytes: NodeJS.ArrayBufferView) => Matches }} finder
   * @param {number} longest
   */
  constructor(finder, longest) {
    this.#finder = finder
    this.#longest = Math.max(1, longest)
  }

  /**
   * @param {NodeJS.ArrayBufferView} chunk
   * @returns {StreamMatches}
   */
  push(chunk) {
    validateView(chunk, 'chunk')
    const window = this.#append(uint8Of(plain(chunk)))
    const found = this.#finder.findAll(window)
    if (this.#finder.kind === 'overlapping') return this.#overlapping(window, found)
    const settled = Math.max(0, window.length - this.#longest + 1)
    let count = 0
    while (count < found.count && found.starts[count] < settled) count++
    const matches = this.#matches(found, 0, count)
    this.#keep(window, count === 0 ? settled : Math.max(settled, found.ends[count - 1]))
    return matches
  }

  /**
   * Ends the stream: what only more bytes could have changed. It is ready for another stream then.
   * @returns {StreamMatches}
   */
  flush() {
    const found = this.#finder.findAll(this.#window.subarray(0, this.#kept))
    // Overlapping matches were reported as soon as they ended.
    const matches = this.#matches(found, 0, this.#finder.kind === 'overlapping' ? 0 : found.count)
    this.#kept = 0
    this.#base = 0
    return matches
  }

  /** @param {Uint8Array} chunk */
  #append(chunk) {
    const length = this.#kept + chunk.length
    if (this.#window.length < length) {
      const larger = Buffer.alloc(length + this.#longest)
      this.#window.copy(larger, 0, 0, this.#kept)
      this.#window = larger
    }
    this.#window.set(chunk, this.#kept)
    return this.#window.subarray(0, length)
  }

  /**
   * @param {Buffer} window
   * @param {Matches} found
   */
  #overlapping(window, found) {
    // Matches come in the order of their ends; those within what was kept were reported before.
    let first = 0
    while (first < found.count && found.ends[first] <= this.#kept) first++
    const matches = this.#matches(found, first, found.count)
    this.#keep(window, Math.max(0, window.length - this.#longest + 1))
    return matches
  }

  /**
   * @param {Buffer} window
   * @param {number} from
   */
  #keep(window, from) {
    this.#window.copyWithin(0, from, window.length)
    this.#kept = window.length - from
    this.#base += from
  }

  /**
   * @param {Matches} found
   * @param {number} first
   * @param {number} end
   * @returns {StreamMatches}
   */
  #matches({ ends, patternIds, starts }, first, end) {
    const base = this.#base
    return {
      count: end - first,
      patternIds: patternIds.slice(first, end),
      starts: Float64Array.from(starts.subarray(first, end), (offset) => offset + base),
      ends: Float64Array.from(ends.subarray(first, end), (offset) => offset + base),
    }
  }
}

module.exports = { MatchStream }
