'use strict'

// What tasks print: a result must not overtake it, since with the last result the process may exit.

class PrintedOutput {
  #isAwaited = false
  #onWritten

  /** @param {() => void} onWritten */
  constructor(onWritten) {
    this.#onWritten = onWritten
  }

  /** Whether something is still on its way; then `onWritten` will be called. */
  isPending() {
    if (this.#isAwaited) return true
    const stream = [process.stdout, process.stderr].find((one) => one.writableLength > 0)
    if (stream === undefined) return false
    this.#isAwaited = true
    stream.write('', () => {
      this.#isAwaited = false
      this.#onWritten()
    })
    return true
  }
}

module.exports = { PrintedOutput }
