'use strict'

// Bytes in the chunks that they came in, as one sequence: nothing is joined but what is asked for across a border. Each
// chunk's place in the whole sequence is kept, so that any offset is found by halving, not by walking.

const { Buffer } = require('node:buffer')

const { codes } = require('../internal/errors.js')
const { validateInteger, validateString } = require('../internal/validators.js')
const { BufferOn } = require('./input.js')
const { outputOf } = require('./output.js')
const { chunkOf, searchOf } = require('./queue-search.js')

/** Consumed chunks are cut off when they are so many, and half of all. */
const MOST_CONSUMED = 512

/** Where the bytes of a number across a border are put together. */
const scratch = Buffer.alloc(8)

const EMPTY = Buffer.alloc(0)

/** So few bytes are copied by a loop before a call would be. */
const FEW_BYTES = 64

class ByteQueue {
  /** @type {Buffer[]} */
  #chunks = []
  /**
   * The offset of each chunk, counted from the first byte that was ever appended.
   * @type {number[]}
   */
  #starts = []
  /** The first chunk with bytes that are not consumed, by its index. */
  #head = 0
  /** That chunk, and where in it the first byte is: most of what is asked for is there. */
  /** @type {Buffer} */
  #first = EMPTY
  #at = 0
  /** Its memory, and where it begins there: V8 answers that by calls. */
  /** @type {ArrayBufferLike} */
  #memory = EMPTY.buffer
  #base = 0
  #consumed = 0
  #end = 0
  /** What was searched for last: most searches are for the same. */
  /** @type {string | number | undefined} */
  #needle
  /** @type {ReturnType<typeof searchOf> | undefined} */
  #search

  /** @param {(string | NodeJS.ArrayBufferView)[]} chunks */
  constructor(...chunks) {
    for (const chunk of chunks) this.append(chunk)
  }

  get length() {
    return this.#end - this.#consumed
  }

  /**
   * @param {string | NodeJS.ArrayBufferView} chunk
   * @returns {this}
   */
  append(chunk) {
    const bytes = chunkOf(chunk, 'chunk')
    if (bytes.length > 0) {
      if (this.#end === this.#consumed) this.#begin(bytes, 0)
      this.#chunks.push(bytes)
      this.#starts.push(this.#end)
      this.#end += bytes.length
    }
    return this
  }

  /**
   * @param {Buffer} first
   * @param {number} at
   */
  #begin(first, at) {
    this.#first = first
    this.#at = at
    this.#memory = first.buffer
    this.#base = first.byteOffset
  }

  /**
   * @param {number} length
   * @returns {this}
   */
  consume(length) {
    validateInteger(length, 'length', 0)
    if (length < this.#first.length - this.#at) {
      this.#at += length
      this.#consumed += length
    } else this.#consumeChunks(Math.min(this.#consumed + length, this.#end))
    return this
  }

