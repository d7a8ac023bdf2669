'use strict'

// Tasks between run() and the settlement of their promises: out to the scheduler in batches, back in batches, and
// every way in which one can end early. Which thread runs what is decided in crates/core/src/pool.

const { abortError, codes } = require('../internal/errors.js')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { Backpressure } = require('./backpressure.js')
const { Cancellation } = require('./cancellation.js')
const { Completions } = require('./completions.js')
const { isMoved, unwrap } = require('./move.js')
const { Ports } = require('./ports.js')
const { Submission } = require('./submission.js')
const { Tasks } = require('./tasks.js')
const { flags, status } = require('./wire.js')

/**
 * @typedef {object} Listener
 * @property {(event: 'needsDrain' | 'drain') => void} announce
 * @property {(value: any) => void} progress of a task that has no listener of its own
 * @property {(seat: number) => void} expired a task that was told to stop has had its time
 * @property {(seat: number) => void} ready a thread has loaded its handler
 * @property {(seat: number) => void} leaving a thread has ended its last task
 * @property {(id: number) => void} released
 * @property {() => void} idle nothing is pending
 */

class Dispatch {
  #port = openPort({ deliverNext: () => this.#deliverNext(), ticks: true })
  /** The scheduler's number. */
  pool = /** @type {number} */ (native().poolOpen(this.#port.id))
  ports = new Ports(this.pool)
  #tasks = new Tasks()
  #submission = new Submission(this.pool)
  #completions = new Completions(this.pool, this.ports)
  #cancellation
  #listener
  #options
  /** The task being submitted. @type {import('./submission.js').Request} */
  #request = { id: 0, handler: 0, flags: 0, priority: 0, timeout: 0, route: 0, retries: 0 }
  /** What to do with what tasks emit or yield, by id. @type {Map<number, (value: any) => void>} */
  #outputs = new Map()
  /** Seats of threads that are gone, whose last values may still be in their ports. @type {number[]} */
  #goneSeats = []
  /** Those who wait until nothing is pending. @type {(() => void)[]} */
  #waiting = []
  #holds = 0
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
  constructor(options, listener) {
    this.#listener = listener
    this.#options = options
    const { maxThreads, concurrentTasksPerWorker, maxQueue, gracePeriodMs } = options
    this.backpressure = new Backpressure(maxThreads * concurrentTasksPerWorker, maxQueue, listener.announce)
    this.#cancellation = new Cancellation(this.pool, gracePeriodMs, {
      flush: () => this.flush(),
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

  /** The id of the task submitted last. */
  get lastId() {
    return this.#tasks.lastId
  }

  flush() {
    this.#submission.flush()
  }

  /**
   * Queues a task. Throws what concerns the call; what concerns the task rejects its promise.
   * @param {unknown} task
   * @param {number} handler
   * @param {Record<string, any> | undefined} options checked
   * @param {number} asked flags beyond those that the options ask for
   * @param {(value: any) => void} [onItem]
   * @returns {Promise<any>}
   */
  submit(task, handler, options, asked, onItem) {
    const signal = options?.signal ?? undefined
    if (signal?.aborted) throw abortError(signal.reason)
    if (this.backpressure.isFull()) throw new codes.ERR_POOL_QUEUE_FULL(this.#options.maxQueue)
    const promise = this.#tasks.open()
    const id = this.#tasks.lastId
    this.#describe(id, handler, options, signal === undefined ? asked : asked | flags.CANCELLABLE)
    try {
      const { context } = this.#options
      if (context !== undefined) this.#request.flags |= flags.CONTEXT
      this.#send(task, options?.transferList, context?.capture())
    } catch (error) {
      this.#tasks.reject(id, error)
      this.#tasks.release(id)
      return promise
    }
    if (signal !== undefined) this.#cancellation.watch(id, signal)
    const onOutput = onItem ?? options?.onProgress
    if (onOutput !== undefined) this.#outputs.set(id, onOutput)
    this.backpressure.entered()
    if (this.#tasks.pending === 1) this.#port.ref()
    return promise
  }

  /**
   * @param {number} id
   * @param {number} handler
   * @param {Record<string, any> | undefined} options
   * @param {number} asked
   */
  #describe(id, handler, options, asked) {
    const request = this.#request
    request.id = id
    request.handler = handler
    request.flags = asked
    request.priority = request.timeout = request.route = request.retries = 0
    if (options === undefined) return
    const { priority = 0, timeout = 0, retries = 0, affinity, cooperative } = options
    request.priority = priority
    request.timeout = Math.ceil(timeout)
    request.retries = retries
    if (timeout > 0) request.flags |= flags.TIMED
    if (request.flags & (flags.TIMED | flags.CANCELLABLE) && cooperative !== true) request.flags |= flags.EXCLUSIVE
    if (affinity == null || asked & flags.HELD) return
    request.flags |= flags.AFFINE
    request.route = hash(String(affinity))
  }

  /**
   * @param {any} task
   * @param {any[]} [transferList]
   * @param {unknown} [context]
   */
  #send(task, transferList = [], context) {
    if (isMoved(task)) {
      const own = unwrap(task)
      return this.#sendByPort(own.value, [...transferList, ...own.transferList], context)
    }
    if (transferList.length > 0) return this.#sendByPort(task, transferList, context)
    try {
      this.#submission.add(this.#request, task, context)
    } catch (error) {
      if (/** @type {Error} */ (error).name !== 'DataCloneError') throw error
      this.#sendByPort(task, transferList, context)
    }
  }

  /**
   * @param {any} task
   * @param {any[]} transferList
   * @param {unknown} context
   */
  #sendByPort(task, transferList, context) {
    const request = this.#request
    const sent = this.ports.send(task, transferList, (request.flags & (flags.HELD | flags.AFFINE)) === 0)
    request.flags |= flags.PORTED
    if (sent.seat >= 0) {
      request.flags |= flags.PINNED
      request.route = sent.seat
    }
    this.ports.keep(request.id, sent, task, transferList)
    this.#submission.add(request, sent.serial, context)
  }

  #deliverNext() {
    const completions = this.#completions
    if (!completions.next()) {
      this.#submission.endDelivery()
      return false
    }
    this.#submission.beginDelivery()
    const { id, seat } = completions
    switch (completions.status) {
      case status.OK:
      case status.THREW:
        this.#complete(id, completions)
        break
      case status.PROGRESS:
      case status.ITEM:
        this.#output(id, completions)
        break
      case status.TIMED_OUT:
        this.#cancel(id, new codes.ERR_POOL_TASK_TIMEOUT(), false)
        this.#cancellation.insist(id, seat)
        break
      case status.WANT:
        if (!this.ports.answer(id, seat)) this.#listener.expired(seat)
        break
      case status.READY:
        this.#listener.ready(seat)
        break
      case status.LEAVING:
        this.#listener.leaving(seat)
        break
      default:
        completions.skip()
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
    } else completions.skip()
    this.#release(id, true)
  }

  /**
   * @param {number} id
   * @param {Completions} completions
   */
  #output(id, completions) {
    if (!this.#tasks.isPending(id)) return completions.skip()
    const value = completions.value()
    const output = this.#outputs.get(id)
    if (output !== undefined) output(value)
    else this.#listener.progress(value)
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
    if (gone) this.#release(id, false)
    else this.#settled()
  }

  /**
   * Cancels a task that was submitted as cancellable.
   * @param {number} id
   * @param {Error} error
   */
  cancel(id, error) {
    if (this.#tasks.isPending(id)) this.#cancellation.cancel(id, error)
  }

  /**
   * A task is over: settled, and of no thread any more.
   * @param {number} id
   * @param {boolean} ran
   */
  #release(id, ran) {
    this.#cancellation.ended(id)
    if (this.#outputs.size > 0) this.#outputs.delete(id)
    this.ports.ended(id, ran)
    this.#listener.released(id)
    this.#tasks.release(id)
    this.backpressure.left()
    this.#settled()
  }

  #settled() {
    if (this.#tasks.pending > 0) return
    if (this.#holds === 0) this.#port.unref()
    for (const seat of this.#goneSeats.splice(0)) this.ports.closeSeat(seat)
    for (const resolve of this.#waiting.splice(0)) resolve()
    this.#listener.idle()
  }

  /** Keeps the process alive until letGo(). */
  hold() {
    this.#holds++
    this.#port.ref()
  }

  letGo() {
    if (--this.#holds === 0 && this.#tasks.pending === 0) this.#port.unref()
  }

  /**
   * The thread of a seat is gone; what it sent may still be on its way.
   * @param {number} seat
   */
  forgetSeat(seat) {
    this.#goneSeats.push(seat)
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
      this.#release(id, false)
    }
  }

  /** Takes out all that no thread has started. @returns {number[]} */
  takeQueued() {
    this.flush()
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
    this.ports.close()
    this.#port.close()
  }
}

/**
 * FNV-1a.
 * @param {string} text
 */
function hash(text) {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum >>> 0
}

module.exports = { Dispatch }
