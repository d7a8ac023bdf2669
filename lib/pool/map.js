'use strict'

// map(): tasks from an iterable, a bounded number at a time, results as an async iterable.
//
// A feeder takes from the source while there is room; the consumer takes results. Both wait on a bell of their own.
// Results that were not consumed count against the room, so a slow consumer slows the source down. The feeder may wait
// for the source for ever, so whoever ends the loop closes the source, by its return().

const { abortError, codes } = require('../internal/errors.js')
const { validateBoolean, validateInteger, validateObject } = require('../internal/validators.js')
const { listen } = require('./cancellation.js')
const { checkRunOptions } = require('./options.js')

const LEAST_CONCURRENCY = 16
const ignore = () => {}

class Bell {
  #rung = false
  /** @type {(() => void) | undefined} */
  #resolve

  ring() {
    this.#rung = true
    this.#resolve?.()
  }

  /** @returns {Promise<void>} */
  async heard() {
    if (!this.#rung) await new Promise((resolve) => (this.#resolve = () => resolve(undefined)))
    this.#rung = false
    this.#resolve = undefined
  }
}

class Mapping {
  /** Results in the order in which they are to be yielded. @type {Promise<any>[]} */
  #results = []
  #open = 0
  #fed = false
  #stopped = false
  #room = new Bell()
  #news = new Bell()
  /** @type {any} */
  #iterator

  /**
   * @param {AsyncIterable<any> | Iterable<any>} source
   * @param {(item: any) => Promise<any>} run
   * @param {() => Promise<void>} ready
   * @param {{ concurrency: number, ordered: boolean, signal: any }} options
   */
  constructor(source, run, ready, { concurrency, ordered, signal }) {
    this.source = source
    this.run = run
    this.ready = ready
    this.concurrency = concurrency
    this.ordered = ordered
    this.signal = signal
  }

  async #feed() {
    try {
      const { source } = this
      this.#iterator =
        /** @type {any} */ (source)[Symbol.asyncIterator]?.() ?? /** @type {any} */ (source)[Symbol.iterator]()
      while (!this.#stopped) {
        const { value, done } = await this.#iterator.next()
        if (done) this.#iterator = undefined
        if (done || this.#stopped) return
        await this.#take(value)
      }
    } catch (error) {
      this.#iterator = undefined // as with for await: what threw is not closed
      this.#fail(error)
    } finally {
      this.#fed = true
      this.#news.ring()
    }
  }

  /** @param {any} value an item, or of an iterable that is not async the promise of one */
  async #take(value) {
    const item = await value
    await this.ready()
    if (this.#stopped) return
    this.#start(item)
    while (this.#open >= this.concurrency && !this.#stopped) await this.#room.heard()
  }

  /** @param {unknown} error */
  #fail(error) {
    const failed = Promise.reject(error)
    failed.catch(ignore)
    this.#results.push(failed)
  }

  /** The signal has fired: what was not consumed is not wanted any more. */
  #abort() {
    this.#results.length = 0
    this.#fail(abortError(this.signal.reason))
    this.#news.ring()
  }

  /** @param {any} item */
  #start(item) {
    this.#open++
    const result = this.run(item)
    const settled = () => {
      if (!this.ordered) this.#results.push(result)
      this.#news.ring()
    }
    result.then(settled, settled)
    if (this.ordered) this.#results.push(result)
    this.#news.ring()
  }

  async *results() {
    const { signal } = this
    const ignoreSignal = signal == null ? ignore : listen(signal, () => this.#abort())
    try {
      if (signal?.aborted) throw abortError(signal.reason)
      this.#feed()
      for (;;) {
        const next = this.#results.shift()
        if (next !== undefined) {
          const value = await next
          this.#open--
          this.#room.ring()
          yield value
        } else if (this.#fed && this.#open === 0) return
        else await this.#news.heard()
      }
    } finally {
      this.#stopped = true
      this.#room.ring()
      ignoreSignal()
      this.#close()
    }
  }

  /** Closes the source, without waiting for one that is busy: it would not answer before its next item. */
  #close() {
    const iterator = this.#iterator
    this.#iterator = undefined
    try {
      Promise.resolve(iterator?.return?.()).catch(ignore)
    } catch {
      // the loop has an end of its own
    }
  }
}

/**
 * @param {{ run(item: any, options?: any): Promise<any>, ready(): Promise<void> }} pool
 * @param {{ capacity: number, limit: number }} backpressure
 * @param {any} source
 * @param {Record<string, any>} [options]
 */
function mapTasks(pool, backpressure, source, options = {}) {
  if (source?.[Symbol.asyncIterator] === undefined && source?.[Symbol.iterator] === undefined) {
    throw new codes.ERR_INVALID_ARG_TYPE('iterable', ['Iterable', 'AsyncIterable'], source)
  }
  validateObject(options, 'options')
  const { concurrency: asked, ordered = true, ...rest } = options
  const usual = Math.max(2 * backpressure.capacity, LEAST_CONCURRENCY)
  const concurrency = asked ?? Math.min(usual, backpressure.limit)
  validateInteger(concurrency, 'options.concurrency', 1)
  validateBoolean(ordered, 'options.ordered')
  checkRunOptions(rest)
  const runOptions = Object.keys(rest).length === 0 ? undefined : rest
  const run = (/** @type {any} */ item) => pool.run(item, runOptions)
  return new Mapping(source, run, () => pool.ready(), { concurrency, ordered, signal: rest.signal }).results()
}

module.exports = { mapTasks }
