'use strict'

// What events and load balancers see of a thread, as piscina's PiscinaWorker.

const { threadTimings } = require('./timings.js')

class ThreadFace {
  #host
  #worker
  #id
  #isRecorded
  /** Whether it is about to end. */
  terminating = false
  destroyed = false

  /**
   * @param {import('node:worker_threads').Worker} worker
   * @param {number} seat
   * @param {boolean} isRecorded whether its run times are recorded on their own
   * @param {{ pool: number, usage(seat: number): number, isRunningAbortable(seat: number): boolean }} host
   */
  constructor(worker, seat, isRecorded, host) {
    this.#worker = worker
    this.#id = worker.threadId
    this.#host = host
    this.#isRecorded = isRecorded
    this.seat = seat
    if (isRecorded) threadTimings(host.pool, seat)
  }

  /** The threadId, also after its end. */
  get id() {
    return this.#id
  }

  get worker() {
    return this.#worker
  }

  get currentUsage() {
    return this.#host.usage(this.seat)
  }

  get isRunningAbortableTask() {
    return this.#host.isRunningAbortable(this.seat)
  }

  /** Its run times, with `workerHistogram`. */
  get histogram() {
    return this.#isRecorded && !this.destroyed ? threadTimings(this.#host.pool, this.seat) : null
  }
}

module.exports = { ThreadFace }
