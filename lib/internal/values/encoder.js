'use strict'

// Captures values into a growable arena, at the call: what is written later sees no later mutation.
//
// One walk writes everything, in the realm of the caller; there is no v8.Serializer per value, because its set-up
// alone costs more than writing a small object here, it loses an error's code and own fields inside a Map, and in a
// test runner's realm it makes objects of another realm. The clone rules are structuredClone's (see `structure.js`).

const tags = require('./tags.js')
const { processShapes } = require('./registry.js')
const { ShapeTree } = require('./shapes.js')

/**
 * Replaced by its namesake when the first object is met: threads whose values are none start the quicker for it.
 * @type {typeof import('./structure.js').writeObject}
 */
let writeObject = (encoder, value) => {
  ;({ writeObject } = require('./structure.js'))
  return writeObject(encoder, value)
}

const INITIAL_BYTES = 4096
// An arena that one large value made larger than this is given back at the next reset.
const KEPT_BYTES = 1 << 20
// Below this length a loop over the characters costs less than a call into Node.
const LOOPED_TEXT = 16
const LINEAR_SEEN = 12

class Encoder {
  /**
   * @param {{ initialBytes?: number, sharedText?: boolean, attachFrom?: number, shapes?: import('./shapes.js').Registry | null }} [options]
   *   attachFrom: bytes of this length and longer are copied into `attachments` instead of the arena
   *   shapes: the process's unless given; null writes all keys out. sharedText: strings are collected in `text`, for the batch to carry beside its bytes, instead of written inline
   */
  constructor(options = {}) {
    this.initialBytes = options.initialBytes ?? INITIAL_BYTES
    this.sharedText = options.sharedText ?? false
    this.attachFrom = options.attachFrom ?? Number.POSITIVE_INFINITY
    /** Copies of large bytes, for the owner to take and send. @type {ArrayBuffer[]} */
    this.attachments = []
    /** The characters of all strings since `reset()`, in the order of writing; '' unless sharedText. */
    this.text = ''
    this.shapes = new ShapeTree(options.shapes === undefined ? processShapes : options.shapes)
    /** The first objects of the value being written, by their number; never shrunk, which would cost a new list each. */
    this.seen = new Array(LINEAR_SEEN).fill(null)
    this.numbered = 0
    /** The further ones. @type {Map<object, number> | null} */
    this.seenMore = null
    this.repeated = false
    /** Objects that the one being written is in. */
    this.depth = 0
    /** What has been written: bytes[0, position). The Buffer is another one after it has grown. @type {Buffer} */
    this.bytes = Buffer.allocUnsafeSlow(this.initialBytes)
    /** @type {DataView} */
    this.view = new DataView(this.bytes.buffer)
    this.position = 0
  }

  /** Starts an empty arena; the Buffer is reused. */
  reset() {
    this.position = 0
    this.text = ''
    if (this.bytes.length > KEPT_BYTES) this.adopt(Buffer.allocUnsafeSlow(this.initialBytes))
  }

