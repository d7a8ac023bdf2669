'use strict'

// Pieces between delimiters over a stream of chunks. Offsets come from native code, strings from one decode of many
// pieces, sliced: a native array of strings, or a decode for each piece, is several times slower.

const { constants } = require('node:buffer')

const { codes } = require('../internal/errors.js')
const { validateInteger, validateObject, validateOneOf, validateView } = require('../internal/validators.js')
const { ChunkList } = require('./chunk-list.js')
const { Finder } = require('./finder.js')
const { bufferOf, uint8Of } = require('./input.js')
const { borrowedOffsets } = require('./lines.js')
const { plain } = require('./raw.js')

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
/** About so much is decoded at once: more would leave the processor's nearest cache before it is sliced. */
const TEXT_BYTES = 2 ** 14
/** Larger chunks are cut: the text of a whole one could be longer than strings can be. */
const LARGEST_CHUNK = 2 ** 26
const NOTHING = Buffer.alloc(0)

/** @typedef {'utf8' | 'latin1' | 'buffer'} PieceEncoding */
/** @type {PieceEncoding[]} */
const ENCODINGS = ['utf8', 'latin1', 'buffer']

class DelimiterSplitter {
  #delimiter
  #finder
  /** What a piece is stripped of at its end, or -1. */
  #stripped
  #encoding
  #most
  /** Whether a text may be split where its bytes would be. */
  #splitsText
  /** The start of the piece that has not ended yet. */
  #begun = new ChunkList()

  /**
   * @param {string | NodeJS.ArrayBufferView} delimiter
   * @param {{ encoding?: PieceEncoding, maxLengthBytes?: number }} [options]
   */
  constructor(delimiter, options = {}) {
    if (typeof delimiter !== 'string' && !ArrayBuffer.isView(delimiter)) {
      throw new codes.ERR_INVALID_ARG_TYPE('delimiter', ['string', 'Buffer', 'TypedArray', 'DataView'], delimiter)
    }
    validateObject(options, 'options')
    const { encoding = 'utf8', maxLengthBytes = constants.MAX_STRING_LENGTH } = options
    validateOneOf(encoding, 'options.encoding', ENCODINGS)
    validateInteger(maxLengthBytes, 'options.maxLengthBytes', 1)
    const bytes = typeof delimiter === 'string' ? Buffer.from(delimiter) : Buffer.from(uint8Of(delimiter))
    if (bytes.length === 0) throw new codes.ERR_INVALID_ARG_VALUE('delimiter', delimiter, 'must not be empty')
    this.#delimiter = bytes
    this.#finder = new Finder(bytes)
    this.#stripped = this instanceof LineSplitter ? CARRIAGE_RETURN : -1
    this.#encoding = encoding
    this.#most = maxLengthBytes
    this.#splitsText = encoding === 'latin1' || bytes.every((byte) => byte < 128)
  }

  /**
   * @param {NodeJS.ArrayBufferView} chunk
   * @returns {any[]} the pieces that end in this chunk
   */
  push(chunk) {
    validateView(chunk, 'chunk')
    const bytes = bufferOf(plain(chunk))
    if (bytes.length <= LARGEST_CHUNK) return this.#push(bytes)
    const parts = []
    for (let at = 0; at < bytes.length; at += LARGEST_CHUNK) {
      parts.push(this.#push(bytes.subarray(at, at + LARGEST_CHUNK)))
    }
    return parts.flat()
  }

  /** @param {Buffer} bytes */
  #push(bytes) {
    const whole = this.#acrossTheBorder(bytes)
    if (whole === undefined) return this.#pieces(bytes)
    return [whole.piece, ...this.#pieces(bytes.subarray(whole.end))]
  }

  /**
   * The pieces that end in these bytes; what is behind them is kept.
   * @param {Buffer} bytes
   */
  #pieces(bytes) {
    const offsets = this.#offsets(bytes)
    const pieces = new Array(offsets.length)
    if (offsets.length === 0) {
      this.#keep(bytes)
      return pieces
    }
    const { length } = this.#delimiter
    let start = 0
    let first = 0
    if (this.#begun.length > 0) {
      pieces[0] = this.#ended(bytes.subarray(0, offsets[0]))
      start = offsets[0] + length
      first = 1
    }
    if (first < offsets.length) this.#slice(bytes, start, offsets, first, pieces)
    this.#keep(bytes.subarray(offsets[offsets.length - 1] + length))
    return pieces
  }

  /**
   * Ends the stream.
   * @returns {any[]} the last piece, if any bytes came after the last delimiter; it is ready for another stream then
   */
  flush() {
    return this.#begun.length === 0 ? [] : [this.#ended(NOTHING)]
  }

