'use strict'

// Reads back what an Encoder captured: a cursor over an arena. See tags.js for the format.

const { markAsUntransferable } = require('node:worker_threads')
const tags = require('./tags.js')
const { processShapes } = require('./registry.js')
const { ShapeTable } = require('./shapes.js')

/**
 * Replaced by its namesake when the first object is met: threads whose values are none start the quicker for it.
 * @type {typeof import('./restore.js').readStructure}
 */
let readStructure = (decoder, tag) => {
  ;({ readStructure } = require('./restore.js'))
  return readStructure(decoder, tag)
}

// Up to this length a string is made of its characters faster than by a call into Node.
const LOOPED_TEXT = 10
/** Reused argument lists, by length. @type {number[][]} */
const units = Array.from({ length: LOOPED_TEXT + 1 }, (_, length) => new Array(length).fill(0))

/** What Node makes Buffers by, without the checks of Buffer.from(). */
const FastBuffer = /** @type {new (memory: ArrayBufferLike, offset: number, length: number) => Buffer} */ (
  /** @type {any} */ (Buffer)[Symbol.species]
)

/**
 * Node's Buffer as it is; its types leave these three out.
 * @typedef {Buffer & Record<'latin1Slice' | 'ucs2Slice' | 'utf8Slice', (start: number, end: number) => string>} Arena
 */

class Decoder {
  /** @param {{ shapes?: import('./shapes.js').Registry | null }} [options] shapes: as the Encoder's */
  constructor(options = {}) {
    this.shapes = new ShapeTable(options.shapes ?? processShapes)
    /** Objects of the value being read by their number, while `graph`. @type {object[]} */
    this.objects = []
    this.graph = false
    this.bytes = /** @type {Arena} */ (Buffer.alloc(0))
    /** @type {DataView} */
    this.view = new DataView(this.bytes.buffer, 0, 0)
    this.position = 0
    /** Whether Buffers may be views of the arena, which then belongs to this reader for good. */
    this.owned = false
    /** Whether there are such views: the arena must not be written to again. */
    this.exposed = false
    this.text = ''
    this.textPosition = 0
    /** What travelled beside the arena, for the value to be read next. @type {ArrayBuffer[]} */
    this.attachments = []
  }

  /**
   * Puts the cursor on an arena.
   * @param {Buffer} bytes
   * @param {number} [position]
   * @param {boolean} [owned] Buffers may be views of `bytes`: nobody writes to it any more
   */
  open(bytes, position = 0, owned = false) {
    if (this.bytes !== bytes) {
      this.bytes = /** @type {Arena} */ (bytes)
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      this.exposed = false
    }
    this.position = position
    this.owned = owned
  }

  /**
   * The shared text that belongs to the arena.
   * @param {string} text
   * @param {number} [position]
   */
  openText(text, position = 0) {
    this.text = text
    this.textPosition = position
  }

  /** Reads the value at the cursor and moves behind it. */
  next() {
    if (this.bytes[this.position] !== tags.GRAPH) return this.read()
    this.position++
    this.graph = true
    try {
      return this.read()
    } finally {
      this.graph = false
      this.objects = []
    }
  }

  /** @returns {any} */
  read() {
    const position = this.position
    const tag = this.bytes[position]
    this.position = position + 1
    switch (tag) {
      case tags.UNDEFINED:
        return undefined
      case tags.NULL:
        return null
      case tags.TRUE:
        return true
      case tags.FALSE:
        return false
      case tags.INT8:
        this.position = position + 2
        return (this.bytes[position + 1] << 24) >> 24
      case tags.INT32:
        this.position = position + 5
        return this.view.getInt32(position + 1, true)
      case tags.DOUBLE:
        this.position = position + 9
        return this.view.getFloat64(position + 1, true)
      case tags.SHARED_TEXT:
        return this.readSharedText()
      case tags.TEXT8:
        return this.readText8()
      case tags.TEXT16:
        return this.readText16()
      default:
        return readStructure(this, tag)
    }
  }

  readByte() {
    return this.bytes[this.position++]
  }

  readUint32() {
    const value = this.view.getUint32(this.position, true)
    this.position += 4
    return value
  }

  readDouble() {
    const value = this.view.getFloat64(this.position, true)
    this.position += 8
    return value
  }

  readLength() {
    const short = this.bytes[this.position++]
    return short < 255 ? short : this.readUint32()
  }

  readSharedText() {
    const start = this.textPosition
    this.textPosition = start + this.readLength()
    return this.text.substring(start, this.textPosition)
  }

  readText8() {
    const length = this.readLength()
    const start = this.position
    this.position = start + length
    if (length > LOOPED_TEXT) return this.bytes.latin1Slice(start, start + length)
    const list = units[length]
    for (let i = 0; i < length; i++) list[i] = this.bytes[start + i]
    return String.fromCharCode.apply(null, list)
  }

  readText16() {
    const length = this.readLength() * 2
    const start = this.position
    this.position = start + length
    return this.bytes.ucs2Slice(start, start + length)
  }

  /**
   * Bytes behind their length, as a view of the arena.
   * @returns {Buffer}
   */
  readBytes() {
    const length = this.readLength()
    const start = this.position
    this.position = start + length
    return this.bytes.subarray(start, start + length)
  }

  /**
   * A Buffer: a view of the arena where that is owned, else a copy.
   * @returns {Buffer}
   */
  readBuffer() {
    if (!this.owned) return Buffer.from(this.readBytes())
    const length = this.readLength()
    const start = this.position
    this.position = start + length
    return this.viewOf(start, this.position)
  }

  /**
   * A view of the arena, which has to be owned.
   * @param {number} start
   * @param {number} end
   * @returns {Buffer}
   */
  viewOf(start, end) {
    const { buffer, byteOffset } = this.bytes
    if (!this.exposed) {
      this.exposed = true
      // Other messages are in it: as with Node's own pool, transferring one of its views must not detach it.
      markAsUntransferable(/** @type {any} */ (buffer))
    }
    return new FastBuffer(buffer, byteOffset + start, end - start)
  }

  /**
   * Numbers an object that has just been made; its content may refer to it.
   * @template {object} T
   * @param {T} object
   * @returns {T}
   */
  made(object) {
    if (this.graph) this.objects.push(object)
    return object
  }
}

module.exports = { Decoder }
