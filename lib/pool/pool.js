'use strict'

// The face of a pool: checks and options, threads, what is shown. Its tasks are in dispatch.js.

const { codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { Assignment } = require('./assignment.js')
const { Dispatch } = require('./dispatch.js')
const { HandlerNumbers } = require('./handler-numbers.js')
const { Items } = require('./items.js')
const { mapTasks } = require('./map.js')
const { renderMetrics } = require('./metrics.js')
const { queueOptionsSymbol } = require('./move.js')
const { MAX_DELAY, checkRunOptions, closeOptions, inContext, newLimits, poolOptions } = require('./options.js')
const { PoolEvents } = require('./pool-events.js')
const { Threads } = require('./threads.js')
const { PoolHistogram, poolTimings } = require('./timings.js')
const { isTraced, traced } = require('./tracing.js')
const { flags } = require('./wire.js')

class Pool extends PoolEvents {
  #options
  #dispatch
  #threads
  /** Who chooses threads where JavaScript does. @type {Assignment | undefined} */
  #assignment
  #handlers
  #startedAt = performance.now()
  #closing = false
  /** @type {Promise<void> | undefined} */
  #destroyed
  #histogram
  #isClosed = false
  /** What there was to show when the pool was closed. @type {ReturnType<typeof poolTimings> | undefined} */
  #lastTimings

  /** @param {Record<string, any>} [options] */
  constructor(options) {
    const checked = poolOptions(options)
    super()
    this.#options = checked
    this.#dispatch = new Dispatch(checked, {
      announce: (event) => queueMicrotask(() => this.emit(event)),
      progress: (value) => this.emit('progress', value),
      expired: (seat) => this.#threads.end(seat),
      ready: (seat) => this.#threads.markReady(seat),
      leaving: (seat) => this.#threads.leave(seat),
      grow: () => this.#threads.grow(),
      released: (id) => this.#assignment?.ended(id),
      idle: () => this.#threads.retireIdle(),
    })
    this.#histogram = new PoolHistogram(this.#dispatch.pool, checked.recordTiming)
    this.#handlers = new HandlerNumbers(this.#dispatch.pool, checked)
    this.#threads = this.#openThreads(checked)
    if (checked.taskQueue !== undefined || checked.loadBalancer !== undefined) {
      this.#assignment = new Assignment(checked, {
        faces: () => this.#threads.faces,
        grow: () => this.#threads.grow(),
        assign: (id, seat) => this.#dispatch.assign(id, seat),
      })
    }
    try {
      this.#threads.open()
    } catch (error) {
      if (this.#threads.size === 0) this.#dispatch.close()
      else this.destroy()
      throw error
    }
  }

  /**
   * @param {ReturnType<typeof poolOptions>} options
   * @returns {Threads}
   */
  #openThreads(options) {
    const { pool } = this.#dispatch
    return new Threads(options, this.#handlers.standard, {
      pool,
      wanted: () => Math.ceil(this.#dispatch.backpressure.count / options.concurrentTasksPerWorker),
      openPort: (seat) => this.#dispatch.ports.open(seat),
      created: (face) =>
        queueMicrotask(() => {
          this.emit('workerCreate', face)
          this.#assignment?.schedule()
        }),
      destroyed: (face) => this.emit('workerDestroy', face),
      message: (message) => this.emit('message', message),
      usage: (seat) => this.#assignment?.usage(seat) ?? native().raw.pool.usage(pool, seat),
      isRunningAbortable: (seat) => this.#assignment?.isRunningAbortable(seat) ?? false,
      lost: (seat, gone, error, hopeless, final) => this.#lose(seat, gone, error, hopeless, final),
      refused: (error) => this.#dispatch.lose(this.#dispatch.takeQueued(), error),
    })
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
    if (isTraced()) return this.#begin(() => this.#run(task, options), task, options)
    try {
      return this.#run(task, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * @param {() => Promise<any>} begin
   * @param {any} task
   * @param {Record<string, any> | undefined} options
   * @returns {Promise<any>}
   */
  #begin(begin, task, options) {
    try {
      return isTraced() ? traced(begin, { pool: this, task, options }) : begin()
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
    return this.#submit(task, options?.onProgress === undefined ? options : inContext(options), 0)
  }

  /**
   * @param {any} task
   * @param {Record<string, any> | undefined} options
   * @param {number} asked
   * @param {(item: any) => void} [onItem]
   */
  #submit(task, options, asked, onItem) {
    const handler = this.#handlers.of(options)
    const assignment = this.#assignment
    if (assignment !== undefined) return this.#submitTo(assignment, handler, task, options, asked, onItem)
    const promise = this.#dispatch.submit(task, handler, options, asked, onItem)
    if (this.#threads.size < this.#options.maxThreads) this.#threads.ensure()
    return promise
  }

  /**
   * @param {Assignment} assignment
   * @param {number} handler
   * @param {any} task
   * @param {Record<string, any> | undefined} options
   * @param {number} asked
   * @param {(item: any) => void} [onItem]
   */
  #submitTo(assignment, handler, task, options, asked, onItem) {
    const promise = this.#dispatch.submit(task, handler, options, asked | flags.HELD, onItem)
    const { lastId } = this.#dispatch
    if (lastId < 0) return promise // it could not be captured
    const queued = {
      taskId: lastId,
      filename: options?.filename ?? this.#options.filename,
      name: options?.name ?? this.#options.name,
      created: performance.now(),
      isAbortable: options?.signal != null,
      [queueOptionsSymbol]: task?.[queueOptionsSymbol] ?? null,
    }
    try {
      assignment.add(queued)
    } catch (error) {
      this.#dispatch.cancel(lastId, error) // the queue's or the balancer's
    }
    return promise
  }

  /**
   * @param {any} task
   * @param {Record<string, any>} [options]
   */
  iterate(task, options = {}) {
    checkRunOptions(options)
    return new Items((onItem) => this.#beginItems(task, options, onItem))
  }

  /**
   * @param {any} task
   * @param {Record<string, any>} options
   * @param {(item: any) => void} onItem
   * @returns {import('./items.js').Source}
   */
  #beginItems(task, options, onItem) {
    let id = -1
    const begin = () => {
      if (this.#closing) throw new codes.ERR_POOL_CLOSED()
      const done = this.#submit(task, options, flags.ITEMS | flags.CANCELLABLE, onItem)
      id = this.#dispatch.lastId
      return done
    }
    const done = this.#begin(begin, task, options)
    return {
      done,
      take: (count) => native().raw.pool.grant(this.#dispatch.pool, id, count),
      cancel: (error) => this.#dispatch.cancel(id, error),
    }
  }

  /**
   * A thread has ended.
   * @param {number} seat
   * @param {{ lost: number[], unassigned: number[] }} gone
   * @param {Error} error
   * @param {boolean} hopeless no thread starts any more
   * @param {boolean} final its error will not show again
   */
  #lose(seat, { lost, unassigned }, error, hopeless, final) {
    const ids = hopeless ? [...lost, ...this.#dispatch.takeQueued()] : lost
    // What needs a value that went to this thread cannot be run by another.
    for (const id of this.#dispatch.ports.postedOf(unassigned)) this.#dispatch.cancel(id, error)
    this.#assignment?.lost(seat, hopeless ? [] : unassigned)
    this.#dispatch.forgetSeat(seat)
    this.#dispatch.lose(ids, error)
    if (final && ids.length === 0 && error.cause !== undefined) this.emit('error', error.cause)
  }

  /** @returns {Promise<void>} */
  async warmUp() {
    if (this.#closing) throw new codes.ERR_POOL_CLOSED()
    this.#dispatch.hold()
    try {
      await this.#threads.ready()
    } finally {
      this.#dispatch.letGo()
    }
  }

  /** @param {{ min?: number, max?: number }} limits */
  resize(limits) {
    const options = this.#options
    Object.assign(options, newLimits(limits, options))
    this.#dispatch.backpressure.resize(options.maxThreads)
    this.#threads.resize()
    this.#assignment?.schedule()
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
    const isDrained = await this.#drainWithin(gracePeriodMs)
    const isHeard = this.listenerCount('error') > 0
    if (!isDrained && isHeard) this.emit('error', new codes.ERR_POOL_CLOSE_TIMEOUT(gracePeriodMs))
    await this.destroy()
    if (this.#isClosed) return
    this.#isClosed = true // by whichever call comes first
    this.emit('close')
  }

  /**
   * @param {number} ms
   * @returns {Promise<boolean>} whether nothing was left in time
   */
  async #drainWithin(ms) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    const late = new Promise((resolve) => {
      if (ms <= MAX_DELAY) timer = setTimeout(() => resolve(false), ms)
    })
    const isDrained = await Promise.race([this.drain().then(() => true), late])
    clearTimeout(timer)
    return isDrained
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
    if (this.#options.recordTiming) this.#histogram.keep()
    this.#dispatch.close()
    this.emitDestroy()
  }

  [Symbol.asyncDispose]() {
    return this.close()
  }

  [Symbol.dispose]() {
    this.close()
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

  metrics() {
    return renderMetrics(this.#dispatch.pool, this.stats(), this.#timings().totals)
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
    return this.#dispatch.backpressure.waiting
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
    return this.#histogram.face
  }

  get runTime() {
    return this.#histogram.runTime
  }

  get waitTime() {
    return this.#histogram.waitTime
  }
}

module.exports = { Pool }
