'use strict'

// iterate(): what the generator of one task yields, as an async iterator. The thread runs ahead of the consumer by a
// bounded number of items (wire.js, ITEMS_AHEAD); half of them taken are reported to it at once.
//
// The task is on its way before the first next(), so this is no generator: one that was never entered cannot clean up.

const { abortError } = require('../internal/errors.js')
const { ITEMS_AHEAD } = require('./wire.js')

const REPORTED = ITEMS_AHEAD / 2

/** @typedef {{ done: Promise<any>, take(count: number): void, cancel(error: Error): void }} Source */
/** @typedef {{ resolve(result: IteratorResult<any>): void, reject(error: unknown): void }} Waiter */

class Items {
  /** @type {any[]} */
  #items = []
  #taken = 0
  /** Those who asked for an item that is not there yet. @type {Waiter[]} */
  #waiting = []
  /** How the task ended, until somebody was told. @type {((waiter: Waiter) => void) | undefined} */
  #end
  /** Whether its end is known, or of no interest any more. */
  #isOver = false
  /** @type {Source} */
  #source

  /** @param {(onItem: (item: any) => void) => Source} begin */
  constructor(begin) {
    this.#source = begin((item) => this.#arrived(item))
    this.#source.done.then(
      (value) => this.#ended((waiter) => waiter.resolve({ value, done: true })),
      (error) => this.#ended((waiter) => waiter.reject(error))
    )
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /** @returns {Promise<IteratorResult<any>>} */
  next() {
    if (this.#items.length > 0) {
      const value = this.#items.shift()
      this.#count()
      return Promise.resolve({ value, done: false })
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (this.#isOver) this.#dismiss()
    })
  }

  /**
   * @param {any} [value]
   * @returns {Promise<IteratorResult<any>>}
   */
  async return(value) {
    this.#leave()
    return { value: await value, done: true }
  }

  /**
   * @param {unknown} [error]
   * @returns {Promise<IteratorResult<any>>}
   */
  async throw(error) {
    this.#leave()
    throw error
  }

  async [Symbol.asyncDispose]() {
    this.#leave()
  }

  /** @param {any} item */
  #arrived(item) {
    if (this.#isOver) return
    const waiter = this.#waiting.shift()
    if (waiter === undefined) {
      this.#items.push(item)
      return
    }
    this.#count()
    waiter.resolve({ value: item, done: false })
  }

  /** @param {(waiter: Waiter) => void} end */
  #ended(end) {
    if (this.#isOver) return
    this.#isOver = true
    this.#end = end
    if (this.#waiting.length > 0) this.#dismiss()
  }

  /** Tells the first how it ended, the others that it has. */
  #dismiss() {
    for (const waiter of this.#waiting.splice(0)) {
      const end = this.#end
      this.#end = undefined
      if (end !== undefined) end(waiter)
      else waiter.resolve({ value: undefined, done: true })
    }
  }

  /** The consumer wants no more. */
  #leave() {
    const isRunning = !this.#isOver
    this.#isOver = true
    this.#end = undefined
    this.#items.length = 0
    this.#dismiss()
    if (isRunning) this.#source.cancel(abortError('the consumer has left the loop'))
  }

  #count() {
    if (++this.#taken < REPORTED || this.#isOver) return
    this.#source.take(this.#taken)
    this.#taken = 0
  }
}

module.exports = { Items }
