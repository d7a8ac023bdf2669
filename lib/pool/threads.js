'use strict'

// The worker threads of a pool: started on demand, replaced when they die, ended when they have nothing to do.

const path = require('node:path')
const { Worker, setEnvironmentData } = require('node:worker_threads')
const { codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { PLACE } = require('./wire.js')

/** Threads in a row that may die before they take their seat; then what waits for them is rejected. */
const START_ATTEMPTS = 3
const ENTRY = path.join(__dirname, 'worker.js')

/**
 * @typedef {object} Thread
 * @property {import('node:worker_threads').Worker} worker
 * @property {number} seat
 * @property {unknown} error what ended it
 * @property {Promise<void>} exited
 */

class Threads {
  #pool
  #options
  #place
  #listener
  /** By seat. @type {Map<number, Thread>} */
  #threads = new Map()
  /** Ended on purpose, not yet gone. @type {Set<Thread>} */
  #leaving = new Set()
  #failedStarts = 0
  #stopped = false
  /** @type {NodeJS.Timeout | undefined} */
  #idleTimer

  /**
   * @param {number} pool
   * @param {ReturnType<typeof import('./options.js').poolOptions>} options
   * @param {number | undefined} handler that a thread loads before its first task
   * @param {object} listener
   * @param {() => number} listener.wanted how many threads the tasks at hand are worth
   * @param {(worker: import('node:worker_threads').Worker) => void} listener.created
   * @param {(worker: import('node:worker_threads').Worker) => void} listener.destroyed
   * @param {(message: unknown) => void} listener.message
   * @param {(lost: number[], error: Error, hopeless: boolean, final: boolean) => void} listener.lost
   *   hopeless: no thread starts any more; final: its error will not show again
   */
  constructor(pool, options, handler, listener) {
    this.#pool = pool
    this.#options = options
    this.#place = { pool, handler, concurrency: options.concurrentTasksPerWorker }
    this.#listener = listener
  }

  get size() {
    return this.#threads.size
  }

  get workers() {
    return [...this.#threads.values()].map((thread) => thread.worker)
  }

  /** Starts as many threads as are wanted. */
  ensure() {
    if (this.#stopped) return
    const { minThreads, maxThreads } = this.#options
    const wanted = Math.max(minThreads, Math.min(maxThreads, this.#listener.wanted()))
    while (this.#threads.size < wanted) this.#start()
  }

  #start() {
    const seat = native().poolAddSeat(this.#pool)
    const worker = this.#spawn(seat)
    /** @type {Thread} */
    const thread = { worker, seat, error: undefined, exited: Promise.resolve() }
    thread.exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        resolve()
        this.#onExit(thread, code)
      })
    })
    worker.on('error', (error) => {
      thread.error = error
    })
    worker.on('message', this.#listener.message)
    worker.unref() // after the listeners, each of which refs it; the pool's port is ref'd while tasks are pending
    this.#threads.set(seat, thread)
    this.#listener.created(worker)
  }

  /** @param {number} seat */
  #spawn(seat) {
    const { argv, execArgv, env, workerData, resourceLimits, trackUnmanagedFds } = this.#options
    setEnvironmentData(PLACE, /** @type {any} */ ({ ...this.#place, seat }))
    try {
      return new Worker(ENTRY, { argv, execArgv, env, workerData, resourceLimits, trackUnmanagedFds })
    } catch (error) {
      native().poolSeatGone(this.#pool, seat)
      throw error
    } finally {
      setEnvironmentData(PLACE, /** @type {any} */ (undefined))
    }
  }

  /**
   * @param {Thread} thread
   * @param {number} code
   */
  #onExit(thread, code) {
    this.#threads.delete(thread.seat)
    this.#leaving.delete(thread)
    this.#listener.destroyed(thread.worker)
    const { lost, came } = native().poolSeatGone(this.#pool, thread.seat)
    this.#failedStarts = came ? 0 : this.#failedStarts + 1
    const error = new codes.ERR_POOL_WORKER_EXITED(code)
    if (thread.error !== undefined) error.cause = thread.error
    const hopeless = this.#failedStarts >= START_ATTEMPTS
    // A thread that died before it could work is replaced only for tasks that wait.
    const again = came || (!hopeless && this.#listener.wanted() > 0)
    if (hopeless) this.#failedStarts = 0
    if (this.#stopped) return
    this.#listener.lost(lost, error, hopeless, came || !again)
    if (again) this.ensure()
  }

  /**
   * Ends the thread of a seat; tasks that it runs are lost, another takes its place.
   * @param {number} seat
   */
  end(seat) {
    this.#threads.get(seat)?.worker.terminate()
  }

  /** Ends threads beyond the minimum once they have been idle for long enough. */
  retireIdle() {
    const { idleTimeout, minThreads } = this.#options
    if (this.#stopped || this.#idleTimer !== undefined || this.#threads.size <= minThreads) return
    if (idleTimeout === Number.POSITIVE_INFINITY) return
    this.#idleTimer = setTimeout(
      () => {
        this.#idleTimer = undefined
        for (const thread of [...this.#threads.values()].reverse()) {
          if (this.#threads.size <= minThreads) return
          if (native().poolRetire(this.#pool, thread.seat, idleTimeout)) this.#retire(thread)
        }
        this.retireIdle()
      },
      Math.max(idleTimeout, 10)
    )
    this.#idleTimer.unref()
  }

  /** @param {Thread} thread */
  #retire(thread) {
    this.#threads.delete(thread.seat)
    this.#leaving.add(thread)
    thread.worker.terminate()
  }

  /** Ends all threads. */
  async stop() {
    this.#stopped = true
    clearTimeout(this.#idleTimer)
    const threads = [...this.#threads.values(), ...this.#leaving]
    await Promise.all(threads.map((thread) => Promise.all([thread.worker.terminate(), thread.exited])))
  }
}

module.exports = { Threads }
