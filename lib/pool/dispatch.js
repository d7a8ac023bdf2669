'use strict'

// Tasks between run() and the settlement of their promises: out to the scheduler in batches, back in batches, and
// every way in which one can end early. Which thread runs what is decided in crates/core/src/pool.

const { abortError, codes } = require('../internal/errors.js')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { Backpressure } = require('./backpressure.js')
const { Cancellation } = require('./cancellation.js')
const { Completions } = require('./completions.js')
const { Submission } = require('./submission.js')
const { Tasks } = require('./tasks.js')
const { flags, status } = require('./wire.js')

/**
 * @typedef {object} Listener
 * @property {(event: 'needsDrain' | 'drain') => void} announce
 * @property {(listener: ((value: any) => void) | undefined, value: any) => void} progress
 * @property {(seat: number) => void} expired a task that was told to stop has had its time
 * @property {() => void} idle nothing is pending
 */

class Dispatch {
  #port = openPort({ deliverNext: () => this.#deliverNext(), ticks: true })
  /** The scheduler's number. */
  pool = /** @type {number} */ (native().poolOpen(this.#port.id))
  #tasks = new Tasks()
  #submission = new Submission(this.pool)
  #completions = new Completions(this.pool)
  #cancellation
  #listener
  #maxQueue
  /** What to do with what tasks emit, by id. @type {Map<number, (value: any) => void>} */
  #progress = new Map()
  /** Those who wait until nothing is pending. @type {(() => void)[]} */
  #waiting = []
  /** Tasks whose handler ended. */
  completed = 0
  /** Tasks rejected by what their handler threw, or with their thread. */
  failed = 0
  /** Tasks rejected by their signal, their timeout or the end of the pool. */
  cancelled = 0

  /**
   * @param {ReturnType<typeof import('./options.js').poolOptions>} options
   * @param {Listener} listener
   */
  constructor({ maxThreads, concurrentTasksPerWorker, maxQueue, gracePeriodMs }, listener) {
    this.#listener = listener
    this.#maxQueue = maxQueue
    this.backpressure = new Backpressure(maxThreads * concurrentTasksPerWorker, maxQueue, listener.announce)
    this.#cancellation = new Cancellation(this.pool, gracePeriodMs, {
      flush: () => this.#submission.flush(),
      cancelled: (id, error, gone) => this.#cancel(id, error, gone),
      expired: listener.expired,
    })
  }

  /** Tasks that the scheduler has not seen. */
  get unsent() {
    return this.#submission.count
  }

  get pending() {
    return this.#tasks.pending
  }

  /**
   * Queues a task. Throws what concerns the call; what concerns the task rejects its promise.
   * @param {unknown} task
   * @param {number} handler
   * @param {Record<string, any> | undefined} options checked
   * @returns {Promise<any>}
   */
  submit(task, handler, options) {
    const signal = options?.signal ?? undefined
    if (signal?.aborted) throw abortError(signal.reason)
    if (this.backpressure.isFull()) throw new codes.ERR_POOL_QUEUE_FULL(this.#maxQueue)
    const timeout = Math.ceil(options?.timeout ?? 0)
    let asked = 0
    if (signal !== undefined) asked |= flags.CANCELLABLE
    if (timeout > 0) asked |= flags.TIMED
    if (asked !== 0 && options?.cooperative !== true) asked |= flags.EXCLUSIVE
    const promise = this.#tasks.open()
    const id = this.#tasks.lastId
    try {
      this.#submission.add(id, task, handler, asked, options?.priority ?? 0, timeout)
    } catch (error) {
      this.#tasks.reject(id, error)
      this.#tasks.release(id)
      return promise
    }
    if (signal !== undefined) this.#cancellation.watch(id, signal)
    if (options?.onProgress !== undefined) this.#progress.set(id, options.onProgress)
    this.backpressure.entered()
    if (this.#tasks.pending === 1) this.#port.ref()
    return promise
  }

  #deliverNext() {
    const completions = this.#completions
    if (!completions.next()) {
      this.#submission.endDelivery()
      return false
    }
    this.#submission.beginDelivery()
    const { id } = completions
    switch (completions.status) {
      case status.OK:
      case status.THREW:
        this.#complete(id, completions)
        break
      case status.PROGRESS:
        if (this.#tasks.isPending(id)) this.#listener.progress(this.#progress.get(id), completions.value())
        break
      case status.TIMED_OUT:
        this.#cancel(id, new codes.ERR_POOL_TASK_TIMEOUT(), false)
        this.#cancellation.insist(id, completions.seat)
    }
    return true
  }

  /**
   * @param {number} id
   * @param {Completions} completions
   */
  #complete(id, completions) {
    const tasks = this.#tasks
    if (tasks.isPending(id)) {
      this.completed++
      this.#cancellation.forget(id)
      try {
        const value = completions.value()
        if (completions.status === status.OK) tasks.resolve(id, value)
        else {
          this.failed++
          tasks.reject(id, value)
        }
      } catch (error) {
        tasks.reject(id, error)
      }
    }
    this.#release(id)
  }

  /**
   * Ends a task's promise early.
   * @param {number} id
   * @param {Error} error
   * @param {boolean} gone the scheduler has forgotten it
   */
  #cancel(id, error, gone) {
    if (!this.#tasks.isPending(id)) return
    this.cancelled++
    this.#cancellation.forget(id)
    this.#tasks.reject(id, error)
    if (gone) this.#release(id)
    else this.#settled()
  }

  /**
   * A task is over: settled, and of no thread any more.
   * @param {number} id
   */
  #release(id) {
    this.#cancellation.ended(id)
    if (this.#progress.size > 0) this.#progress.delete(id)
    this.#tasks.release(id)
    this.backpressure.left()
    this.#settled()
  }

  #settled() {
    if (this.#tasks.pending > 0) return
    this.#port.unref()
    for (const resolve of this.#waiting.splice(0)) resolve()
    this.#listener.idle()
  }

  /**
   * Rejects tasks that the scheduler has forgotten.
   * @param {number[]} ids
   * @param {unknown} error
   */
  lose(ids, error) {
    for (const id of ids) {
      if (this.#tasks.isPending(id)) {
        this.failed++
        this.#cancellation.forget(id)
        this.#tasks.reject(id, error)
      }
      this.#release(id)
    }
  }

  /** Takes out all that no thread has started. @returns {number[]} */
  takeQueued() {
    this.#submission.flush()
    return native().poolDrainQueued(this.pool)
  }

  /**
   * Resolves when nothing is pending.
   * @returns {Promise<void>}
   */
  drained() {
    if (this.#tasks.pending === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Rejects everything that is pending; `close` is to follow. */
  abandon() {
    this.backpressure.release()
    this.#submission.clear()
    for (const id of this.#tasks.pendingIds()) this.#cancel(id, new codes.ERR_POOL_CLOSED(), false)
  }

  close() {
    this.#port.close()
  }
}

module.exports = { Dispatch }
