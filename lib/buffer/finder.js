'use strict'

const { codes } = require('../internal/errors.js')
const { validateInteger, validateView } = require('../internal/validators.js')
const { uint8Of } = require('./input.js')
const { raw, unshared } = require('./raw.js')
const thresholds = require('./thresholds.js')

const MAX_UINT32 = 2 ** 32 - 1
/** Node's search takes and gives offsets as 32-bit integers. */
const NODES_MOST_BYTES = 2 ** 31 - 1
const { indexOf, lastIndexOf } = Buffer.prototype

/**
 * The native search of a Finder, for this module's jobs.
 * @type {(finder: Finder) => unknown}
 */
let nativeFinder

class Finder {
  static {
    nativeFinder = (finder) => finder.#native()
  }

  /**
   * An external: the native search lives as long as this object. Made when it is first needed: what is made in a loop is
   * not released before the loop ends.
   * @type {any}
   */
  #made
  #needle

  /** @param {string | NodeJS.ArrayBufferView} needle */
  constructor(needle) {
    if (typeof needle !== 'string' && !ArrayBuffer.isView(needle)) {
      throw new codes.ERR_INVALID_ARG_TYPE('needle', ['string', 'Buffer', 'TypedArray', 'DataView'], needle)
    }
    // A copy: the caller's may change.
    this.#needle = typeof needle === 'string' ? Buffer.from(needle) : Buffer.from(uint8Of(needle))
    if (this.#needle.length === 0) throw new codes.ERR_INVALID_ARG_VALUE('needle', needle, 'must not be empty')
  }

  /** How many bytes the needle has. */
  get needleLength() {
    return this.#needle.length
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [from]
   * @returns {number}
   */
  find(bytes, from = 0) {
    validateView(bytes, 'bytes')
    validateInteger(from, 'from', 0)
    if (this.#isNodes(bytes)) {
      return indexOf.call(/** @type {any} */ (bytes), this.#needle.length === 1 ? this.#needle[0] : this.#needle, from)
    }
    try {
      return raw().finderFind(this.#native(), bytes, from)
    } catch (error) {
      return raw().finderFind(this.#native(), unshared(bytes, error), from)
    }
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @param {number} [from]
   * @returns {number}
   */
  lastIndexOf(bytes, from = Number.MAX_SAFE_INTEGER) {
    validateView(bytes, 'bytes')
    validateInteger(from, 'from', 0)
    if (this.#isNodes(bytes)) {
      const needle = this.#needle.length === 1 ? this.#needle[0] : this.#needle
      return lastIndexOf.call(/** @type {any} */ (bytes), needle, Math.min(from, bytes.byteLength))
    }
    try {
      return raw().finderFindLast(this.#native(), bytes, from)
    } catch (error) {
      return raw().finderFindLast(this.#native(), unshared(bytes, error), from)
    }
  }

  /**
   * @param {NodeJS.ArrayBufferView} bytes
   * @returns {Uint32Array | Float64Array}
   */
  findAll(bytes) {
    validateView(bytes, 'bytes')
    let count
    try {
      count = raw().finderScan(this.#native(), bytes)
    } catch (error) {
      count = raw().finderScan(this.#native(), unshared(bytes, error))
    }
    const offsets = bytes.byteLength > MAX_UINT32 ? new Float64Array(count) : new Uint32Array(count)
    if (count > 0) raw().finderTake(offsets)
    return offsets
  }

  #native() {
    this.#made ??= raw().finder(this.#needle)
    return this.#made
  }

  /**
   * Where Node's search is done before native code is reached: few bytes, or a needle of one.
   * @param {NodeJS.ArrayBufferView} bytes
   */
  #isNodes(bytes) {
    if (/** @type {Uint8Array} */ (bytes).BYTES_PER_ELEMENT !== 1 || bytes.byteLength === 0) return false
    return bytes.byteLength < thresholds.find || (this.#needle.length === 1 && bytes.byteLength <= NODES_MOST_BYTES)
  }
}

module.exports = { Finder, NODES_MOST_BYTES, nativeFinder }
