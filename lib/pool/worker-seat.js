'use strict'

// A worker's side of the pool: claims tasks, runs them, reports them. One crossing hands in a report and claims more.
//
// The scheduler may take back what was claimed and not started (another worker is free, the task was cancelled), so
// a task is started by swapping its word on the board: whoever swaps first has it.
//
// Invariant: a claim is asked for only when every record of the last one was looked at, because its records stay in
// the scratch buffer until then.

const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { Decoder, Encoder } = require('../internal/values/index.js')
const { loadHandler } = require('./load-handler.js')
const { TaskContext } = require('./task-context.js')
const wire = require('./wire.js')

const { ARENA_BYTES, CLAIMED_HEADER, CLOSED, REPORT_HEADER, UNTIMED, board: words, flags, padded, status } = wire

/** Milliseconds after which a worker that finds ever more tasks lets its loop turn. */
const SLICE_MS = 5
/** Progress is handed in at once if the last was longer ago than this. */
const PROGRESS_MS = 5
const NONE = -1

/** @typedef {(task: any, context: TaskContext) => any} Handler */

class WorkerSeat {
  #raw = native().raw.pool
  #pool
  #seat
  #concurrency
  /** @type {Int32Array | undefined} */
  #board
  #port = openPort({ deliverNext: () => this.#onNews(), ticks: false })
  /** By handler number: the function, or the promise of it. @type {(Handler | Promise<Handler>)[]} */
  #handlers = []
  /** What runs, by position. @type {(TaskContext | undefined)[]} */
  #contexts = []
  /** When it started, by position; kept where tasks overlap. @type {number[]} */
  #started = []
  #running = 0
  #exclusive = NONE
  #scratch = Buffer.allocUnsafeSlow(ARENA_BYTES)
  #view = new DataView(this.#scratch.buffer)
  #owned = false
  #at = 0
  #end = 0
  #decoder = new Decoder()
  #encoder = new Encoder({ initialBytes: 2 * ARENA_BYTES })
  #sliceEnd = 0
  #reporting = false
  #waitingForOutput = false
  #lastProgress = 0
  #closed = false

  /** @param {{ pool: number, seat: number, concurrency: number }} place */
  constructor({ pool, seat, concurrency }) {
    this.#pool = pool
    this.#seat = seat
    this.#concurrency = concurrency
  }

  /**
   * Takes the seat: from here on this thread runs tasks until it is ended.
   * @param {number | undefined} handler to be loaded before the first claim
   */
  async open(handler) {
    const board = this.#raw.attach(this.#pool, this.#seat, this.#port.id)
    if (board === false) return this.#close()
    this.#board = board
    this.#port.ref()
    // A handler that cannot be loaded rejects the tasks that ask for it.
    if (handler !== undefined) await this.#handlerOf(handler).catch(() => {})
    this.#resume()
  }

