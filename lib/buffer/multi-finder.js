'use strict'

const { codes } = require('../internal/errors.js')
const { validateBoolean, validateObject, validateOneOf, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { plain, raw, rebuilt, unshared } = require('./raw.js')
const { MatchStream } = require('./match-stream.js')
const { joinReplacements, replaceByFunction } = require('./replacements.js')

const MAX_UINT32 = 2 ** 32 - 1
/** @typedef {'leftmost-first' | 'leftmost-longest' | 'overlapping'} MatchKind */
/** @type {MatchKind[]} */
const KINDS = ['leftmost-first', 'leftmost-longest', 'overlapping']

/**
 * @typedef {object} Matches
 * @property {number} count
 * @property {Uint32Array} patternIds
 * @property {Uint32Array | Float64Array} starts
 * @property {Uint32Array | Float64Array} ends
 */

/**
 * @param {unknown} patterns
 * @returns {{ joined: Uint8Array, ends: Uint32Array }}
 */
function joinPatterns(patterns) {
  if (!Array.isArray(patterns)) throw new codes.ERR_INVALID_ARG_TYPE('patterns', 'Array', patterns)
  // Not map(), which would leave out what an array leaves out.
  const pieces = Array.from(patterns, (pattern, index) => {
    const name = `patterns[${index}]`
    if (typeof pattern !== 'string' && !ArrayBuffer.isView(pattern)) {
      throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], pattern)
    }
    const bytes = typeof pattern === 'string' ? Buffer.from(pattern) : uint8Of(pattern)
    if (bytes.length === 0) throw new codes.ERR_INVALID_ARG_VALUE(name, pattern, 'must not be empty')
    return bytes
  })
  let total = 0
  const ends = Uint32Array.from(pieces, (piece) => (total += piece.length))
  if (total > MAX_UINT32) throw new codes.ERR_OUT_OF_RANGE('patterns', `at most ${MAX_UINT32} bytes together`, total)
  return { joined: Buffer.concat(pieces), ends }
}

/**
 * The native automaton of a MultiFinder, for this module's jobs.
 * @type {(finder: MultiFinder) => unknown}
 */
let nativeMultiFinder

class MultiFinder {
  static {
    nativeMultiFinder = (finder) => finder.#native
  }

  /** An external: the native automaton lives as long as this object. */
  #native
  #kind
  #size
  /** The bytes of the longest pattern. */
  #longest

  /**
   * @param {(string | NodeJS.ArrayBufferView)[]} patterns
   * @param {{ kind?: MatchKind, caseInsensitive?: boolean }} [options]
   */
  constructor(patterns, options = {}) {
    validateObject(options, 'options')
    const { kind = 'leftmost-first', caseInsensitive = false } = options
    validateOneOf(kind, 'options.kind', KINDS)
    validateBoolean(caseInsensitive, 'options.caseInsensitive')
    const { joined, ends } = joinPatterns(patterns)
    this.#kind = kind
    this.#size = ends.length
    this.#longest = ends.reduce((most, end, n) => Math.max(most, end - (n === 0 ? 0 : ends[n - 1])), 0)
    try {
      this.#native = raw().multiFinder(joined, ends, KINDS.indexOf(kind), caseInsensitive)
    } catch (error) {
      throw rebuilt(error)
    }
  }

  get kind() {
    return this.#kind
  }

  /** How many patterns it has. */
  get size() {
    return this.#size
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @returns {boolean}
   */
  test(bytes) {
    validateView(bytes, 'bytes')
    try {
      return raw().multiFinderTest(this.#native, bytes)
    } catch (error) {
      return raw().multiFinderTest(this.#native, unshared(bytes, error))
    }
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @returns {Matches}
   */
  findAll(bytes) {
    validateView(bytes, 'bytes')
    return this.#take(this.#scan(bytes), bytes.byteLength)
  }

  /** Finds the same in a stream of chunks, also across their borders. */
  stream() {
    return new MatchStream(this, this.#longest)
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {string | NodeJS.ArrayBufferView | (string | NodeJS.ArrayBufferView)[] | Function} replacement
   * @returns {Buffer}
   */
  replaceAll(bytes, replacement) {
    validateView(bytes, 'bytes')
    if (this.#kind === 'overlapping') {
      throw new codes.ERR_INVALID_ARG_VALUE('kind', this.#kind, 'cannot be used to replace: matches overlap')
    }
    // One copy of shared memory for both passes: what was found must be what is replaced.
    const whole = plain(bytes)
    if (typeof replacement === 'function') {
      return replaceByFunction(whole, this.findAll(whole), replacement)
    }
    const { joined, ends } = joinReplacements(replacement, this.#size)
    this.#scan(whole)
    const out = Buffer.allocUnsafe(raw().multiFinderReplacedLength(whole.byteLength, ends))
    raw().multiFinderReplace(whole, joined, ends, out)
    return out
  }

  /**
   * Searches, and leaves the matches in native code for one `multiFinderTake` or `multiFinderReplace`.
   * @param {NodeJS.ArrayBufferView} bytes
   * @returns {number} how many
   */
  #scan(bytes) {
    try {
      return raw().multiFinderScan(this.#native, bytes)
    } catch (error) {
      return raw().multiFinderScan(this.#native, unshared(bytes, error))
    }
  }

  /**
   * @param {number} count
   * @param {number} length
   * @returns {Matches}
   */
  #take(count, length) {
    const Offsets = length > MAX_UINT32 ? Float64Array : Uint32Array
    const patternIds = new Uint32Array(count)
    const starts = new Offsets(count)
    const ends = new Offsets(count)
    if (count > 0) raw().multiFinderTake(patternIds, starts, ends)
    return { count, patternIds, starts, ends }
  }
}

module.exports = { MultiFinder, nativeMultiFinder }