  /**
   * Ends a piece whose delimiter began in an earlier chunk.
   * @param {Buffer} chunk
   * @returns {{ piece: any, end: number } | undefined} where in the chunk the delimiter ends
   */
  #acrossTheBorder(chunk) {
    const { length } = this.#delimiter
    if (length === 1 || this.#begun.length === 0) return undefined
    const before = this.#begun.tail(length - 1)
    const at = Buffer.concat([before, chunk.subarray(0, length - 1)]).indexOf(this.#delimiter)
    if (at === -1) return undefined
    const begun = before.length - at
    const whole = this.#begun.take(NOTHING)
    return { piece: this.#bounded(whole.subarray(0, whole.length - begun)), end: length - begun }
  }

  /** @param {Buffer} bytes */
  #offsets(bytes) {
    if (this.#delimiter.length === 1 && this.#delimiter[0] === LINE_FEED) return borrowedOffsets(bytes)
    return this.#finder.findAll(bytes)
  }

  /** @param {Buffer} bytes that the caller may use again */
  #keep(bytes) {
    if (this.#begun.length + bytes.length > this.#most) {
      this.#begun.clear()
      throw new codes.ERR_BUFFER_PIECE_TOO_LONG(this.#most)
    }
    this.#begun.appendCopy(bytes)
  }

  /**
   * The piece that has begun, with its end.
   * @param {Buffer} end
   */
  #ended(end) {
    return this.#bounded(this.#begun.take(end))
  }

  /** @param {Buffer} bytes of a piece that came in several chunks */
  #bounded(bytes) {
    if (bytes.length > this.#most) throw new codes.ERR_BUFFER_PIECE_TOO_LONG(this.#most)
    return this.#piece(bytes)
  }

  /** @param {Buffer} bytes */
  #piece(bytes) {
    const ends = bytes.length > 0 && bytes[bytes.length - 1] === this.#stripped
    const kept = ends ? bytes.subarray(0, -1) : bytes
    return this.#encoding === 'buffer' ? kept : kept.toString(this.#encoding)
  }

  /**
   * @param {Buffer} bytes
   * @param {number} start of the first piece
   * @param {Uint32Array | Float64Array} offsets
   * @param {number} first index into them
   * @param {any[]} pieces
   */
  #slice(bytes, start, offsets, first, pieces) {
    if (this.#encoding === 'buffer') return this.#sliceBytes(bytes, start, offsets, first, offsets.length, pieces)
    const { length } = this.#delimiter
    let from = start
    let n = first
    while (n < offsets.length) {
      const end = endOfText(offsets, n, from + TEXT_BYTES)
      const until = offsets[end - 1]
      const text = bytes.toString(this.#encoding, from, until)
      if (text.length === until - from) {
        const isFitting = sliceText(text, bytes, from, offsets, n, end, pieces, length, this.#stripped, this.#most)
        if (!isFitting) throw new codes.ERR_BUFFER_PIECE_TOO_LONG(this.#most)
      } else if (this.#splitsText) this.#splitText(text, n, pieces)
      else this.#sliceBytes(bytes, from, offsets, n, end, pieces)
      from = until + length
      n = end
    }
  }

  /**
   * @param {string} text
   * @param {number} first
   * @param {any[]} pieces
   */
  #splitText(text, first, pieces) {
    const most = this.#most
    let n = first
    for (const piece of text.split(this.#delimiter.toString('latin1'))) {
      if (piece.length * 3 > most && Buffer.byteLength(piece) > most) throw new codes.ERR_BUFFER_PIECE_TOO_LONG(most)
      const ends = piece.length > 0 && piece.charCodeAt(piece.length - 1) === this.#stripped
      pieces[n++] = ends ? piece.slice(0, -1) : piece
    }
  }

  /**
   * @param {Buffer} bytes
   * @param {number} from
   * @param {Uint32Array | Float64Array} offsets
   * @param {number} first
   * @param {number} last the index behind the last one
   * @param {any[]} pieces
   */
  #sliceBytes(bytes, from, offsets, first, last, pieces) {
    const { length } = this.#delimiter
    let start = from
    for (let n = first; n < last; n++) {
      if (offsets[n] - start > this.#most) throw new codes.ERR_BUFFER_PIECE_TOO_LONG(this.#most)
      pieces[n] = this.#piece(bytes.subarray(start, offsets[n]))
      start = offsets[n] + length
    }
  }
}

// The loops over all pieces are functions that know no splitter: V8 throws away the compiled code of what does when it
// collects the garbage while there is none, as between one file and the next.

/**
 * @param {Uint32Array | Float64Array} offsets
 * @param {number} first
 * @param {number} most
 * @returns {number} the index behind the last piece that ends there or before; one piece at least
 */
function endOfText(offsets, first, most) {
  let end = first + 1
  while (end < offsets.length && offsets[end] <= most) end++
  return end
}

/**
 * The pieces of a text with a character for each byte.
 * @param {string} text
 * @param {Buffer} bytes
 * @param {number} base where the text begins in them
 * @param {Uint32Array | Float64Array} offsets
 * @param {number} first
 * @param {number} last the index behind the last one
 * @param {any[]} pieces
 * @param {number} length of the delimiter
 * @param {number} stripped a byte, or -1
 * @param {number} most bytes of a piece
 * @returns {boolean} false if one is longer
 */
function sliceText(text, bytes, base, offsets, first, last, pieces, length, stripped, most) {
  let start = base
  for (let n = first; n < last; n++) {
    const end = offsets[n]
    if (end - start > most) return false
    const kept = end > start && bytes[end - 1] === stripped ? end - 1 : end
    pieces[n] = text.slice(start - base, kept - base)
    start = end + length
  }
  return true
}

class LineSplitter extends DelimiterSplitter {
  /** @param {{ encoding?: PieceEncoding, maxLengthBytes?: number }} [options] */
  constructor(options) {
    super('\n', options)
  }
}

module.exports = { DelimiterSplitter, LineSplitter }
