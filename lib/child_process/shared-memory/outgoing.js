'use strict'

// What one end sends: into shared memory at once, where it is safe whatever becomes of this process; what finds no room
// there waits here, in order.

const { isSharedArrayBuffer } = require('node:util').types
const { codes } = require('../../internal/errors.js')
const { native } = require('../../internal/native.js')
const { Encoder } = require('../../internal/values/index.js')
const kinds = require('./kinds.js')

const { BINARY, CAPTURED, JSON_TEXT, MORE, SHAPE } = kinds
const { MOST_BYTES, MOST_CHARACTERS, MOST_MESSAGE_BYTES, MOST_SHAPES, PIECE_BYTES } = kinds

/** @typedef {((error: Error | null) => void) | undefined} Callback */

/**
 * @typedef {object} Waiting
 * @property {number} kind
 * @property {Buffer} bytes a copy
 * @property {number} at how much of it was sent
 * @property {Callback} callback
 */

class Outgoing {
  #id
  #events
  /** @type {Encoder | undefined} */
  #encoder
  /** Empty when nothing waits. @type {(Waiting | undefined)[]} */
  #waiting = []
  /** Where the first of them is: taking it from the front would move all the others, and there may be many. */
  #first = 0
  /** Whether somebody was told to wait for room. */
  #isFull = false
  /** @type {{ resolve: () => void, reject: (error: Error) => void }[]} */
  #flushes = []

  /**
   * @param {number} id
   * @param {{ drained: () => void, holds: (held: boolean) => void, broken: () => void }} events `holds`: something
   *   waits, for which a process lives on; `broken`: the other process has written what no honest one writes
   */
  constructor(id, events) {
    this.#id = id
    this.#events = events
  }

  /**
   * @param {unknown} message
   * @param {Callback} callback
   * @returns {boolean} false: wait for room
   */
  sendJson(message, callback) {
    const text = JSON.stringify(message)
    if (text === undefined) throw new codes.ERR_INVALID_ARG_VALUE('message', message, 'has no form in JSON')
    if (text.length > MOST_CHARACTERS || this.#waiting.length > 0) {
      return this.#sendBytes(JSON_TEXT, Buffer.from(text), undefined, callback)
    }
    const done = native().raw.ring.pushText(this.#id, JSON_TEXT, text)
    if (done === 0) return this.#wait(JSON_TEXT, Buffer.from(text), 0, callback)
    return this.#sent(done, callback)
  }

  /**
   * @param {unknown} message
   * @param {Callback} callback
   */
  sendCaptured(message, callback) {
    // A getter of the message may send another meanwhile.
    const encoder = this.#encoder ?? new Encoder({ shapes: this.#shapes })
    this.#encoder = undefined
    encoder.reset()
    try {
      encoder.append(message)
      return this.#sendBytes(CAPTURED, encoder.bytes, encoder.position, callback)
    } finally {
      this.#encoder = encoder
    }
  }

  #shapesSent = 0
  /** Every encoder of this end has the same numbers for shapes. @type {Map<string, number>} */
  #shapeNumbers = new Map()
  /** @type {import('../../internal/values/shapes.js').Registry} */
  #shapes = {
    intern: (definition) => this.#intern(definition),
    definition: () => '',
  }

  /** @param {string} definition */
  #intern(definition) {
    const known = this.#shapeNumbers.get(definition)
    if (known !== undefined) return known
    if (this.#shapesSent === MOST_SHAPES || definition.length > MOST_CHARACTERS) return -1
    const number = this.#shapesSent++
    this.#shapeNumbers.set(definition, number)
    this.#sendBytes(SHAPE, Buffer.from(definition), undefined, undefined)
    return number
  }

  /**
   * @param {NodeJS.ArrayBufferView} view
   * @param {Callback} callback
   */
  sendBinary({ buffer, byteOffset, byteLength }, callback) {
    const bytes = Buffer.from(buffer, byteOffset, byteLength)
    // Native code borrows no memory that other threads write to.
    return this.#sendBytes(BINARY, isSharedArrayBuffer(buffer) ? Buffer.from(bytes) : bytes, undefined, callback)
  }

