'use strict'

// Numbers for the handlers of a pool, by file and name: tasks name their handler by one, threads look it up.

const { codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { resolveFilename } = require('./options.js')

class HandlerNumbers {
  #pool
  #filename
  #name
  /** @type {Map<string, number>} */
  #numbers = new Map()
  /** The pool's own, if it has a file. @type {number | undefined} */
  standard

  /**
   * @param {number} pool
   * @param {{ filename: string | null, name: string }} options
   */
  constructor(pool, { filename, name }) {
    this.#pool = pool
    this.#filename = filename
    this.#name = name
    if (filename !== null) this.standard = this.#number(filename, name)
  }

  /**
   * The handler that a run() asks for.
   * @param {Record<string, any> | undefined} options
   */
  of(options) {
    const filename = options?.filename ?? undefined
    const name = options?.name ?? undefined
    if (filename === undefined && name === undefined && this.standard !== undefined) return this.standard
    const file = filename === undefined ? this.#filename : resolveFilename(filename, 'options.filename')
    if (file === null) {
      const reason = 'must be given to run() or to the constructor'
      throw new codes.ERR_INVALID_ARG_VALUE('options.filename', filename, reason)
    }
    return this.#number(file, name ?? this.#name)
  }

  /**
   * @param {string} filename
   * @param {string} name
   */
  #number(filename, name) {
    const key = `${name}\0${filename}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      const definition = JSON.stringify({ filename, name })
      number = /** @type {number} */ (native().poolAddHandler(this.#pool, definition))
      this.#numbers.set(key, number)
    }
    return number
  }
}

module.exports = { HandlerNumbers }
