'use strict'

// Netstrings (D. J. Bernstein, 1997): a decimal length, a colon, so many bytes, a comma.

const { codes } = require('../internal/errors.js')
const { validateObject } = require('../internal/validators.js')
const { ChunkList } = require('../buffer/chunk-list.js')
const { contentOf, maxFrameBytesOf } = require('./content.js')

const ZERO = 48
const NINE = 57
const COLON = 58
const COMMA = 44
/** Digits of the largest length that can be. */
const MOST_DIGITS = 16

class NetstringDecoder {
  #codec
  #begun = new ChunkList()
  /** Digits and colon of the frame that has begun. */
  #header = 0
  /** The bytes of that frame with header and comma; 0 as long as the header is not whole. */
  #needed = 0

  /** @param {Netstring} codec */
  constructor(codec) {
    this.#codec = codec
  }

  /**
   * @param {Buffer} chunk
   * @param {any[]} messages
   */
  push(chunk, messages) {
    let at = this.#begun.length === 0 ? 0 : this.#endBegun(chunk, messages)
    while (at < chunk.length && this.#measure(chunk, at) && at + this.#needed <= chunk.length) {
      const end = at + this.#needed
      this.#take(chunk.subarray(at, end), messages)
      at = end
    }
    if (at < chunk.length) this.#begun.append(at === 0 ? chunk : chunk.subarray(at))
  }

  end() {
    if (this.#begun.length > 0) throw new codes.ERR_NET_FRAME_TRUNCATED(this.#begun.length)
  }

  /**
   * @param {Buffer} frame
   * @param {any[]} messages
   */
  #take(frame, messages) {
    if (frame[frame.length - 1] !== COMMA) throw new codes.ERR_NET_FRAME_INVALID('a netstring ends with a comma')
    this.#needed = 0
    messages.push(this.#codec.content.read(frame.subarray(this.#header, -1)))
  }

  /**
   * Reads digits and colon at an offset. False if they are not whole.
   * @param {Buffer} bytes
   * @param {number} at
   */
  #measure(bytes, at) {
    const { maxFrameBytes } = this.#codec
    let length = 0
    for (let n = at; n < bytes.length; n++) {
      const byte = bytes[n]
      if (byte === COLON && n > at) {
        this.#header = n - at + 1
        this.#needed = this.#header + length + 1
        return true
      }
      const isLeadingZero = n > at && bytes[at] === ZERO
      if (byte < ZERO || byte > NINE || isLeadingZero || n - at >= MOST_DIGITS) {
        throw new codes.ERR_NET_FRAME_INVALID('a netstring begins with its length in decimal digits and a colon')
      }
      length = length * 10 + byte - ZERO
      if (length > maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
    }
    return false
  }

  /**
   * @param {Buffer} chunk
   * @param {any[]} messages
   * @returns {number} where the next frame starts
   */
  #endBegun(chunk, messages) {
    const isMeasured = this.#needed > 0 || this.#measure(this.#begun.head(chunk, MOST_DIGITS + 1), 0)
    const missing = isMeasured ? this.#needed - this.#begun.length : Number.POSITIVE_INFINITY
    if (chunk.length < missing) {
      this.#begun.append(chunk)
      return chunk.length
    }
    this.#take(this.#begun.take(chunk.subarray(0, missing)), messages)
    return missing
  }
}

class Netstring {
  /** @param {import('../../types/net.js').FrameOptions} options */
  constructor(options) {
    this.content = contentOf(options)
    this.maxFrameBytes = maxFrameBytesOf(options)
  }

  createDecoder() {
    return new NetstringDecoder(this)
  }

  /** @param {unknown} message */
  encode(message) {
    const body = this.content.write(message)
    if (body.length > this.maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(this.maxFrameBytes)
    return [Buffer.from(`${body.length}:`), body, Buffer.from(',')]
  }
}

/** @param {import('../../types/net.js').FrameOptions} [options] */
function netstring(options = {}) {
  validateObject(options, 'options')
  return new Netstring(options)
}

module.exports = { netstring }
