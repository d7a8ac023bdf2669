'use strict'

// Frames that begin with their length: as a number of 1, 2, 4 or 8 bytes, or as a varint (LEB128, as protobuf has it).

const { codes } = require('../internal/errors.js')
const { validateBoolean, validateObject, validateOneOf } = require('../internal/validators.js')
const { ChunkList } = require('../buffer/chunk-list.js')
const { contentOf, maxFrameBytesOf } = require('./content.js')

/** @typedef {(bytes: Buffer, at: number) => number} ReadLength the length there */
/** @typedef {(out: Buffer, length: number) => void} WriteLength */

const TWO_32 = 2 ** 32
/** A varint of a length that can be is no longer. */
const MOST_VARINT = 10

/** @type {Record<string, ReadLength>} */
const READ = {
  '1big': (bytes, at) => bytes[at],
  '2big': (bytes, at) => (bytes[at] << 8) | bytes[at + 1],
  '4big': (bytes, at) => bytes.readUInt32BE(at),
  '8big': (bytes, at) => bytes.readUInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4),
  '1little': (bytes, at) => bytes[at],
  '2little': (bytes, at) => (bytes[at + 1] << 8) | bytes[at],
  '4little': (bytes, at) => bytes.readUInt32LE(at),
  '8little': (bytes, at) => bytes.readUInt32LE(at + 4) * TWO_32 + bytes.readUInt32LE(at),
}

/** @type {Record<string, WriteLength>} */
const WRITE = {
  '1big': (out, length) => out.writeUInt8(length),
  '2big': (out, length) => out.writeUInt16BE(length),
  '4big': (out, length) => out.writeUInt32BE(length),
  '8big': (out, length) => {
    out.writeUInt32BE(Math.floor(length / TWO_32))
    out.writeUInt32BE(length % TWO_32, 4)
  },
  '1little': (out, length) => out.writeUInt8(length),
  '2little': (out, length) => out.writeUInt16LE(length),
  '4little': (out, length) => out.writeUInt32LE(length),
  '8little': (out, length) => {
    out.writeUInt32LE(length % TWO_32)
    out.writeUInt32LE(Math.floor(length / TWO_32), 4)
  },
}

