'use strict'

// The face of a pool: run() and what surrounds it. The scheduler decides in Rust which thread runs what
// (crates/core/src/pool); here are the promises, what may end them early, and the threads themselves.

const { tracingChannel } = require('node:diagnostics_channel')
const { EventEmitterAsyncResource } = require('node:events')
const { abortError, codes } = require('../internal/errors.js')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { Backpressure } = require('./backpressure.js')
const { Cancellation } = require('./cancellation.js')
const { Completions } = require('./completions.js')
const { mapTasks } = require('./map.js')
const { checkRunOptions, closeOptions, poolOptions, resolveFilename } = require('./options.js')
const { Submission } = require('./submission.js')
const { Tasks } = require('./tasks.js')
const { Threads } = require('./threads.js')
const { PoolHistogram, poolTimings } = require('./timings.js')
const { flags, status } = require('./wire.js')

/** @typedef {import('node:worker_threads').Worker} Worker */

const channel = /** @type {any} */ (tracingChannel('ironloop:pool:task'))

function isTraced() {
  return channel.start.hasSubscribers || channel.asyncEnd.hasSubscribers || channel.error.hasSubscribers
}

class Pool extends EventEmitterAsyncResource {
  #options
  #port = openPort({ deliverNext: () => this.#deliverNext(), ticks: true })
  #pool = /** @type {number} */ (native().poolOpen(this.#port.id))
  #tasks = new Tasks()
  #submission = new Submission(this.#pool)
  #completions = new Completions(this.#pool)
  #backpressure
  #cancellation
  #threads
  /** Handler numbers by file and name. @type {Map<string, number>} */
  #handlers = new Map()
  /** @type {number | undefined} */
  #defaultHandler
  /** What to do with what tasks emit, by id. @type {Map<number, (value: any) => void>} */
  #progress = new Map()
  #startedAt = performance.now()
  #completed = 0
  #failed = 0
  #cancelled = 0
  #closing = false
  /** @type {Promise<void> | undefined} */
  #destroyed
  /** Those who wait until nothing is pending. @type {(() => void)[]} */
  #idle = []

