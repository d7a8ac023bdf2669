'use strict'

// What is sent within one turn goes out in one write: messages are copied behind each other, so that each costs no system
// call and may be changed by its owner at once.

const { codes } = require('../internal/errors.js')

const ENCODED = 'a Uint8Array, or an array of them,'
/** Bytes that are written without waiting for the end of the turn. */
const MOST_PENDING = 2 ** 16
const LEAST_ROOM = 512

class Outgoing {
  #write
  /** @type {Buffer | undefined} */
  #room
  #used = 0
  /** Room that the last turn needed: the next one likely needs as much. */
  #usual = LEAST_ROOM
  #isScheduled = false

  /** @param {(bytes: Buffer) => void} write */
  constructor(write) {
    this.#write = write
  }

  /** Bytes that are not written yet. */
  get pending() {
    return this.#used
  }

  /** @param {Uint8Array | Uint8Array[]} pieces */
  add(pieces) {
    if (Array.isArray(pieces)) {
      for (const piece of pieces) validateBytes(piece)
      for (const piece of pieces) this.#copy(piece)
    } else {
      validateBytes(pieces)
      this.#copy(pieces)
    }
    if (this.#used >= MOST_PENDING) this.flush()
    else if (!this.#isScheduled && this.#used > 0) {
      this.#isScheduled = true
      process.nextTick(flushOf, this)
    }
  }

  flush() {
    if (this.#room === undefined || this.#used === 0) return
    const bytes = this.#room.subarray(0, this.#used)
    this.#usual = Math.max(LEAST_ROOM, this.#used)
    this.#room = undefined
    this.#used = 0
    this.#write(bytes)
  }

  /** At the end of the turn. */
  flushAtEnd() {
    this.#isScheduled = false
    this.flush()
  }

  /** @param {Uint8Array} piece */
  #copy(piece) {
    const end = this.#used + piece.length
    if (this.#room === undefined) this.#room = Buffer.allocUnsafe(Math.max(this.#usual, piece.length))
    else if (end > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#room.length * 2))
      this.#room.copy(larger, 0, 0, this.#used)
      this.#room = larger
    }
    this.#room.set(piece, this.#used)
    this.#used = end
  }
}

/** @param {unknown} piece */
function validateBytes(piece) {
  if (!ArrayBuffer.isView(piece)) throw new codes.ERR_INVALID_RETURN_VALUE(ENCODED, 'codec.encode', piece)
}

/** @param {Outgoing} outgoing */
function flushOf(outgoing) {
  outgoing.flushAtEnd()
}

module.exports = { Outgoing }
