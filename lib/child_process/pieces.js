'use strict'

// One output of a run that comes in pieces while it runs.

/** Pieces that are read one after another before the loop gets its turn: a writer may be quicker than their reader. */
const IN_A_ROW = 32

class Pieces {
  #output
  #inRow = 0
  /** @type {import('./desk.js').Handle | undefined} */
  #handle
  #over = false
  /** @type {(() => void) | undefined} */
  #wakeReader

  /** @param {0 | 1} output */
  constructor(output) {
    this.#output = output
  }

  /**
   * @param {import('./desk.js').Handle} handle
   * @param {boolean} keep
   */
  open(handle, keep) {
    this.#handle = handle
    handle.handOn(this.#output, keep)
    this.wake()
  }

  /** There is news for whoever waits. */
  wake() {
    const wake = this.#wakeReader
    this.#wakeReader = undefined
    wake?.()
  }

  /** The run is over: of one that ran, native code has ended the output; one that did not has none. */
  end() {
    this.#over = true
    this.wake()
  }

  /** @returns {Promise<Buffer | undefined>} undefined at the end */
  async next() {
    for (;;) {
      const piece = this.#handle === undefined ? null : this.#handle.read(this.#output)
      if (piece) {
        if (++this.#inRow % IN_A_ROW === 0) await new Promise(setImmediate)
        return piece
      }
      if (piece === undefined || this.#over) return undefined
      await new Promise((resolve) => {
        this.#wakeReader = () => resolve(undefined)
      })
    }
  }
}

module.exports = { Pieces }
