'use strict'

/**
 * The beginning of a frame, in the chunks that it came in: they are joined once, when the frame is there, so that a frame
 * costs its length, whatever the chunks.
 */
class ChunkList {
  /** @type {Buffer[]} */
  #chunks = []
  length = 0

  /** @param {Buffer} chunk */
  append(chunk) {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.length += chunk.length
  }

  /**
   * All of it and a few bytes more, if there are so many, without taking it.
   * @param {Buffer} next
   * @param {number} most
   */
  head(next, most) {
    return Buffer.concat([...this.#chunks, next.subarray(0, most)])
  }

  /**
   * All of it, and the end.
   * @param {Buffer} end
   * @returns {Buffer}
   */
  take(end) {
    this.#chunks.push(end)
    const whole = Buffer.concat(this.#chunks, this.length + end.length)
    this.#chunks = []
    this.length = 0
    return whole
  }
}

module.exports = { ChunkList }