  /** @param {Record<string, any>} [options] */
  constructor(options) {
    const checked = poolOptions(options)
    super({ name: 'Pool' })
    this.#options = checked
    const { filename, name, maxThreads, concurrentTasksPerWorker, maxQueue } = checked
    if (filename !== null) this.#defaultHandler = this.#handler(filename, name)
    this.#backpressure = new Backpressure(maxThreads * concurrentTasksPerWorker, maxQueue, (event) =>
      queueMicrotask(() => this.emit(event))
    )
    this.#cancellation = new Cancellation(this.#pool, checked.gracePeriodMs, {
      flush: () => this.#submission.flush(),
      cancelled: (id, error, gone) => this.#cancel(id, error, gone),
      expired: (seat) => this.#threads.end(seat),
    })
    this.#threads = new Threads(this.#pool, checked, this.#defaultHandler, {
      wanted: () => Math.ceil(this.#backpressure.count / concurrentTasksPerWorker),
      created: (worker) => queueMicrotask(() => this.emit('workerCreate', worker)),
      destroyed: (worker) => this.emit('workerDestroy', worker),
      message: (message) => this.emit('message', message),
      lost: (lost, error, hopeless, final) => this.#lose(lost, error, hopeless, final),
    })
    try {
      this.#threads.ensure()
    } catch (error) {
      this.#port.close()
      throw error
    }
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
    const handler = this.#handlerFor(options)
    const signal = options?.signal ?? undefined
    if (signal?.aborted) throw abortError(signal.reason)
    if (this.#backpressure.isFull()) throw new codes.ERR_POOL_QUEUE_FULL(this.#options.maxQueue)
    const promise = this.#tasks.open()
    const id = this.#tasks.lastId
    const timeout = Math.ceil(options?.timeout ?? 0)
    let asked = 0
    if (signal !== undefined) asked |= flags.CANCELLABLE
    if (timeout > 0) asked |= flags.TIMED
    if (asked !== 0 && options?.cooperative !== true) asked |= flags.EXCLUSIVE
    try {
      this.#submission.add(id, task, handler, asked, options?.priority ?? 0, timeout)
    } catch (error) {
      this.#tasks.reject(id, error)
      this.#tasks.release(id)
      return promise
    }
    if (signal !== undefined) this.#cancellation.watch(id, signal)
    if (options?.onProgress !== undefined) this.#progress.set(id, options.onProgress)
    this.#backpressure.entered()
    if (this.#tasks.pending === 1) this.#port.ref()
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
    const definition = JSON.stringify({ filename, name })
    let handler = this.#handlers.get(definition)
    if (handler === undefined) {
      handler = /** @type {number} */ (native().poolAddHandler(this.#pool, definition))
      this.#handlers.set(definition, handler)
    }
    return handler
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
        this.#report(id, completions)
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
      this.#completed++
      this.#cancellation.forget(id)
      try {
        const value = completions.value()
        if (completions.status === status.OK) tasks.resolve(id, value)
        else {
          this.#failed++
          tasks.reject(id, value)
        }
      } catch (error) {
        tasks.reject(id, error)
      }
    }
    this.#release(id)
  }

  /**
   * @param {number} id
   * @param {Completions} completions
   */
  #report(id, completions) {
    if (!this.#tasks.isPending(id)) return
    const value = completions.value()
    const listener = this.#progress.get(id)
    if (listener === undefined) this.emit('progress', value)
    else this.asyncResource.runInAsyncScope(listener, undefined, value)
  }

  /**
   * Ends a task's promise early.
   * @param {number} id
   * @param {Error} error
   * @param {boolean} gone the scheduler has forgotten it
   */
  #cancel(id, error, gone) {
    if (!this.#tasks.isPending(id)) return
    this.#cancelled++
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
    this.#backpressure.left()
    this.#settled()
  }

  #settled() {
    if (this.#tasks.pending > 0) return
    this.#port.unref()
    for (const resolve of this.#idle.splice(0)) resolve()
    this.#threads.retireIdle()
  }

  /**
   * A thread has ended.
   * @param {number[]} lost tasks that it ran
   * @param {Error} error
   * @param {boolean} hopeless no thread starts any more
   * @param {boolean} final its error will not show again
   */
  #lose(lost, error, hopeless, final) {
    const ids = hopeless ? [...lost, ...this.#takeQueued()] : lost
    for (const id of ids) this.#fail(id, error)
    if (final && ids.length === 0 && error.cause !== undefined) this.emit('error', error.cause)
  }

  /** Takes out all that no thread has started. @returns {number[]} */
  #takeQueued() {
    this.#submission.flush()
    return native().poolDrainQueued(this.#pool)
  }

  /**
   * Rejects a task that the scheduler has forgotten.
   * @param {number} id
   * @param {unknown} error
   */
  #fail(id, error) {
    if (this.#tasks.isPending(id)) {
      this.#failed++
      this.#cancellation.forget(id)
      this.#tasks.reject(id, error)
    }
    this.#release(id)
  }

  /**
   * @param {AsyncIterable<any> | Iterable<any>} iterable
   * @param {Record<string, any>} [options]
   */
  map(iterable, options) {
    return mapTasks(this, this.#backpressure, iterable, options)
  }

  ready() {
    return this.#closing ? Promise.resolve() : this.#backpressure.ready()
  }

  /** @returns {Promise<void>} */
  drain() {
    if (this.#tasks.pending === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** @param {Record<string, any>} [options] */
  async close(options) {
    const { force, gracePeriodMs = this.#options.closeTimeout } = closeOptions(options)
    if (this.#destroyed !== undefined) return this.#destroyed
    this.#closing = true
    this.#backpressure.release()
    if (force) for (const id of this.#takeQueued()) this.#fail(id, new codes.ERR_POOL_CLOSED())
    await this.#drainWithin(gracePeriodMs)
    await this.destroy()
  }

  /** @param {number} ms */
  async #drainWithin(ms) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    const late = new Promise((resolve) => {
      if (ms <= 2 ** 31 - 1) timer = setTimeout(resolve, ms)
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
    this.#backpressure.release()
    this.#submission.clear()
    for (const id of this.#tasks.pendingIds()) this.#cancel(id, new codes.ERR_POOL_CLOSED(), false)
    await this.#threads.stop()
    this.#port.close()
  }

  [Symbol.asyncDispose]() {
    return this.close()
  }

  stats() {
    const { queued, held, wait, run } = poolTimings(this.#pool)
    const { pending } = this.#tasks
    return {
      threads: this.#threads.size,
      queued: Math.max(queued, pending + this.#tasks.held - held, 0),
      running: held,
      completed: this.#completed,
      failed: this.#failed,
      cancelled: this.#cancelled,
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
    return poolTimings(this.#pool).idle
  }

  get queueSize() {
    return Math.max(0, this.#backpressure.count - this.#backpressure.capacity)
  }

  get needsDrain() {
    return this.#backpressure.needsDrain
  }

  get completed() {
    return this.#completed
  }

  get duration() {
    return performance.now() - this.#startedAt
  }

  get utilization() {
    return poolTimings(this.#pool).busyMs / (this.duration * this.#options.maxThreads)
  }

  get histogram() {
    return this.#options.recordTiming ? new PoolHistogram(this.#pool) : null
  }
}

module.exports = { Pool }
