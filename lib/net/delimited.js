'use strict'

// Frames that end with a delimiter. A frame is measured before the splitter sees its end, so that what comes before one
// that is too large is still handed over.

const { DelimiterSplitter } = require('../buffer/splitters.js')
const { codes } = require('../internal/errors.js')
const { validateObject } = require('../internal/validators.js')
const { bytesOf, contentOf, maxFrameBytesOf } = require('./content.js')

class DelimiterDecoder {
  #codec
  #splitter
  /** Bytes of the frame that has begun. */
  #open = 0

  /** @param {Delimited} codec */
  constructor(codec) {
    this.#codec = codec
    this.#splitter = new DelimiterSplitter(codec.delimiter, { encoding: 'buffer' })
  }

  /**
   * @param {Buffer} chunk
   * @param {any[]} messages
   */
  push(chunk, messages) {
    const { content, delimiter, maxFrameBytes } = this.#codec
    // In parts no longer than a frame may be, so that one that is too large is met when those before it are out.
    const part = maxFrameBytes + delimiter.length
    for (let start = 0; start < chunk.length; start += part) {
      const piece = chunk.length <= part ? chunk : chunk.subarray(start, start + part)
      let bytes = this.#open + piece.length
      for (const frame of this.#splitter.push(piece)) {
        if (frame.length > maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
        bytes -= frame.length + delimiter.length
        messages.push(content.read(frame))
      }
      this.#open = bytes
      if (bytes >= part) throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
    }
  }

  end() {
    if (this.#open > 0) throw new codes.ERR_NET_FRAME_TRUNCATED(this.#open)
  }
}

class Delimited {
  /**
   * @param {string | NodeJS.ArrayBufferView} delimiter
   * @param {import('../../types/net.js').DelimitedOptions} options
   */
  constructor(delimiter, options) {
    this.delimiter = Buffer.from(bytesOf(delimiter))
    if (this.delimiter.length === 0) {
      throw new codes.ERR_INVALID_ARG_VALUE('delimiter', delimiter, 'must not be empty')
    }
    this.content = contentOf(options)
    this.maxFrameBytes = maxFrameBytesOf(options)
  }

  createDecoder() {
    return new DelimiterDecoder(this)
  }

  /** @param {unknown} message */
  encode(message) {
    const { delimiter, maxFrameBytes } = this
    const body = this.content.write(message)
    if (body.length > maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
    const framed = Buffer.concat([body, delimiter])
    if (framed.indexOf(delimiter) < body.length) {
      throw new codes.ERR_INVALID_ARG_VALUE('message', message, 'must not contain the delimiter')
    }
    return framed
  }
}

/**
 * @param {string | NodeJS.ArrayBufferView} delimiter
 * @param {import('../../types/net.js').DelimitedOptions} [options]
 */
function delimited(delimiter, options = {}) {
  validateObject(options, 'options')
  return new Delimited(delimiter, options)
}

module.exports = { delimited }
