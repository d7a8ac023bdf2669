'use strict'

// The functions that a worker runs, by the numbers that tasks name them with.

const { native } = require('../internal/native.js')
const { loadHandler } = require('./load-handler.js')

/** @typedef {import('./task-context.js').TaskContext} TaskContext */
/** @typedef {(task: any, context: TaskContext) => any} Handler */

class Handlers {
  #pool
  #restore
  /** The function, or the promise of it. @type {(Handler | Promise<Handler>)[]} */
  #known = []

  /**
   * @param {number} pool
   * @param {string | undefined} restore the export that runs a task in the context captured with it
   */
  constructor(pool, restore) {
    this.#pool = pool
    this.#restore = restore
  }

  /**
   * The function if it is loaded.
   * @param {number} number
   */
  get(number) {
    const handler = this.#known[number]
    return typeof handler === 'function' ? handler : undefined
  }

  /**
   * @param {number} number
   * @returns {Promise<Handler>}
   */
  async load(number) {
    this.#known[number] ??= this.#load(number)
    return this.#known[number]
  }

  /** @param {number} number */
  async #load(number) {
    const { filename, name } = JSON.parse(native().poolHandler(this.#pool, number))
    const handler = /** @type {Handler} */ (await loadHandler(filename, name))
    if (this.#restore === undefined) return (this.#known[number] = handler)
    const restore = /** @type {any} */ (await loadHandler(filename, this.#restore))
    const restored = (/** @type {any} */ task, /** @type {TaskContext} */ context) =>
      restore(context.context, () => handler(task, context))
    return (this.#known[number] = restored)
  }
}

module.exports = { Handlers }