/** @param {number} length */
function varintSize(length) {
  let size = 1
  for (let rest = length; rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

/**
 * @param {Buffer} out
 * @param {number} length
 */
function writeVarint(out, length) {
  let rest = length
  let at = 0
  for (; rest >= 128; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) | 128
  out[at] = rest
}

class LengthDecoder {
  /** The frame that has begun, with its header. */
  #begun = new ChunkList()
  /** The bytes of that frame with its header; 0 as long as the header is not whole. */
  #needed = 0
  /** The bytes of the header, of that frame or of every one. */
  #header = 0
  #codec

  /** @param {LengthPrefixed} codec */
  constructor(codec) {
    this.#codec = codec
    this.#header = codec.headerBytes
  }

  /**
   * @param {Buffer} chunk
   * @param {any[]} messages
   */
  push(chunk, messages) {
    const { content } = this.#codec
    let at = this.#begun.length === 0 ? 0 : this.#endBegun(chunk, messages)
    while (at < chunk.length && this.#measure(chunk, at) && at + this.#needed <= chunk.length) {
      messages.push(content.read(chunk.subarray(at + this.#header, at + this.#needed)))
      at += this.#needed
      this.#needed = 0
    }
    if (at < chunk.length) this.#begun.append(at === 0 ? chunk : chunk.subarray(at))
  }

  end() {
    if (this.#begun.length > 0) throw new codes.ERR_NET_FRAME_TRUNCATED(this.#begun.length)
  }

  /**
   * Reads the header at an offset. False if it is not whole.
   * @param {Buffer} bytes
   * @param {number} at
   */
  #measure(bytes, at) {
    const { headerBytes, includesHeader, maxFrameBytes, read } = this.#codec
    if (read === undefined) return this.#measureVarint(bytes, at)
    if (bytes.length - at < headerBytes) return false
    this.#take(read(bytes, at), headerBytes, includesHeader, maxFrameBytes)
    return true
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   */
  #measureVarint(bytes, at) {
    const { includesHeader, maxFrameBytes } = this.#codec
    let length = 0
    let factor = 1
    for (let n = 0; n < MOST_VARINT; n++) {
      if (at + n === bytes.length) return false
      const byte = bytes[at + n]
      length += (byte & 127) * factor
      if (byte < 128) {
        this.#take(length, n + 1, includesHeader, maxFrameBytes)
        return true
      }
      factor *= 128
    }
    throw new codes.ERR_NET_FRAME_TOO_LARGE(maxFrameBytes)
  }

  /**
   * @param {number} length
   * @param {number} header
   * @param {boolean} includesHeader
   * @param {number} most
   */
  #take(length, header, includesHeader, most) {
    if (includesHeader && length < header) {
      throw new codes.ERR_NET_FRAME_INVALID(`its length of ${length} is less than that of its header`)
    }
    const body = includesHeader ? length - header : length
    if (body > most) throw new codes.ERR_NET_FRAME_TOO_LARGE(most)
    this.#header = header
    this.#needed = header + body
  }

  /**
   * Goes on with the frame that has begun.
   * @param {Buffer} chunk
   * @param {any[]} messages
   * @returns {number} where the next frame starts
   */
  #endBegun(chunk, messages) {
    if (this.#needed === 0 && !this.#measure(this.#begun.head(chunk, MOST_VARINT), 0)) {
      this.#begun.append(chunk)
      return chunk.length
    }
    const missing = this.#needed - this.#begun.length
    if (chunk.length < missing) {
      this.#begun.append(chunk)
      return chunk.length
    }
    const frame = this.#begun.take(chunk.subarray(0, missing))
    this.#needed = 0
    messages.push(this.#codec.content.read(frame.subarray(this.#header)))
    return missing
  }
}

class LengthPrefixed {
  #write

  /** @param {import('../../types/net.js').LengthPrefixedOptions} options */
  constructor(options) {
    const { bytes = 4, endian = 'big', includesHeader = false } = options
    if (bytes !== 'varint' && ![1, 2, 4, 8].includes(bytes)) {
      throw new codes.ERR_INVALID_ARG_VALUE('options.bytes', bytes, "must be 1, 2, 4, 8 or 'varint'")
    }
    validateOneOf(endian, 'options.endian', ['big', 'little'])
    validateBoolean(includesHeader, 'options.includesHeader')
    this.content = contentOf(options)
    this.includesHeader = includesHeader
    this.maxFrameBytes = maxFrameBytesOf(options)
    /** 0 for a varint. */
    this.headerBytes = bytes === 'varint' ? 0 : bytes
    this.read = bytes === 'varint' ? undefined : READ[bytes + endian]
    this.#write = bytes === 'varint' ? writeVarint : WRITE[bytes + endian]
    this.most = Math.min(this.maxFrameBytes, bytes === 'varint' ? Number.MAX_SAFE_INTEGER : 256 ** bytes - 1)
  }

  createDecoder() {
    return new LengthDecoder(this)
  }

  /** @param {unknown} message */
  encode(message) {
    const body = this.content.write(message)
    const header = Buffer.allocUnsafe(this.headerBytes === 0 ? this.#varintHeader(body.length) : this.headerBytes)
    const length = this.includesHeader ? body.length + header.length : body.length
    if (length > this.most || body.length > this.maxFrameBytes) throw new codes.ERR_NET_FRAME_TOO_LARGE(this.most)
    this.#write(header, length)
    return [header, body]
  }

  /**
   * How long a varint is that may count itself.
   * @param {number} length
   */
  #varintHeader(length) {
    if (!this.includesHeader) return varintSize(length)
    const size = varintSize(length + varintSize(length))
    return varintSize(length + size)
  }
}

/** @param {import('../../types/net.js').LengthPrefixedOptions} [options] */
function lengthPrefixed(options = {}) {
  validateObject(options, 'options')
  return new LengthPrefixed(options)
}

module.exports = { lengthPrefixed }
