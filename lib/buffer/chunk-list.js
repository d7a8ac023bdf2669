'use strict'

/** Chunks below are copied behind each other: as an object each would take many times its length. */
const SMALL = 1024
const ROOM = 2 ** 14

/**
 * The beginning of a frame or of a line, in the chunks that it came in: they are joined once, when all of it is there, so
 * that it costs its length, whatever the chunks.
 */
class ChunkList {
  /** @type {Buffer[]} */
  #chunks = []
  /** What the last of them may still grow into, and how far it has. @type {Buffer | undefined} */
  #room
  #used = 0
  length = 0

  /** @param {Buffer} chunk which nobody changes any more */
  append(chunk) {
    if (chunk.length === 0) return
    if (this.#isCopied(chunk)) this.#copy(chunk)
    else {
      this.#chunks.push(chunk)
      this.#room = undefined
    }
    this.length += chunk.length
  }

  /** @param {Buffer} chunk that its owner may use again */
  appendCopy(chunk) {
    this.append(this.#isCopied(chunk) ? chunk : Buffer.from(chunk))
  }

  /**
   * Not the first one: most frames and lines have no more than two.
   * @param {Buffer} chunk
   */
  #isCopied(chunk) {
    return chunk.length < SMALL && this.#chunks.length > 0
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
   * Its last bytes, without taking them.
   * @param {number} most
   */
  tail(most) {
    /** @type {Buffer[]} */
    const parts = []
    for (let n = this.#chunks.length - 1, left = most; n >= 0 && left > 0; n--) {
      const part = this.#chunks[n]
      parts.unshift(part.subarray(Math.max(0, part.length - left)))
      left -= part.length
    }
    return Buffer.concat(parts)
  }

  /**
   * All of it, and the end.
   * @param {Buffer} end
   * @returns {Buffer}
   */
  take(end) {
    this.#chunks.push(end)
    const whole = Buffer.concat(this.#chunks, this.length + end.length)
    this.clear()
    return whole
  }

  clear() {
    this.#chunks = []
    this.#room = undefined
    this.length = 0
  }
}

module.exports = { ChunkList }