  #close() {
    this.#closed = true
    this.#port.close()
  }

  #onNews() {
    // A cancellation is on the board; a task is in the scheduler.
    for (const context of this.#contexts) context?.update()
    this.#resume()
    return false
  }

  #resume = () => {
    this.#sliceEnd = performance.now() + SLICE_MS
    this.#pump()
  }

  /** Starts what can be started, claims while nothing is left to start. */
  #pump() {
    while (!this.#closed) {
      while (this.#at < this.#end && this.#hasRoom() && this.#startNext());
      if (this.#at < this.#end || !this.#hasRoom()) return this.#reportSoon()
      if (this.#isOutputPending()) return
      if (!this.#turn(true)) return
      if (performance.now() > this.#sliceEnd) {
        setImmediate(this.#resume)
        return
      }
    }
  }

  #hasRoom() {
    return this.#running < this.#concurrency && this.#exclusive === NONE
  }

  /** Starts the next claimed task. False: it has to wait until it is alone. */
  #startNext() {
    const at = this.#at
    const view = this.#view
    const asked = view.getUint32(at + 12, true)
    if (asked & flags.EXCLUSIVE && this.#running > 0) return false
    const position = view.getUint32(at, true)
    const handler = view.getUint32(at + 8, true)
    this.#at = at + CLAIMED_HEADER + padded(view.getUint32(at + 4, true))
    if (!this.#isOurs(position)) return true
    this.#running++
    if (asked & flags.EXCLUSIVE) this.#exclusive = position
    if (this.#concurrency > 1) this.#started[position] = performance.now()
    const context = new TaskContext(this, position)
    this.#contexts[position] = context
    let value
    try {
      this.#decoder.open(this.#scratch, at + CLAIMED_HEADER, this.#owned)
      value = this.#decoder.next()
    } catch (error) {
      this.#finish(position, status.THREW, error)
      return true
    }
    const run = this.#handlers[handler]
    if (typeof run === 'function') this.#run(run, value, context, position, asked)
    else this.#runWhenLoaded(handler, value, context, position, asked)
    return true
  }

  /** @param {number} position */
  #isOurs(position) {
    if (this.#board === undefined) return this.#raw.start(this.#pool, this.#seat, position)
    return Atomics.compareExchange(this.#board, position, words.CLAIMED, words.STARTED) === words.CLAIMED
  }

  /**
   * @param {Handler} run
   * @param {unknown} value
   * @param {TaskContext} context
   * @param {number} position
   * @param {number} asked
   */
  #run(run, value, context, position, asked) {
    if (asked & flags.TIMED) this.#raw.startTimer(this.#pool, this.#seat, position)
    let result
    try {
      result = run(value, context)
      if (typeof result === 'object' && result !== null && typeof result.then === 'function') {
        Promise.resolve(result).then(
          (settled) => this.#finishLater(position, status.OK, settled),
          (error) => this.#finishLater(position, status.THREW, error)
        )
        return
      }
    } catch (error) {
      this.#finish(position, status.THREW, error)
      return
    }
    this.#finish(position, status.OK, result)
  }

  /**
   * @param {number} handler
   * @param {unknown} value
   * @param {TaskContext} context
   * @param {number} position
   * @param {number} asked
   */
  #runWhenLoaded(handler, value, context, position, asked) {
    this.#handlerOf(handler).then(
      (run) => {
        this.#run(run, value, context, position, asked)
        this.#pump()
      },
      (error) => this.#finishLater(position, status.THREW, error)
    )
  }

  /**
   * @param {number} handler
   * @returns {Promise<Handler>}
   */
  async #handlerOf(handler) {
    this.#handlers[handler] ??= (async () => {
      const { filename, name } = JSON.parse(native().poolHandler(this.#pool, handler))
      return (this.#handlers[handler] = await loadHandler(filename, name))
    })()
    return this.#handlers[handler]
  }

  /**
   * @param {number} position
   * @param {number} ended
   * @param {unknown} value
   */
  #finishLater(position, ended, value) {
    this.#finish(position, ended, value)
    this.#pump()
  }

  /**
   * @param {number} position
   * @param {number} ended
   * @param {unknown} value
   */
  #finish(position, ended, value) {
    this.#running--
    this.#contexts[position] = undefined
    if (this.#exclusive === position) this.#exclusive = NONE
    try {
      this.#append(position, ended, value)
    } catch (error) {
      this.#append(position, status.THREW, error)
    }
    if (this.#encoder.position >= ARENA_BYTES) this.#reportNow()
  }

  /**
   * Writes one record of the report; throws, and writes nothing, if the value cannot be cloned.
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   */
  #append(position, state, value) {
    const encoder = this.#encoder
    const start = encoder.position
    encoder.reserve(REPORT_HEADER)
    encoder.position = start + REPORT_HEADER
    try {
      encoder.append(value)
    } catch (error) {
      encoder.position = start
      throw error
    }
    const length = encoder.position - start - REPORT_HEADER
    encoder.reserve(8)
    const { view } = encoder
    view.setUint32(start, position, true)
    view.setUint32(start + 4, length, true)
    view.setUint32(start + 8, state, true)
    view.setUint32(start + 12, this.#concurrency > 1 ? this.#microsOf(position) : UNTIMED, true)
    encoder.position = start + REPORT_HEADER + padded(length)
  }

  /** @param {number} position */
  #microsOf(position) {
    return Math.min(Math.round((performance.now() - this.#started[position]) * 1000), UNTIMED - 1)
  }

  /** Reports once the loop has turned: what ends until then goes with it. */
  #reportSoon() {
    if (this.#reporting || this.#encoder.position === 0) return
    this.#reporting = true
    setImmediate(() => {
      this.#reporting = false
      if (!this.#isOutputPending()) this.#reportNow()
    })
  }

  #reportNow() {
    if (this.#encoder.position > 0 && !this.#closed) this.#turn(false)
  }

  /**
   * Hands in the report and, if asked, claims.
   * @param {boolean} start
   * @returns {boolean} whether there are tasks
   */
  #turn(start) {
    const encoder = this.#encoder
    if (start && this.#owned) this.#use(ARENA_BYTES, false)
    let claimed = this.#raw.turn(this.#pool, this.#seat, encoder.bytes, encoder.position, start, this.#scratch)
    encoder.reset()
    while (claimed < CLOSED) {
      // One large task: its buffer is its own, so what is in it need not be copied out again.
      this.#use(-claimed, true)
      claimed = this.#raw.turn(this.#pool, this.#seat, encoder.bytes, 0, true, this.#scratch)
    }
    if (claimed === CLOSED) this.#close()
    if (!start || claimed <= 0) return false
    this.#at = 0
    this.#end = claimed
    return true
  }

  /**
   * @param {number} size
   * @param {boolean} owned
   */
  #use(size, owned) {
    this.#scratch = Buffer.allocUnsafeSlow(size)
    this.#view = new DataView(this.#scratch.buffer)
    this.#owned = owned
    this.#at = this.#end = 0
  }

  /** Whether something that a task printed is still on its way: its result must not overtake it to the exit. */
  #isOutputPending() {
    if (this.#waitingForOutput) return true
    if (this.#encoder.position === 0) return false
    const stream = [process.stdout, process.stderr].find((one) => one.writableLength > 0)
    if (stream === undefined) return false
    this.#waitingForOutput = true
    stream.write('', () => {
      this.#waitingForOutput = false
      this.#reportNow()
      this.#resume()
    })
    return true
  }

  /**
   * @param {number} position
   * @param {TaskContext} context
   */
  isCancelled(position, context) {
    if (this.#contexts[position] !== context) return false
    if (this.#board === undefined) return this.#raw.isCancelled(this.#pool, this.#seat, position)
    return Atomics.load(this.#board, position) === words.STARTED_CANCELLED
  }

  /**
   * @param {number} position
   * @param {TaskContext} context
   * @param {unknown} value
   */
  emit(position, context, value) {
    if (this.#contexts[position] !== context) return
    this.#append(position, status.PROGRESS, value)
    const now = performance.now()
    if (now - this.#lastProgress < PROGRESS_MS) return this.#reportSoon()
    this.#lastProgress = now
    this.#reportNow()
  }
}

module.exports = { WorkerSeat }
