'use strict'

// A connection of messages over one of bytes. Reading is by pull: the socket flows while somebody waits for messages or
// listens to them, and is paused when more have come than are taken.

const { EventEmitter } = require('node:events')

const { abortError, codes } = require('../internal/errors.js')
const { validateAbortSignal, validateObject } = require('../internal/validators.js')
const { drained } = require('./drained.js')
const { Outgoing } = require('./outgoing.js')

/** Bytes whose messages may wait to be taken; the socket is paused then. */
const MOST_WAITING = 2 ** 18
/** What a message counts for beside its bytes: of the smallest, the objects are what takes memory. */
const MESSAGE_BYTES = 64

/** @typedef {import('node:net').Socket} Socket */
/** @typedef {{ resolve: (step: IteratorResult<any, undefined>) => void, reject: (error: unknown) => void }} Taker */

const kKeepOpen = Symbol('keepOpen')

/** @type {IteratorResult<any, undefined>} */
const DONE = { value: undefined, done: true }

class FramedConnection extends EventEmitter {
  #codec
  #decoder
  #outgoing
  #keepsHalfOpen
  /** Messages that nobody has taken. @type {any[]} */
  #messages = []
  #next = 0
  #waitingBytes = 0
  /** @type {Taker[]} */
  #takers = []
  #isStarted = false
  /** By pause() of ours. */
  #isPaused = false
  #isIterated = false
  /** No more messages come. */
  #hasEnded = false
  #isEndTold = false
  #isErrorTaken = false
  #isErrorEmitted = false
  /** What came is not of the protocol. */
  #isRefused = false
  /** @type {Error | undefined} */
  #error
  #isSent = false
  #needsDrain = false
  #discards = false

