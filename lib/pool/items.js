'use strict'

// iterate(): what the generator of one task yields, as an async iterable. The thread runs ahead of the consumer by a
// bounded number of items (wire.js, ITEMS_AHEAD); half of them taken are reported to it at once.

const { abortError } = require('../internal/errors.js')
const { ITEMS_AHEAD } = require('./wire.js')

const REPORTED = ITEMS_AHEAD / 2

/** @typedef {{ done: Promise<any>, take(count: number): void, cancel(error: Error): void }} Source */

class Items {
  /** @type {any[]} */
  #items = []
  #taken = 0
  #isOver = false
  /** @type {(() => void) | undefined} */
  #wake
  /** @type {Source} */
  #source

  /** @param {(onItem: (item: any) => void) => Source} begin */
  constructor(begin) {
    this.#source = begin((item) => {
      this.#items.push(item)
      this.#wake?.()
    })
    const over = () => {
      this.#isOver = true
      this.#wake?.()
    }
    this.#source.done.then(over, over)
  }

  async *results() {
    try {
      for (;;) {
        while (this.#items.length > 0) {
          const item = this.#items.shift()
          this.#count()
          yield item
        }
        if (this.#isOver) return await this.#source.done
        await new Promise((resolve) => {
          this.#wake = () => resolve(undefined)
        })
        this.#wake = undefined
      }
    } finally {
      if (!this.#isOver) this.#source.cancel(abortError('the consumer has left the loop'))
    }
  }

  #count() {
    if (++this.#taken < REPORTED || this.#isOver) return
    this.#source.take(this.#taken)
    this.#taken = 0
  }
}

module.exports = { Items }