  /**
   * Makes room for `count` bytes at `position`, for a module's own headers.
   * @param {number} count
   */
  reserve(count) {
    const needed = this.position + count
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, needed))
    this.bytes.copy(grown, 0, 0, this.position)
    this.adopt(grown)
  }

  /** @param {Buffer} bytes */
  adopt(bytes) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  /**
   * Captures one value. What cannot be cloned throws DataCloneError and leaves the arena as it was.
   * @param {unknown} value
   */
  append(value) {
    if (typeof value !== 'object' || value === null) return this.write(value)
    const start = this.position
    const text = this.text
    try {
      this.write(value)
      if (this.repeated) this.markGraph(start)
    } catch (error) {
      this.position = start
      this.text = text
      throw error
    } finally {
      this.forget(0)
      this.repeated = false
      this.depth = 0
    }
  }

  /** A point to rewind to within one value. */
  mark() {
    return { position: this.position, text: this.text, numbered: this.numbered, depth: this.depth }
  }

  /** @param {{ position: number, text: string, numbered: number, depth: number }} mark */
  rewind(mark) {
    this.position = mark.position
    this.text = mark.text
    this.depth = mark.depth
    this.forget(mark.numbered)
  }

  /** @param {number} start */
  markGraph(start) {
    this.reserve(1)
    this.bytes.copyWithin(start + 1, start, this.position)
    this.bytes[start] = tags.GRAPH
    this.position++
  }

  /** @param {any} value */
  write(value) {
    if (typeof value === 'number') this.writeNumber(value)
    else if (typeof value === 'string') this.writeString(value)
    else if (typeof value === 'object' && value !== null) writeObject(this, value)
    else if (value === undefined) this.tag(tags.UNDEFINED)
    else if (value === null) this.tag(tags.NULL)
    else if (value === true) this.tag(tags.TRUE)
    else if (value === false) this.tag(tags.FALSE)
    else if (typeof value === 'bigint') this.writeBigInt(value)
    else throw require('../errors.js').dataCloneError(`${String(value)} could not be cloned.`)
  }

  /** @param {number} tag */
  tag(tag) {
    this.reserve(1)
    this.bytes[this.position++] = tag
  }

  /** @param {number} value */
  writeNumber(value) {
    this.reserve(9)
    const position = this.position
    // -0 is equal to its int32 form, but not the same value
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      if (value >= -128 && value < 128) {
        this.bytes[position] = tags.INT8
        this.bytes[position + 1] = value
        this.position = position + 2
      } else {
        this.bytes[position] = tags.INT32
        this.view.setInt32(position + 1, value, true)
        this.position = position + 5
      }
    } else {
      this.bytes[position] = tags.DOUBLE
      this.view.setFloat64(position + 1, value, true)
      this.position = position + 9
    }
  }

  /** @param {number} value */
  writeDouble(value) {
    this.reserve(8)
    this.view.setFloat64(this.position, value, true)
    this.position += 8
  }

  /** @param {number} length */
  writeLength(length) {
    this.reserve(5)
    if (length < 255) {
      this.bytes[this.position++] = length
      return
    }
    this.bytes[this.position] = 255
    this.view.setUint32(this.position + 1, length, true)
    this.position += 5
  }

  /** @param {string} value */
  writeString(value) {
    const length = value.length
    if (this.sharedText) {
      this.tag(tags.SHARED_TEXT)
      this.writeLength(length)
      this.text += value
    } else if (length > LOOPED_TEXT || !this.writeShort(value, length)) {
      this.writeLong(value, length)
    }
  }

  /**
   * @param {string} value
   * @param {number} length
   * @returns {boolean} false: it is not latin1, and nothing was written
   */
  writeShort(value, length) {
    this.reserve(2 + length)
    const bytes = this.bytes
    const position = this.position
    let all = 0
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      all |= unit
      bytes[position + 2 + i] = unit
    }
    if (all > 255) return false
    bytes[position] = tags.TEXT8
    bytes[position + 1] = length
    this.position = position + 2 + length
    return true
  }

  /**
   * @param {string} value
   * @param {number} length
   */
  writeLong(value, length) {
    // Two bytes per character hold everything, also lone surrogates; one byte where all of it is ASCII.
    const ascii = Buffer.byteLength(value) === length
    this.tag(ascii ? tags.TEXT8 : tags.TEXT16)
    this.writeLength(length)
    this.reserve(ascii ? length : length * 2)
    this.position += this.bytes.write(value, this.position, ascii ? 'latin1' : 'utf16le')
  }

  /** @param {bigint} value */
  writeBigInt(value) {
    this.tag(tags.BIGINT)
    this.writeString(value.toString(16))
  }

  /**
   * Bytes behind their length.
   * @param {Uint8Array} bytes made for this: of a user's own the length could say anything
   */
  writeBytes(bytes) {
    const { length } = bytes
    this.writeLength(length)
    this.reserve(length)
    this.bytes.set(bytes, this.position)
    this.position += length
  }

  /**
   * Copies large bytes beside the arena and writes which attachment they are.
   * @param {Uint8Array} bytes as in `writeBytes`
   */
  attach(bytes) {
    const copy = Buffer.allocUnsafeSlow(bytes.length)
    copy.set(bytes)
    this.writeLength(this.attachments.push(/** @type {ArrayBuffer} */ (copy.buffer)) - 1)
  }

  /**
   * Numbers an object of this value; where it already has a number, writes a reference instead.
   * @param {object} value
   * @returns {boolean} true: it was written before
   */
  refer(value) {
    const { numbered, seen } = this
    const few = Math.min(numbered, LINEAR_SEEN)
    for (let number = 0; number < few; number++) {
      if (seen[number] === value) return this.repeat(number)
    }
    if (numbered < LINEAR_SEEN) {
      seen[numbered] = value
    } else {
      this.seenMore ??= new Map()
      const number = this.seenMore.get(value)
      if (number !== undefined) return this.repeat(number)
      this.seenMore.set(value, numbered)
    }
    this.numbered = numbered + 1
    return false
  }

  /** @param {number} number */
  repeat(number) {
    this.repeated = true
    this.tag(tags.REF)
    this.writeLength(number)
    return true
  }

  /**
   * Lets go of the objects from this number on.
   * @param {number} from
   */
  forget(from) {
    for (let number = from; number < this.numbered && number < LINEAR_SEEN; number++) this.seen[number] = null
    if (this.seenMore !== null) {
      if (from <= LINEAR_SEEN) this.seenMore = null
      else for (const [value, number] of this.seenMore) if (number >= from) this.seenMore.delete(value)
    }
    this.numbered = from
  }
}

module.exports = { Encoder }
