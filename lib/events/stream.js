'use strict'

// bus.stream(): messages as an async iterable, pulled. What nobody asked for yet waits in the native queue, under its
// bound and its overflow policy; at most one take (64 KB) is ahead of the reader.

const { AsyncResource } = require('node:async_hooks')
const { threadId } = require('node:worker_threads')
const { abortError, codes } = require('../internal/errors.js')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { DROPPED, ENDED, Incoming, NONE } = require('./incoming.js')
const { LOST } = require('./ports.js')

/** @typedef {import('./incoming.js').Message} Message */
/** @typedef {{ resolve: (result: IteratorResult<Message>) => void, reject: (error: unknown) => void }} Reader */

class Stream {
  #port = openPort({ deliverNext: () => this.#deliverNext(), ticks: true })
  #incoming = new Incoming(this.#port.id)
  /** @type {Reader[]} */ #readers = []
  /** @type {unknown} */ #error
  #open = true
  /** @type {import('./subscription.js').Settings} */ #settings
  /** @type {import('./bus.js').Bus} */ #bus
  /** @type {Set<Stream>} */ #siblings
  #dropped = 0
  #resource = new AsyncResource('IronloopStream')
  #onAbort = () => this.#end(abortError(this.#settings.signal?.reason))

  /**
   * @param {import('./bus.js').Bus} bus
   * @param {Set<Stream>} siblings the open streams of that handle
   * @param {string} nativeName
   * @param {import('./subscription.js').Settings} settings
   */
  constructor(bus, siblings, nativeName, settings) {
    this.#bus = bus
    this.#siblings = siblings.add(this)
    this.#settings = settings
    const { id } = this.#port
    native().busOpen(id, nativeName, threadId, false)
    this.#incoming.ports.open()
    native().busSubscribe(
      id,
      settings.pattern,
      settings.maxQueuedBytes,
      settings.overflow,
      settings.group,
      settings.replay
    )
    const { signal } = settings
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (signal?.aborted) this.#onAbort()
  }

  /** @returns {Promise<IteratorResult<Message>>} */
  next() {
    const result = this.#readers.length === 0 ? this.#read() : undefined
    if (result !== undefined) return Promise.resolve(result)
    if (!this.#open) return this.#ended()
    this.#port.ref()
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
  }

  /** @returns {Promise<IteratorResult<Message>>} */
  async return() {
    this.#error = undefined
    this.#end(undefined)
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator]() {
    return this
  }

  async [Symbol.asyncDispose]() {
    await this.return()
  }

  /** Called by the Bus when its handle closes. */
  close() {
    this.#end(undefined)
  }

  /** News: for the reader who waits longest. */
  #deliverNext() {
    if (this.#readers.length === 0) return false
    const result = this.#read()
    if (result === undefined) return false
    const reader = /** @type {Reader} */ (this.#readers.shift())
    if (this.#readers.length === 0) this.#port.unref()
    reader.resolve(result)
    return true
  }

  /** @returns {IteratorYieldResult<Message> | undefined} the next message, if there is one */
  #read() {
    while (this.#open) {
      const kind = this.#incoming.next()
      if (kind === NONE) return undefined
      if (kind === DROPPED) this.#overflowed(this.#incoming.dropped)
      else if (kind === ENDED) {
        const { pattern, maxQueuedBytes } = this.#settings
        this.#end(new codes.ERR_EVENTS_QUEUE_OVERFLOW(pattern, maxQueuedBytes))
      } else {
        try {
          return { value: this.#incoming.message(), done: false }
        } catch (error) {
          if (error !== LOST) this.#unreadable(error)
        }
      }
    }
    return undefined
  }

  /**
   * One message cannot be read: the Bus's 'error' event, else the end.
   * @param {unknown} error
   */
  #unreadable(error) {
    if (this.#bus.listenerCount('error') === 0) this.#end(error)
    else this.#bus.emit('error', error, { subscription: this })
  }

  /** @param {number} total dropped since it began */
  #overflowed(total) {
    const dropped = total - this.#dropped
    this.#dropped = total
    this.#resource.runInAsyncScope(this.#bus.emit, this.#bus, 'overflow', { subscription: this, dropped })
  }

  /** @param {unknown} error */
  #end(error) {
    if (!this.#open) return
    this.#open = false
    this.#error = error
    this.#settings.signal?.removeEventListener('abort', this.#onAbort)
    this.#incoming.ports.close()
    this.#port.close()
    this.#siblings.delete(this)
    for (const { resolve, reject } of this.#readers.splice(0)) this.#ended().then(resolve, reject)
  }

  /** @returns {Promise<IteratorResult<Message>>} the error once, then the end */
  #ended() {
    const error = this.#error
    this.#error = undefined
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error)
  }
}

module.exports = { Stream }
