'use strict'

// The lines of a run while it runs. Bytes are cut at newlines before they are decoded, so a character that two reads
// share is never broken. One read brings many lines; each is handed out without another turn, for an async generator
// would cost 7 us a line.

const { splitLines } = require('./result.js')

const NEWLINE = 10

/**
 * @typedef {object} Pieces
 * @property {() => Promise<Buffer | undefined>} nextPiece undefined at the end
 * @property {() => Promise<unknown>} outcome waits for the end of the run; rejects if it failed
 * @property {() => Promise<unknown>} leave ends the run because its reader has gone
 * @property {(pending: number) => boolean} overflows whether an unfinished line has grown too long
 */

/** @typedef {IteratorResult<string, undefined>} Step */

/** @type {Step} */
const DONE = { value: undefined, done: true }

/** @implements {AsyncIterableIterator<string>} */
class LineIterator {
  #pieces
  /** @type {string[]} */
  #lines = []
  #next = 0
  /** The beginnings of a line whose end has not come. @type {Buffer[]} */
  #begun = []
  #begunBytes = 0
  #ended = false
  #left = false
  /** Steps are taken one after another, however they are asked for. @type {Promise<unknown> | undefined} */
  #turn

  /** @param {Pieces} pieces */
  constructor(pieces) {
    this.#pieces = pieces
  }

  /** @returns {Promise<Step>} */
  next() {
    if (this.#turn === undefined && this.#next < this.#lines.length) return Promise.resolve(this.#take())
    return this.#inTurn(() => this.#step())
  }

  /** At once, also while a step waits for what is to come. @param {any} [value] @returns {Promise<IteratorResult<string, any>>} */
  return(value) {
    const left = this.#leave()
    return this.#inTurn(async () => {
      await left
      return { value: await value, done: true }
    })
  }

  /** @param {unknown} error @returns {Promise<Step>} */
  throw(error) {
    const left = this.#leave()
    return this.#inTurn(async () => {
      await left
      throw error
    })
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /**
   * @template T
   * @param {() => Promise<T>} step
   * @returns {Promise<T>}
   */
  #inTurn(step) {
    const turn = this.#turn === undefined ? step() : this.#turn.then(step, step)
    this.#turn = turn
    const over = () => {
      if (this.#turn === turn) this.#turn = undefined
    }
    turn.then(over, over)
    return turn
  }

  /** @returns {Step} */
  #take() {
    return { value: /** @type {string} */ (this.#lines[this.#next++]), done: false }
  }

  /** @returns {Promise<Step>} */
  async #step() {
    while (this.#next >= this.#lines.length) {
      if (this.#left) return DONE
      if (this.#ended) {
        this.#left = true
        await this.#pieces.outcome()
        return DONE
      }
      const piece = await this.#pieces.nextPiece()
      if (!this.#left) this.#add(piece)
    }
    return this.#take()
  }

  /** @param {Buffer | undefined} piece */
  #add(piece) {
    this.#next = 0
    const end = piece === undefined ? 0 : piece.lastIndexOf(NEWLINE) + 1
    if (piece === undefined) {
      this.#ended = true
      this.#lines = splitLines(Buffer.concat(this.#begun).toString('utf8'))
      return
    }
    this.#lines = end === 0 ? [] : splitLines(this.#complete(piece.subarray(0, end)).toString('utf8'))
    if (end < piece.length) this.#begun.push(piece.subarray(end))
    this.#begunBytes += piece.length - end
    this.#ended = this.#pieces.overflows(this.#begunBytes)
  }

  /** @param {Buffer} end */
  #complete(end) {
    const whole = this.#begun.length === 0 ? end : Buffer.concat([...this.#begun, end])
    this.#begun = []
    this.#begunBytes = 0
    return whole
  }

  async #leave() {
    if (this.#left) return
    this.#left = true
    this.#lines = []
    this.#next = 0
    await this.#pieces.leave()
  }
}

module.exports = { LineIterator }
