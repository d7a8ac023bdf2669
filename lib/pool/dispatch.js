'use strict'

// Tasks between run() and the settlement of their promises: out to the scheduler in batches, back in batches, and
// every way in which one can end early. Which thread runs what is decided in crates/core/src/pool.

const { codes } = require('../internal/errors.js')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { Backpressure } = require('./backpressure.js')
const { Cancellation, abortOf } = require('./cancellation.js')
const { Completions } = require('./completions.js')
const { isMoved, unwrap } = require('./move.js')
const { Ports } = require('./ports.js')
const { describe, pin } = require('./request.js')
const { Submission } = require('./submission.js')
const { Tasks } = require('./tasks.js')
const { flags, status } = require('./wire.js')

const NONE = -1

/**
 * @typedef {object} Listener
 * @property {(event: 'needsDrain' | 'drain') => void} announce
 * @property {(value: any) => void} progress of a task that has no listener of its own
 * @property {(seat: number) => void} expired a task that was told to stop has had its time
 * @property {(seat: number) => void} ready a thread has loaded its handler
 * @property {(seat: number) => void} leaving a thread has ended its last task
 * @property {() => boolean} grow starts a thread; false: there are enough
 * @property {(id: number) => void} released
 * @property {() => void} idle nothing is pending
 */

class Dispatch {
  #port = openPort({ deliverNext: () => this.#deliverNext(), ticks: true })
  /** The scheduler's number. */
  pool = /** @type {number} */ (native().poolOpen(this.#port.id))
  ports = new Ports(this.pool)
  #tasks = new Tasks()
  #submission = new Submission(this.pool, (request, parts) => this.#attach(request, parts))
  #completions = new Completions(this.pool, this.ports)
  #cancellation
  #listener
  #options
  /** What to do with what tasks emit, by id. @type {Map<number, (value: any) => void>} */
  #outputs = new Map()
  /** The same of what they yield. @type {Map<number, (value: any) => void>} */
  #consumers = new Map()
  /** Seats of threads that are gone, whose last values may still be in their ports. @type {number[]} */
  #goneSeats = []
  /** Those who wait until nothing is pending. @type {(() => void)[]} */
  #waiting = []
  #holds = 0
  /** The task that `submit` accepted last; NONE if it could not be captured. */
  lastId = NONE
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
    this.backpressure = new Backpressure(maxThreads, concurrentTasksPerWorker, maxQueue, listener.announce)
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
    if (signal?.aborted) throw abortOf(signal)
    if (this.backpressure.isFull()) throw new codes.ERR_POOL_QUEUE_FULL(this.#options.maxQueue)
    const promise = this.#tasks.open()
    const id = this.#tasks.lastId
    this.lastId = this.#accept(id, task, handler, options, signal === undefined ? asked : asked | flags.CANCELLABLE)
    if (this.lastId === NONE) return promise
    if (options?.onProgress !== undefined) this.#outputs.set(id, options.onProgress)
    if (onItem !== undefined) this.#consumers.set(id, onItem)
    this.backpressure.entered()
    if (this.#tasks.pending > 0) this.#port.ref()
    // A thread may be free, and the caller may go on for long, or wait for what the task does.
    if (this.backpressure.isWithinCapacity()) this.flush()
    if (!this.#tasks.isPending(id) && this.#cancellation.withdraw(id)) {
      this.lastId = NONE // its signal fired while it was captured
      this.#release(id, false)
    }
    return promise
  }

  /**
   * Captures a task whose promise was opened, or rejects that: returns its id or NONE.
   * @param {number} id
   * @param {unknown} task
   * @param {number} handler
   * @param {Record<string, any> | undefined} options
   * @param {number} asked
   */
  #accept(id, task, handler, options, asked) {
    const submission = this.#submission.free()
    submission.busy = true // from here on user code may run, which may call run()
    try {
      if (options?.signal != null) this.#cancellation.watch(id, options.signal)
      describe(submission.request, id, handler, options, asked)
      if (asked & flags.HELD) submission.request.flags |= flags.CANCELLABLE // should nobody be able to choose its thread
      const { context } = this.#options
      if (context !== undefined) submission.request.flags |= flags.CONTEXT
      if (submission.request.flags & flags.EXCLUSIVE) this.backpressure.alone.add(id)
      this.#send(submission, task, options?.transferList ?? undefined, context?.capture())
      return id
    } catch (error) {
      this.#cancellation.forget(id)
      this.backpressure.alone.delete(id)
      this.ports.ended(id, false)
      this.#tasks.reject(id, error)
      this.#tasks.release(id)
      this.#settled()
      return NONE
    } finally {
      submission.busy = false
    }
  }

  /**
   * @param {Submission} submission
   * @param {any} task
   * @param {any[]} [transferList]
   * @param {unknown} [context]
   */
  #send(submission, task, transferList = [], context) {
    if (isMoved(task)) {
      const own = unwrap(task)
      return this.#sendByPort(submission, own.value, [...transferList, ...own.transferList], context)
    }
    if (transferList.length > 0) return this.#sendByPort(submission, task, transferList, context)
    try {
      submission.add(task, context, NONE)
    } catch (error) {
      if (/** @type {any} */ (error)?.name !== 'DataCloneError') throw error
      this.#sendByPort(submission, task, transferList, context)
    }
  }

  /**
   * @param {Submission} submission
   * @param {any} task
   * @param {any[]} transferList
   * @param {unknown} context
   */
  #sendByPort(submission, task, transferList, context) {
    const { request } = submission
    const serial = pin(request, this.ports.send(request.id, task, transferList, this.#seatFor(request)))
    submission.add(undefined, context, serial)
  }

  /**
   * Large bytes of a task go by the port, the rest of it with the others.
   * @param {import('./request.js').Request} request
   * @param {ArrayBuffer[]} parts copies
   */
  #attach(request, parts) {
    request.flags |= flags.ATTACHED
    return pin(request, this.ports.sendCopies(request.id, parts, this.#seatFor(request)))
  }

  /** @param {import('./request.js').Request} request */
  #seatFor(request) {
    const room = this.backpressure.hasRoom() ? this.#options.concurrentTasksPerWorker : 0
    return this.ports.seatFor(request, room, this.#listener.grow)
  }

  /**
   * A thread for a held task.
   * @param {number} id
   * @param {number} seat
   * @returns {boolean} false: it is gone
   */
  assign(id, seat) {
    this.flush()
    const isThere = native().raw.pool.assign(this.pool, id, seat)
    if (isThere) this.ports.assigned(id, seat)
    return isThere
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
    const output = (completions.status === status.ITEM ? this.#consumers : this.#outputs).get(id)
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
   * @param {any} error
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
    if (this.#consumers.size > 0) this.#consumers.delete(id)
    this.ports.ended(id, ran)
    this.#listener.released(id)
    this.#tasks.release(id)
    this.backpressure.left(id)
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

module.exports = { Dispatch }