  /** @param {number} consumed */
  #consumeChunks(consumed) {
    this.#consumed = consumed
    while (this.#head < this.#chunks.length && this.#endOf(this.#head) <= consumed) this.#head++
    if (this.#head === this.#chunks.length || (this.#head > MOST_CONSUMED && this.#head * 2 > this.#chunks.length)) {
      this.#chunks.splice(0, this.#head)
      this.#starts.splice(0, this.#head)
      this.#head = 0
    }
    if (this.#chunks.length === 0) this.#begin(EMPTY, 0)
    else this.#begin(this.#chunks[this.#head], consumed - this.#starts[this.#head])
  }

  /**
   * @param {number} length
   * @returns {Buffer}
   */
  peek(length) {
    validateInteger(length, 'length', 0)
    return this.slice(0, length)
  }

  /**
   * @param {number} length
   * @returns {Buffer}
   */
  shift(length) {
    const bytes = this.peek(length)
    this.consume(bytes.length)
    return bytes
  }

  /**
   * @param {number} [start]
   * @param {number} [end]
   * @returns {Buffer}
   */
  slice(start = 0, end = this.length) {
    validateInteger(start, 'start', 0)
    validateInteger(end, 'end', 0)
    if (start <= end && end <= this.#first.length - this.#at) {
      return new BufferOn(this.#memory, this.#base + this.#at + start, end - start)
    }
    const from = this.#consumed + Math.min(start, this.length)
    const until = this.#consumed + Math.min(end, this.length)
    if (until <= from) return Buffer.alloc(0)
    const index = this.#find(from)
    const chunk = this.#chunks[index]
    const at = from - this.#starts[index]
    if (until - from <= chunk.length - at) return chunk.subarray(at, at + until - from)
    const out = Buffer.allocUnsafe(until - from)
    this.#copy(index, from, out)
    return out
  }

  /**
   * @param {NodeJS.ArrayBufferView} target
   * @param {number} [targetStart]
   * @param {number} [start]
   * @param {number} [end]
   * @returns {number}
   */
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const out = outputOf(target, 'target')
    validateInteger(targetStart, 'targetStart', 0, out.length)
    validateInteger(start, 'start', 0)
    validateInteger(end, 'end', 0)
    const from = Math.min(start, this.length)
    const length = Math.min(Math.min(end, this.length) - from, out.length - targetStart)
    if (length <= 0) return 0
    const part = Buffer.from(out.buffer, out.byteOffset + targetStart, length)
    this.#copy(this.#find(this.#consumed + from), this.#consumed + from, part)
    return length
  }

  /**
   * @param {number} offset
   * @returns {number | undefined}
   */
  get(offset) {
    validateInteger(offset, 'offset', 0)
    if (offset >= this.length) return undefined
    const index = this.#find(this.#consumed + offset)
    return this.#chunks[index][this.#consumed + offset - this.#starts[index]]
  }

  /**
   * @param {string | number | NodeJS.ArrayBufferView | import('./finder.js').Finder} needle
   * @param {number} [from]
   * @returns {number}
   */
  indexOf(needle, from = 0) {
    validateInteger(from, 'from', 0)
    const search = this.#searchFor(needle)
    if (from >= this.length) return -1
    let at = this.#consumed + from
    for (let index = this.#find(at); index < this.#chunks.length; index++) {
      const start = this.#starts[index]
      const end = this.#endOf(index)
      const found = search.find(this.#chunks[index], at - start)
      if (found !== -1) return start + found - this.#consumed
      const across = this.#acrossBorder(search, Math.max(at, end - search.length + 1), end)
      if (across !== -1) return across - this.#consumed
      at = end
    }
    return -1
  }

  /** @param {string | number | NodeJS.ArrayBufferView | import('./finder.js').Finder} needle */
  #searchFor(needle) {
    if (typeof needle === 'object') return searchOf(needle)
    if (this.#search === undefined || needle !== this.#needle) {
      this.#search = searchOf(needle)
      this.#needle = needle
    }
    return this.#search
  }

  /**
   * @param {BufferEncoding} [encoding]
   * @param {number} [start]
   * @param {number} [end]
   */
  toString(encoding = 'utf8', start = 0, end = this.length) {
    validateString(encoding, 'encoding')
    return this.slice(start, end).toString(encoding)
  }

  /**
   * A number of so many bytes at an offset: where they lie in one chunk they are read there.
   * @param {number} offset
   * @param {number} width
   * @param {(this: Buffer, at: number) => any} read
   */
  _read(offset, width, read) {
    validateInteger(offset, 'offset', 0)
    if (this.#at + offset + width <= this.#first.length) return read.call(this.#first, this.#at + offset)
    if (offset + width > this.length) {
      throw new codes.ERR_OUT_OF_RANGE('offset', `>= 0 and <= ${this.length - width}`, offset)
    }
    const from = this.#consumed + offset
    const index = this.#find(from)
    const chunk = this.#chunks[index]
    const at = from - this.#starts[index]
    if (at + width <= chunk.length) return read.call(chunk, at)
    this.#copy(index, from, scratch.subarray(0, width))
    return read.call(scratch, 0)
  }

  /** @param {number} index */
  #endOf(index) {
    return this.#starts[index] + this.#chunks[index].length
  }

  /**
   * The chunk that holds a byte of the sequence.
   * @param {number} at
   */
  #find(at) {
    let low = this.#head
    if (at < this.#endOf(low)) return low
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle] <= at) low = middle
      else high = middle - 1
    }
    return low
  }

  /**
   * Fills `out` from a place in the sequence on, which has as many bytes.
   * @param {number} index of the chunk there
   * @param {number} from
   * @param {Buffer} out
   */
  #copy(index, from, out) {
    let filled = 0
    let at = from - this.#starts[index]
    for (let n = index; filled < out.length; n++) {
      const chunk = this.#chunks[n]
      const length = Math.min(chunk.length - at, out.length - filled)
      if (length < FEW_BYTES) {
        for (let byte = 0; byte < length; byte++) out[filled + byte] = chunk[at + byte]
      } else if (length === chunk.length) out.set(chunk, filled)
      else chunk.copy(out, filled, at, at + length)
      filled += length
      at = 0
    }
  }

  /**
   * A match that starts at `from` or later and before `border`, and ends behind it.
   * @param {ReturnType<typeof searchOf>} search
   * @param {number} from
   * @param {number} border
   */
  #acrossBorder(search, from, border) {
    if (from >= border) return -1
    const start = from - this.#consumed
    const window = this.slice(start, border - this.#consumed + search.length - 1)
    const found = window.length < search.length ? -1 : search.find(window, 0)
    return found === -1 ? -1 : from + found
  }
}

const READERS = {
  UInt8: 1,
  Int8: 1,
  UInt16LE: 2,
  UInt16BE: 2,
  Int16LE: 2,
  Int16BE: 2,
  UInt32LE: 4,
  UInt32BE: 4,
  Int32LE: 4,
  Int32BE: 4,
  FloatLE: 4,
  FloatBE: 4,
  DoubleLE: 8,
  DoubleBE: 8,
  BigUInt64LE: 8,
  BigUInt64BE: 8,
  BigInt64LE: 8,
  BigInt64BE: 8,
}

for (const [name, width] of Object.entries(READERS)) {
  const read = /** @type {any} */ (Buffer.prototype)[`read${name}`]
  Object.defineProperty(ByteQueue.prototype, `read${name}`, {
    /**
     * @this {ByteQueue}
     * @param {number} [offset]
     */
    value(offset = 0) {
      return this._read(offset, width, read)
    },
    writable: true,
    configurable: true,
  })
}

// V8 throws away what it has compiled of these methods when it collects the garbage while there is no queue, as between
// one connection and the next: so there always is one.
module.exports = { ByteQueue, kept: new ByteQueue() }
