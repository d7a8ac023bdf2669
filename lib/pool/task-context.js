'use strict'

// The second argument of a handler. Its parts are made when the handler looks at them: most never do.

class TaskContext {
  #seat
  #position
  /** @type {AbortController | undefined} */
  #controller
  /** @type {(() => void) | undefined} */
  #wake
  /** What the pool's `context.capture` returned at run(). @type {any} */
  context

  /**
   * @param {import('./worker-seat.js').WorkerSeat} seat
   * @param {number} position
   */
  constructor(seat, position) {
    this.#seat = seat
    this.#position = position
  }

  /** Fires when the task is cancelled or past its timeout. */
  get signal() {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      this.update()
    }
    return this.#controller.signal
  }

  /** Whether the task is cancelled or past its timeout: read from native memory, also in the middle of a loop. */
  get cancelled() {
    return () => this.isOver()
  }

  /** Reports progress. */
  get emit() {
    const seat = this.#seat
    const position = this.#position
    return (/** @type {unknown} */ value) => seat.emit(position, this, value)
  }

  isOver() {
    return this.#seat.isCancelled(this.#position, this)
  }

  /** Resolves when there is news for this thread. @returns {Promise<void>} */
  news() {
    return new Promise((resolve) => {
      this.#wake = () => resolve(undefined)
    })
  }

  /** There is news: fires the signal if it is due. */
  update() {
    this.#wake?.()
    if (this.#controller?.signal.aborted === false && this.isOver()) this.#controller.abort()
  }
}

module.exports = { TaskContext }
