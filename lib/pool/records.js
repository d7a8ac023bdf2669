'use strict'

// Records as the scheduler hands them out (tasks to a worker, completions to the owner): a cursor over a buffer that
// one call fills with as many as fit.
//
// Invariant: the buffer is filled again only when every record in it was passed, because they are read where they lie.

const { RECORD_HEADER, padded } = require('./wire.js')

class Records {
  #usualBytes
  #next = 0
  #end = 0
  /** @type {Buffer} */
  bytes = Buffer.alloc(0)
  #view = new DataView(this.bytes.buffer)
  /** Whether the buffer holds one large record alone and will not be written to again: Buffers may be views of it. */
  owned = false
  #at = 0
  /** Where the payload of the record at hand begins. */
  payload = 0
  /** How many bytes it has. */
  length = 0

  /** @param {number} usualBytes */
  constructor(usualBytes) {
    this.#usualBytes = usualBytes
    this.#use(usualBytes)
  }

  isEmpty() {
    return this.#next >= this.#end
  }

  /** Looks at the next record; false when there is none. */
  peek() {
    const at = this.#next
    if (at >= this.#end) return false
    this.#at = at
    this.payload = at + RECORD_HEADER
    this.length = this.#view.getUint32(at + 4, true)
    return true
  }

  /**
   * A word of the record at hand; see crates/core/src/pool/wire.rs for what it says.
   * @param {0 | 2 | 3} index
   */
  word(index) {
    return this.#view.getUint32(this.#at + 4 * index, true)
  }

  /** The last word of its payload. */
  lastWord() {
    return this.#view.getUint32(this.payload + this.length - 4, true)
  }

  /** Moves behind it; its words and its payload stay. */
  pass() {
    this.#next = this.payload + padded(this.length)
  }

  /** Before a call that fills: a buffer that one large record needed belongs to who reads that. */
  renew() {
    if (this.owned) this.#use(this.#usualBytes)
    this.owned = false
  }

  /**
   * The next record alone needs so many bytes: its buffer is its own, so what is in it need not be copied out again.
   * @param {number} bytes
   */
  grow(bytes) {
    this.#use(bytes)
    this.owned = true
  }

  /** @param {number} used bytes that a call has filled */
  filled(used) {
    this.#next = 0
    this.#end = used
  }

  /** @param {number} size */
  #use(size) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.bytes.buffer)
    this.filled(0)
  }
}

module.exports = { Records }
