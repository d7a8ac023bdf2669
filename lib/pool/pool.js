'use strict'

// The face of a pool: checks and options, threads, what is shown. Its tasks are in dispatch.js.

const { tracingChannel } = require('node:diagnostics_channel')
const { codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { Dispatch } = require('./dispatch.js')
const { mapTasks } = require('./map.js')
const { MAX_DELAY, checkRunOptions, closeOptions, poolOptions, resolveFilename } = require('./options.js')
const { PoolEvents } = require('./pool-events.js')
const { Threads } = require('./threads.js')
const { PoolHistogram, poolTimings } = require('./timings.js')

const channel = /** @type {any} */ (tracingChannel('ironloop:pool:task'))

function isTraced() {
  return channel.start.hasSubscribers || channel.asyncEnd.hasSubscribers || channel.error.hasSubscribers
}

class Pool extends PoolEvents {
  #options
  #dispatch
  #threads
  /** Handler numbers by name and file. @type {Map<string, number>} */
  #handlers = new Map()
  /** @type {number | undefined} */
  #defaultHandler
  #startedAt = performance.now()
  #closing = false
  /** @type {Promise<void> | undefined} */
  #destroyed
  #histogram
  /** What there was to show when the pool was closed. @type {ReturnType<typeof poolTimings> | undefined} */
  #lastTimings

  /** @param {Record<string, any>} [options] */
  constructor(options) {
    const checked = poolOptions(options)
    super()
    this.#options = checked
    this.#dispatch = new Dispatch(checked, {
      announce: (event) => queueMicrotask(() => this.emit(event)),
      progress: (listener, value) => {
        if (listener === undefined) this.emit('progress', value)
        else this.asyncResource.runInAsyncScope(listener, undefined, value)
      },
      expired: (seat) => this.#threads.end(seat),
      idle: () => this.#threads.retireIdle(),
    })
    if (checked.recordTiming) this.#histogram = new PoolHistogram(this.#dispatch.pool)
    if (checked.filename !== null) this.#defaultHandler = this.#handler(checked.filename, checked.name)
    this.#threads = new Threads(this.#dispatch.pool, checked, this.#defaultHandler, {
      wanted: () => Math.ceil(this.#dispatch.backpressure.count / checked.concurrentTasksPerWorker),
      created: (worker) => queueMicrotask(() => this.emit('workerCreate', worker)),
      destroyed: (worker) => this.emit('workerDestroy', worker),
      message: (message) => this.emit('message', message),
      lost: (lost, error, hopeless, final) => this.#lose(lost, error, hopeless, final),
    })
    try {
      this.#threads.ensure()
    } catch (error) {
      this.#dispatch.close()
      throw error
    }
  }

  isBusy() {
    return this.#dispatch.pending > 0
  }

  /**
   * @param {any} task
   * @param {Record<string, any>} [options]
   * @returns {Promise<any>}
   */
  run(task, options) {
    try {
      if (!isTraced()) return this.#run(task, options)
      return channel.tracePromise(() => this.#run(task, options), { pool: this, task, options })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * @param {any} task
   * @param {Record<string, any> | undefined} options
   */
  #run(task, options) {
    if (this.#closing) throw new codes.ERR_POOL_CLOSED()
    if (options !== undefined) checkRunOptions(options)
    const promise = this.#dispatch.submit(task, this.#handlerFor(options), options)
    if (this.#threads.size < this.#options.maxThreads) this.#threads.ensure()
    return promise
  }

  /** @param {Record<string, any> | undefined} options */
  #handlerFor(options) {
    const filename = options?.filename ?? undefined
    const name = options?.name ?? undefined
    if (filename === undefined && name === undefined && this.#defaultHandler !== undefined) return this.#defaultHandler
    const file = filename === undefined ? this.#options.filename : resolveFilename(filename, 'options.filename')
    if (file === null) {
      const reason = 'must be given to run() or to the constructor'
      throw new codes.ERR_INVALID_ARG_VALUE('options.filename', filename, reason)
    }
    return this.#handler(file, name ?? this.#options.name)
  }

  /**
   * @param {string} filename
   * @param {string} name
   */
  #handler(filename, name) {
    const key = `${name}\0${filename}`
    let handler = this.#handlers.get(key)
    if (handler === undefined) {
      const definition = JSON.stringify({ filename, name })
      handler = /** @type {number} */ (native().poolAddHandler(this.#dispatch.pool, definition))
      this.#handlers.set(key, handler)
    }
    return handler
  }

  /**
   * A thread has ended.
   * @param {number[]} lost tasks that it ran
   * @param {Error} error
   * @param {boolean} hopeless no thread starts any more
   * @param {boolean} final its error will not show again
   */
  #lose(lost, error, hopeless, final) {
    const ids = hopeless ? [...lost, ...this.#dispatch.takeQueued()] : lost
    this.#dispatch.lose(ids, error)
    if (final && ids.length === 0 && error.cause !== undefined) this.emit('error', error.cause)
  }

  /**
   * @param {AsyncIterable<any> | Iterable<any>} iterable
   * @param {Record<string, any>} [options]
   */
  map(iterable, options) {
    return mapTasks(this, this.#dispatch.backpressure, iterable, options)
  }

  /** @returns {Promise<void>} */
  ready() {
    return this.#closing ? Promise.resolve() : this.#dispatch.backpressure.ready()
  }

  /** @returns {Promise<void>} */
  drain() {
    return this.#dispatch.drained()
  }

  /** @param {Record<string, any>} [options] */
  async close(options) {
    const { force, gracePeriodMs = this.#options.closeTimeout } = closeOptions(options)
    if (this.#destroyed !== undefined) return this.#destroyed
    this.#closing = true
    this.#dispatch.backpressure.release()
    if (force) this.#dispatch.lose(this.#dispatch.takeQueued(), new codes.ERR_POOL_CLOSED())
    await this.#drainWithin(gracePeriodMs)
    await this.destroy()
  }

  /** @param {number} ms */
  async #drainWithin(ms) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    const late = new Promise((resolve) => {
      if (ms <= MAX_DELAY) timer = setTimeout(resolve, ms)
    })
    await Promise.race([this.drain(), late])
    clearTimeout(timer)
  }

  /** @returns {Promise<void>} */
  destroy() {
    this.#destroyed ??= this.#destroy()
    return this.#destroyed
  }

  async #destroy() {
    this.#closing = true
    this.#dispatch.abandon()
    await this.#threads.stop()
    this.#lastTimings = poolTimings(this.#dispatch.pool)
    this.#histogram?.keep()
    this.#dispatch.close()
    this.emitDestroy()
  }

  [Symbol.asyncDispose]() {
    return this.close()
  }

  #timings() {
    return this.#lastTimings ?? poolTimings(this.#dispatch.pool)
  }

  stats() {
    const { completed, failed, cancelled, unsent } = this.#dispatch
    const { queued, held, wait, run } = this.#timings()
    return {
      threads: this.#threads.size,
      queued: queued + unsent,
      running: held,
      completed,
      failed,
      cancelled,
      wait,
      run,
      utilization: this.utilization,
    }
  }

  get threads() {
    return this.#threads.workers
  }

  get minThreads() {
    return this.#options.minThreads
  }

  get maxThreads() {
    return this.#options.maxThreads
  }

  get options() {
    return { ...this.#options }
  }

  get idleThreads() {
    return this.#timings().idle
  }

  get queueSize() {
    const { count, capacity } = this.#dispatch.backpressure
    return Math.max(0, count - capacity)
  }

  get needsDrain() {
    return this.#dispatch.backpressure.needsDrain
  }

  get completed() {
    return this.#dispatch.completed
  }

  get duration() {
    return performance.now() - this.#startedAt
  }

  get utilization() {
    return Math.min(1, this.#timings().busyMs / (this.duration * this.#options.maxThreads))
  }

  get histogram() {
    return this.#histogram ?? null
  }
}

module.exports = { Pool }
