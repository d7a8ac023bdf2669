'use strict'

// The text of a batch as long as it is of long strings alone, none of them above U+00FF: written as it comes. Long
// strings that are collected in one text are copied once more, when V8 flattens it, and by then they have left the
// processor's cache: with 1,000 characters that costs twice as much. For shorter ones the call into Node that each
// costs, and the look for wide characters, are more. What comes after the first that does not fit is collected in the
// encoder's text, and stands behind.

const { bytesOf, isWide } = require('./arena.js')

/** @typedef {import('../internal/values/encoder.js').Encoder} Encoder */
/**
 * Node's Buffer as it is; its types leave these two out.
 * @typedef {Buffer & { latin1Write(text: string, offset: number, length: number): number } &
 *   { latin1Slice(start: number, end: number): string }} Text
 */

const BYTES = 64 * 1024
/** From so many characters on: with 100, to collect costs 47 ns a string and this 75; with 200, 88 and 80. */
const SHORTEST = 160

class DirectText {
  constructor() {
    /** @type {Text | undefined} */
    this.bytes = undefined
    this.length = 0
  }

  /**
   * @param {string} text
   * @returns {boolean} false: it has to be collected
   */
  add(text) {
    const { length } = text
    if (length < SHORTEST || this.length + length > BYTES || isWide(text)) return false
    this.bytes ??= /** @type {Text} */ (Buffer.allocUnsafeSlow(BYTES))
    this.bytes.latin1Write(text, this.length, length)
    this.length += length
    return true
  }

  /**
   * Writes this text, and the encoder's behind it, to the end of what that has written.
   * @param {Encoder} encoder
   * @returns {boolean} whether a character takes two bytes
   */
  write(encoder) {
    const { bytes, length } = this
    let { text } = encoder
    const wide = isWide(text)
    if (bytes !== undefined && length > 0) {
      if (wide) text = bytes.latin1Slice(0, length) + text
      else {
        encoder.reserve(length)
        encoder.position += bytes.copy(encoder.bytes, encoder.position, 0, length)
      }
    }
    if (text === '') return wide
    encoder.reserve(bytesOf(text))
    encoder.position += encoder.bytes.write(text, encoder.position, wide ? 'utf16le' : 'latin1')
    return wide
  }
}

module.exports = { DirectText }
