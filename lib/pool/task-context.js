'use strict'

// The second argument of a handler. Its parts are made when the handler looks at them: most never do.

class TaskContext {
  #seat
  #position
  /** @type {AbortController | undefined} */
  #controller

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
    const seat = this.#seat
    const position = this.#position
    return () => seat.isCancelled(position, this)
  }

  /** Reports progress. */
  get emit() {
    const seat = this.#seat
    const position = this.#position
    return (/** @type {unknown} */ value) => seat.emit(position, this, value)
  }

  /** Fires the signal if it is due. */
  update() {
    if (this.#controller?.signal.aborted === false && this.#seat.isCancelled(this.#position, this)) {
      this.#controller.abort()
    }
  }
}

module.exports = { TaskContext }
