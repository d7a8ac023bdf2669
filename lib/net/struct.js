'use strict'

// Records of a compiled struct, one after another. A record that has begun grows in memory that doubles, and is measured
// there again whenever more has come: it costs its length, and a few fields' reads for each chunk.

const { compileStruct } = require('../buffer/struct/index.js')
const { codes } = require('../internal/errors.js')
const { validateFunction, validateObject } = require('../internal/validators.js')
const { maxFrameBytesOf } = require('./content.js')

class StructDecoder {
  #codec
  #begun = Buffer.alloc(0)
  #length = 0

  /** @param {StructCodec} codec */
  constructor(codec) {
    this.#codec = codec
  }

  /**
   * @param {Buffer} chunk
   * @param {any[]} messages
   */
  push(chunk, messages) {
    const { maxFrameBytes, struct } = this.#codec
    const bytes = this.#length === 0 ? chunk : this.#append(chunk)
    let at = 0
    while (at < bytes.length) {
      const size = struct.recordSize(bytes, at)
      if (size > maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
      if (size === -1) break
      messages.push(struct.read(bytes, at))
      at += size
    }
    const left = bytes.length - at
    if (left >= maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
    if (at > 0 || bytes === chunk) this.#begun = Buffer.from(bytes.subarray(at))
    this.#length = left
  }

  end() {
    if (this.#length > 0) throw new codes.ERR_NET_FRAME_TRUNCATED(this.#length)
  }

  /** @param {Buffer} chunk */
  #append(chunk) {
    const length = this.#length + chunk.length
    if (this.#begun.length < length) {
      const larger = Buffer.allocUnsafe(length * 2)
      this.#begun.copy(larger, 0, 0, this.#length)
      this.#begun = larger
    }
    chunk.copy(this.#begun, this.#length)
    return this.#begun.subarray(0, length)
  }
}

class StructCodec {
  /**
   * @param {any} description of a struct, or one that is compiled
   * @param {{ maxFrameBytes?: number }} options
   */
  constructor(description, options) {
    validateObject(description, 'description')
    /** @type {ReturnType<typeof compileStruct>} */
    this.struct =
      'recordSize' in description ? /** @type {any} */ (description) : compileStruct(/** @type {any} */ (description))
    validateFunction(this.struct.recordSize, 'description.recordSize')
    this.maxFrameBytes = maxFrameBytesOf(options)
  }

  createDecoder() {
    return new StructDecoder(this)
  }

  /** @param {object} record */
  encode(record) {
    validateObject(record, 'message')
    const bytes = this.struct.pack([record])
    if (bytes.length > this.maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(this.maxFrameBytes)
    return bytes
  }
}

/**
 * @param {any} description
 * @param {{ maxFrameBytes?: number }} [options]
 */
function struct(description, options = {}) {
  validateObject(options, 'options')
  return new StructCodec(description, options)
}

module.exports = { struct }
