'use strict'

/** Chunks below are copied behind each other: as an object each would take many times its length. */
const SMALL = 1024
const ROOM = 2 ** 14

/**
 * The beginning of a frame, in the chunks that it came in: they are joined once, when the frame is there, so that a frame
 * costs its length, whatever the chunks.
 */
class ChunkList {
  /** @type {Buffer[]} */
  #chunks = []
  /** What the last of them may still grow into, and how far it has. @type {Buffer | undefined} */
  #room
  #used = 0
  length = 0

  /** @param {Buffer} chunk */
  append(chunk) {
    if (chunk.length === 0) return
    // The first one as it is: most frames have no more than two.
    if (chunk.length < SMALL && this.#chunks.length > 0) this.#copy(chunk)
    else {
      this.#chunks.push(chunk)
      this.#room = undefined
    }
    this.length += chunk.length
  }

  /** @param {Buffer} chunk */
  #copy(chunk) {
    if (this.#room === undefined || this.#used + chunk.length > ROOM) {
      this.#room = Buffer.allocUnsafeSlow(ROOM)
      this.#used = 0
      this.#chunks.push(this.#room)
    }
    this.#room.set(chunk, this.#used)
    this.#used += chunk.length
    this.#chunks[this.#chunks.length - 1] = this.#room.subarray(0, this.#used)
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
    this.#room = undefined
    this.length = 0
    return whole
  }
}

module.exports = { ChunkList }