  /**
   * @param {number} kind
   * @param {Buffer} bytes to be copied
   * @param {number | undefined} given their count, where it is not their length
   * @param {Callback} callback
   */
  #sendBytes(kind, bytes, given, callback) {
    const length = given ?? bytes.length
    if (length > MOST_MESSAGE_BYTES) {
      throw new codes.ERR_OUT_OF_RANGE('message', `at most ${MOST_MESSAGE_BYTES} bytes`, length)
    }
    let at = 0
    if (this.#waiting.length === 0) {
      at = this.#pushPieces(kind, bytes, 0, length)
      if (at < 0) return this.#sent(at, callback)
      if (at > length) return this.#sent(1, callback)
    }
    return this.#wait(kind, Buffer.from(bytes.subarray(0, length)), at, callback)
  }

  /**
   * @param {number} kind
   * @param {Buffer} bytes
   * @param {number} at where to go on
   * @param {number} end
   * @returns {number} where it goes on once there is room; past the end when all is sent; negative when nothing can be
   */
  #pushPieces(kind, bytes, at, end) {
    const { push } = native().raw.ring
    if (end <= MOST_BYTES && at === 0) {
      const done = push(this.#id, kind, bytes, 0, end)
      return done === 1 ? end + 1 : done
    }
    for (let from = at; ; from += PIECE_BYTES) {
      const isLast = end - from <= PIECE_BYTES
      const done = push(this.#id, isLast ? kind : kind | MORE, bytes, from, isLast ? end : from + PIECE_BYTES)
      if (done !== 1) return done === 0 ? from : done
      if (isLast) return end + 1
    }
  }

  /**
   * @param {number} kind
   * @param {Buffer} bytes
   * @param {number} at
   * @param {Callback} callback
   */
  #wait(kind, bytes, at, callback) {
    if (this.#waiting.push({ kind, bytes, at, callback }) === 1) this.#events.holds(true)
    this.#isFull = true
    return false
  }

  /**
   * @param {number} done negative: nothing can be sent any more
   * @param {Callback} callback
   */
  #sent(done, callback) {
    if (done < 0) this.#events.broken()
    if (typeof callback === 'function') process.nextTick(callback, done < 0 ? closed() : null)
    return done > 0
  }

  #shift() {
    this.#waiting[this.#first++] = undefined
    if (2 * this.#first < this.#waiting.length) return
    this.#waiting.splice(0, this.#first)
    this.#first = 0
  }

  /** There may be room again. */
  goOn() {
    for (let first = this.#waiting[this.#first]; first !== undefined; first = this.#waiting[this.#first]) {
      first.at = this.#pushPieces(first.kind, first.bytes, first.at, first.bytes.length)
      if (first.at < 0) return this.#events.broken()
      if (first.at <= first.bytes.length) return
      this.#shift()
      this.#sent(1, first.callback)
    }
    if (!this.#isFull) return
    this.#isFull = false
    this.#events.holds(false)
    for (const { resolve } of this.#flushes.splice(0)) resolve()
    this.#events.drained()
  }

  /** @returns {Promise<void>} when all that was sent is in shared memory */
  flush() {
    if (this.#waiting.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#flushes.push({ resolve, reject })
    })
  }

  /** Nothing can be sent any more. */
  close() {
    if (!this.#isFull) return
    this.#isFull = false
    this.#events.holds(false)
    const error = closed()
    for (const one of this.#waiting.splice(0)) if (one?.callback) process.nextTick(one.callback, error)
    this.#first = 0
    for (const { reject } of this.#flushes.splice(0)) reject(error)
  }
}

function closed() {
  return new codes.ERR_IPC_CHANNEL_CLOSED()
}

module.exports = { Outgoing, closed }