  /**
   * @param {Socket} socket
   * @param {import('../../types/stream.js').Codec<any, any>} codec
   * @param {{ allowHalfOpen?: boolean }} options
   */
  constructor(socket, codec, { allowHalfOpen = false }) {
    super()
    /** The socket beneath. */
    this.socket = socket
    this.#codec = codec
    this.#decoder = codec.createDecoder()
    this.#keepsHalfOpen = allowHalfOpen
    this.#outgoing = new Outgoing((bytes) => this.#write(bytes))
    // Answers to what came before the other side's end must still go out; our end is ours to say.
    socket.allowHalfOpen = true
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#close())
    socket.on('drain', () => this.#tellDrain())
    if (socket.closed) process.nextTick(() => this.#close())
    this.on('newListener', (name) => {
      if (name === 'message') process.nextTick(() => this.#start())
    })
  }

  /** The bytes of sent messages that the operating system has not taken. */
  get bufferedBytes() {
    return this.#outgoing.pending + this.socket.writableLength
  }

  /** What ended the connection, if it did not end well. */
  get error() {
    return this.#error
  }

  /**
   * @param {any} message
   * @returns {boolean}
   */
  send(message) {
    if (this.#isSent) throw new codes.ERR_STREAM_WRITE_AFTER_END()
    const pieces = this.#codec.encode(message)
    if (this.socket.destroyed) return false
    this.#outgoing.add(pieces)
    if (this.bufferedBytes < this.socket.writableHighWaterMark) return true
    this.#needsDrain = true
    return false
  }

  /**
   * Waits until messages may be sent again.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   */
  async drain(options = {}) {
    validateObject(options, 'options')
    const { signal } = options
    validateAbortSignal(signal, 'options.signal')
    if (signal?.aborted) throw abortError(signal.reason)
    if (!this.#needsDrain) return
    if (this.socket.destroyed) throw new codes.ERR_STREAM_PREMATURE_CLOSE()
    await drained(this, signal)
  }

  /**
   * The next message; undefined when there is none any more.
   * @returns {Promise<any>}
   */
  async receive() {
    return (await this.#take()).value
  }

  /** @returns {AsyncIterableIterator<any>} */
  [Symbol.asyncIterator]() {
    this.#isIterated = true
    return {
      next: () => this.#take(),
      // Leaving a loop leaves the connection: one may read a greeting in one loop and the rest in another.
      return: async () => DONE,
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  /** @returns {this} */
  pause() {
    this.#isPaused = true
    this.socket.pause()
    return this
  }

  /** @returns {this} */
  resume() {
    if (this.#isPaused) {
      this.#isPaused = false
      process.nextTick(() => this.#goOn())
    }
    return this
  }

  /**
   * Ends our side, after a last message.
   * @param {any} [message]
   * @returns {this}
   */
  end(message) {
    if (message !== undefined) this.send(message)
    if (!this.#isSent) {
      this.#isSent = true
      this.#outgoing.flush()
      if (this.#isRefused) this.socket.destroySoon()
      else endSecured(this.socket)
    }
    return this
  }

  /**
   * Ends our side and waits until the connection is closed. Messages that still come are dropped.
   * @returns {Promise<void>}
   */
  async close() {
    this.end()
    if (this.socket.closed) return
    this.#discards = true
    this.#isPaused = false
    this.#messages = []
    this.#next = 0
    const closed = new Promise((resolve) => this.once('close', () => resolve(undefined)))
    this.#start()
    this.#goOn()
    await closed
  }

  /** Somebody else ends our side. */
  [kKeepOpen]() {
    this.#keepsHalfOpen = true
  }

  /** @returns {Promise<void>} */
  [Symbol.asyncDispose]() {
    return this.close()
  }

  /**
   * @param {Error} [error]
   * @returns {this}
   */
  destroy(error) {
    if (error !== undefined) this.#fail(error)
    this.#isSent = true
    this.socket.destroy()
    return this
  }

  #start() {
    if (this.#isStarted) return
    this.#isStarted = true
    this.socket.on('data', (chunk) => this.#decode(chunk))
    this.socket.on('end', () => this.#end())
    if (this.socket.readableEnded) this.#end()
    if (this.#isPaused) this.socket.pause()
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  #take() {
    this.#isIterated = true
    if (this.#next < this.#messages.length) {
      const value = this.#shift()
      if (this.#next === this.#messages.length) this.#goOn()
      return Promise.resolve({ value, done: false })
    }
    if (this.#error !== undefined && !this.#isErrorTaken) {
      this.#isErrorTaken = true
      this.#leaveRefused()
      return Promise.reject(this.#error)
    }
    if (this.#hasEnded || this.#error !== undefined) {
      this.#tellEnd()
      return Promise.resolve(DONE)
    }
    const step = new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
    this.#start()
    return step
  }

  #shift() {
    const message = this.#messages[this.#next]
    this.#messages[this.#next++] = undefined
    if (this.#next === this.#messages.length) {
      this.#messages = []
      this.#next = 0
      this.#waitingBytes = 0
    }
    return message
  }

  /** @param {Buffer} chunk */
  #decode(chunk) {
    if (this.#discards) return
    const before = this.#messages.length
    let failure
    try {
      this.#decoder.push(chunk, this.#messages)
    } catch (error) {
      failure = /** @type {Error} */ (error)
    }
    this.#waitingBytes += chunk.length + (this.#messages.length - before) * MESSAGE_BYTES
    if (failure !== undefined) this.#refuse(failure)
    else this.#goOn()
    if (this.#waitingBytes > MOST_WAITING) this.socket.pause()
  }

  /**
   * What came is not of the protocol: nothing more is read. Messages before it are still handed over, and answered.
   * @param {Error} error
   */
  #refuse(error) {
    this.#isRefused = true
    this.#discards = true
    this.socket.pause()
    this.#fail(error)
  }

  /** Whoever was told of it may have a last word in the same turn. */
  #leaveRefused() {
    if (this.#isRefused) setImmediate(() => this.end())
  }

  #end() {
    if (this.#hasEnded || this.#error !== undefined) return
    try {
      if (!this.#discards) this.#decoder.end?.(this.#messages)
    } catch (error) {
      return this.#refuse(/** @type {Error} */ (error))
    }
    this.#hasEnded = true
    this.#goOn()
  }

  /** @param {Error} error */
  #fail(error) {
    if (this.#error !== undefined || this.#isEndTold) return
    this.#error = error
    this.#goOn()
  }

  #close() {
    // Closed by ourselves, before the other side has ended: that is no end of theirs to be told.
    if (!this.#hasEnded) this.#isEndTold = true
    this.#hasEnded = true
    this.#goOn()
    this.emit('close')
  }

  /** Hands over what can be, in order: messages, then the end or the failure; else lets more come. */
  #goOn() {
    this.#giveToTakers()
    if (this.listenerCount('message') > 0) this.#emitMessages()
    if (this.#next < this.#messages.length) return
    this.#waitingBytes = 0
    if (this.#error !== undefined) this.#tellError(this.#error)
    else if (this.#hasEnded) this.#settleEnd()
    else if (this.#isStarted && !this.#isPaused && this.socket.isPaused()) this.socket.resume()
  }

  #giveToTakers() {
    while (this.#takers.length > 0 && this.#next < this.#messages.length) {
      this.#takers.shift()?.resolve({ value: this.#shift(), done: false })
    }
  }

  #emitMessages() {
    try {
      while (!this.#isPaused && this.#next < this.#messages.length) this.emit('message', this.#shift())
    } finally {
      // A listener has thrown: the rest is delivered in the next turn.
      if (!this.#isPaused && this.#next < this.#messages.length) setImmediate(() => this.#goOn())
    }
  }

  /** @param {Error} error */
  #tellError(error) {
    const takers = this.#takers.splice(0)
    if (takers.length > 0) {
      this.#isErrorTaken = true
      this.#leaveRefused()
    }
    takers.shift()?.reject(error)
    for (const other of takers) other.resolve(DONE)
    if (this.#isErrorEmitted || (this.#isIterated && this.listenerCount('error') === 0)) return
    this.#isErrorEmitted = true
    this.#leaveRefused()
    this.emit('error', error)
  }

  /** Those who wait for a message hear of the end; who only iterates hears of it when asking. */
  #settleEnd() {
    const takers = this.#takers.splice(0)
    if (takers.length > 0 || !this.#isIterated || this.socket.destroyed) this.#tellEnd()
    for (const taker of takers) taker.resolve(DONE)
  }

  #tellEnd() {
    if (this.#isEndTold) return
    this.#isEndTold = true
    this.emit('end')
    if (!this.#keepsHalfOpen) this.end()
  }

  /** @param {Buffer} bytes */
  #write(bytes) {
    if (this.socket.destroyed) return
    // Where there is room, the socket tells nothing later.
    if (this.socket.write(bytes) && this.#needsDrain) process.nextTick(() => this.#tellDrain())
  }

  #tellDrain() {
    if (!this.#needsDrain || this.socket.destroyed || this.bufferedBytes >= this.socket.writableHighWaterMark) return
    this.#needsDrain = false
    this.emit('drain')
  }
}

/**
 * A TLS socket that is ended before it is secure never gets so.
 * @param {any} socket
 */
function endSecured(socket) {
  if (socket.secureConnecting) socket.once('secureConnect', () => socket.end())
  else socket.end()
}

module.exports = { FramedConnection, kKeepOpen }
