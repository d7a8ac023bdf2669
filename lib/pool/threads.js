'use strict'

// The worker threads of a pool: started on demand, replaced when they die, ended when they have nothing to do.

const fs = require('node:fs')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { codes } = require('../internal/errors.js')
const { native, nativeFile } = require('../internal/native.js')
const { ThreadFace } = require('./thread-face.js')

/** Threads in a row that may die before they take their seat; then what waits for them is rejected. */
const START_ATTEMPTS = 3
/** The same in one file, which threads load sooner; scripts/pool-worker.mjs makes it. */
const IN_ONE_FILE = path.join(__dirname, '../../native/pool-worker.js')
const ENTRY = fs.existsSync(IN_ONE_FILE) ? IN_ONE_FILE : path.join(__dirname, 'worker.js')

/**
 * @typedef {object} Thread
 * @property {import('node:worker_threads').Worker} worker
 * @property {number} seat
 * @property {ThreadFace} face
 * @property {boolean} isReady it has loaded its handler
 * @property {unknown} error what ended it
 * @property {Promise<void>} exited
 */

/** @typedef {{ lost: number[], unassigned: number[], requeued: number, came: boolean }} Gone */

/**
 * @typedef {object} Host
 * @property {number} pool
 * @property {() => number} wanted how many threads the tasks at hand are worth
 * @property {(seat: number) => any} openPort the end of a seat's port that its thread gets
 * @property {(face: ThreadFace) => void} created
 * @property {(face: ThreadFace) => void} destroyed
 * @property {(message: unknown) => void} message
 * @property {(seat: number) => number} usage
 * @property {(seat: number) => boolean} isRunningAbortable
 * @property {(seat: number, gone: Gone, error: Error, hopeless: boolean, final: boolean) => void} lost
 *   hopeless: no thread starts any more; final: its error will not show again
 * @property {(error: unknown) => void} refused there is no thread, and Node makes none
 */

class Threads {
  #options
  #place
  #host
  /** By seat. @type {Map<number, Thread>} */
  #threads = new Map()
  /** Not of the pool any more, not yet gone; by seat. @type {Map<number, Thread>} */
  #leaving = new Map()
  /** Those who wait until all threads are ready. @type {{ resolve: () => void, reject: (error: Error) => void }[]} */
  #waiting = []
  #failedStarts = 0
  #stopped = false
  /** @type {NodeJS.Timeout | undefined} */
  #idleTimer

  /**
   * @param {ReturnType<typeof import('./options.js').poolOptions>} options minThreads and maxThreads may change
   * @param {number | undefined} handler that a thread loads before its first task
   * @param {Host} host
   */
  constructor(options, handler, host) {
    const { concurrentTasksPerWorker: concurrency, niceIncrement, recycle, context } = options
    this.#options = options
    const binding = nativeFile()
    this.#place = { pool: host.pool, binding, handler, concurrency, niceIncrement, recycle, restore: context?.restore }
    this.#host = host
  }

  get size() {
    return this.#threads.size
  }

  get workers() {
    return [...this.#threads.values()].map((thread) => thread.worker)
  }

  get faces() {
    return [...this.#threads.values()].map((thread) => thread.face)
  }

  /** Starts the threads that are always there. Throws where Node refuses to make one. */
  open() {
    while (this.#threads.size < this.#options.minThreads) this.#start()
  }

  /** Starts as many threads as are wanted. */
  ensure() {
    if (this.#stopped) return
    const { minThreads, maxThreads } = this.#options
    const wanted = Math.max(minThreads, Math.min(maxThreads, this.#host.wanted()))
    while (this.#threads.size < wanted && this.#tryStart());
  }

  /**
   * Starts one more thread; false when there are enough, or can be no more.
   * @returns {boolean}
   */
  grow() {
    return !this.#stopped && this.#threads.size < this.#options.maxThreads && this.#tryStart()
  }

  /** Node may refuse to make a thread. Those that are there do without it; where there is none, nobody can wait. */
  #tryStart() {
    try {
      this.#start()
      return true
    } catch (error) {
      if (this.#threads.size > 0) return false
      for (const { reject } of this.#waiting.splice(0)) reject(/** @type {Error} */ (error))
      this.#host.refused(error)
      return false
    }
  }

  #start() {
    const seat = /** @type {number} */ (native().poolAddSeat(this.#host.pool))
    const worker = this.#spawn(seat)
    const face = new ThreadFace(worker, seat, this.#options.workerHistogram === true, this.#host)
    /** @type {Thread} */
    const thread = { worker, seat, face, isReady: false, error: undefined, exited: Promise.resolve() }
    thread.exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        resolve()
        this.#onExit(thread, code)
      })
    })
    worker.on('error', (error) => {
      thread.error = error
    })
    worker.on('message', this.#host.message)
    worker.unref() // after the listeners, each of which refs it; the pool's port is ref'd while tasks are pending
    this.#threads.set(seat, thread)
    this.#host.created(face)
  }

  /** @param {number} seat */
  #spawn(seat) {
    const { argv, execArgv, env, workerData, resourceLimits, trackUnmanagedFds } = this.#options
    try {
      const worker = new Worker(ENTRY, { argv, execArgv, env, workerData, resourceLimits, trackUnmanagedFds })
      const port = this.#host.openPort(seat)
      worker.postMessage({ ...this.#place, seat, port }, [port]) // there before any code of the user runs
      return worker
    } catch (error) {
      native().poolSeatGone(this.#host.pool, seat)
      throw error
    }
  }

  /**
   * @param {Thread} thread
   * @param {number} code
   */
  #onExit(thread, code) {
    this.#threads.delete(thread.seat)
    this.#leaving.delete(thread.seat)
    thread.face.destroyed = true
    this.#host.destroyed(thread.face)
    const gone = /** @type {Gone} */ (native().poolSeatGone(this.#host.pool, thread.seat))
    this.#failedStarts = gone.came ? 0 : this.#failedStarts + 1
    const error = new codes.ERR_POOL_WORKER_EXITED(code)
    if (thread.error !== undefined) error.cause = thread.error
    const hopeless = this.#failedStarts >= START_ATTEMPTS
    // A thread that died before it could work is replaced only for those who wait.
    const again = gone.came || (!hopeless && this.#host.wanted() + this.#waiting.length > 0)
    if (hopeless) this.#failedStarts = 0
    if (this.#stopped) return
    this.#host.lost(thread.seat, gone, error, hopeless, gone.came || !again)
    if (hopeless) for (const { reject } of this.#waiting.splice(0)) reject(error)
    if (again) this.ensure()
    this.#announceReady()
  }

  /**
   * Ends the thread of a seat; tasks that it runs are lost, another takes its place.
   * @param {number} seat
   */
  end(seat) {
    const thread = this.#threads.get(seat) ?? this.#leaving.get(seat)
    if (thread === undefined) return
    thread.face.terminating = true
    thread.worker.terminate()
  }

  /** @param {number} seat */
  markReady(seat) {
    const thread = this.#threads.get(seat)
    if (thread !== undefined) thread.isReady = true
    this.#announceReady()
  }

  #announceReady() {
    const isReady = [...this.#threads.values()].every((thread) => thread.isReady)
    if (isReady) for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /**
   * Resolves when every thread has loaded its handler: at once where there is, and need be, none. Rejects when none can
   * start.
   * @returns {Promise<void>}
   */
  ready() {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: () => resolve(undefined), reject })
      this.ensure()
      this.#announceReady()
    })
  }

  /** Ends threads beyond the minimum once they have been idle for long enough. */
  retireIdle() {
    const { idleTimeout } = this.#options
    if (this.#stopped || this.#idleTimer !== undefined || this.#threads.size <= this.#options.minThreads) return
    if (idleTimeout === Number.POSITIVE_INFINITY) return
    this.#idleTimer = setTimeout(
      () => {
        this.#idleTimer = undefined
        for (const thread of [...this.#threads.values()].reverse()) {
          if (this.#threads.size <= this.#options.minThreads) return
          if (native().poolRetire(this.#host.pool, thread.seat, idleTimeout)) this.#dismiss(thread)
        }
        this.retireIdle()
      },
      Math.max(idleTimeout, 10)
    )
    this.#idleTimer.unref()
  }

  /** Adapts to limits that have changed: starts threads, or lets some go once they have ended their tasks. */
  resize() {
    this.ensure()
    for (const thread of [...this.#threads.values()].reverse()) {
      if (this.#threads.size <= this.#options.maxThreads) break
      if (native().raw.pool.leave(this.#host.pool, thread.seat)) this.#dismiss(thread)
      else this.#setAside(thread)
    }
    this.retireIdle()
  }

  /**
   * A thread has ended its last task.
   * @param {number} seat
   */
  leave(seat) {
    const thread = this.#threads.get(seat) ?? this.#leaving.get(seat)
    if (thread === undefined || this.#stopped) return
    this.#dismiss(thread)
    this.ensure()
  }

  /** @param {Thread} thread */
  #setAside(thread) {
    this.#threads.delete(thread.seat)
    this.#leaving.set(thread.seat, thread)
  }

  /** @param {Thread} thread that holds no task */
  #dismiss(thread) {
    this.#setAside(thread)
    thread.face.terminating = true
    thread.worker.terminate()
  }

  /** Ends all threads. */
  async stop() {
    this.#stopped = true
    clearTimeout(this.#idleTimer)
    for (const { reject } of this.#waiting.splice(0)) reject(new codes.ERR_POOL_CLOSED())
    const threads = [...this.#threads.values(), ...this.#leaving.values()]
    await Promise.all(threads.map((thread) => Promise.all([thread.worker.terminate(), thread.exited])))
  }
}

module.exports = { Threads }
