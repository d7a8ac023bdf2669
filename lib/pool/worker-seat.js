'use strict'

// A worker's side of the pool: claims tasks, runs them, reports them. One crossing hands in a report and claims more.
//
// The scheduler may take back what was claimed and not started (another worker is free, the task was cancelled), so
// a task is started by swapping its word on the board: whoever swaps first has it.

const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { Decoder } = require('../internal/values/index.js')
const { TaskContext } = require('./task-context.js')
const { Claims } = require('./worker-claims.js')
const { Handlers } = require('./worker-handlers.js')
const { PrintedOutput } = require('./worker-output.js')
const { Report } = require('./worker-report.js')
const { CLOSED, UNTIMED, board: words, flags, status } = require('./wire.js')

/** Milliseconds after which a worker that finds ever more tasks lets its loop turn. */
const SLICE_MS = 5
/** Progress is handed in at once if the last was longer ago than this. */
const PROGRESS_MS = 5
const NONE = -1

/** @typedef {import('./worker-handlers.js').Handler} Handler */

/**
 * @typedef {object} Place
 * @property {number} pool
 * @property {number} seat
 * @property {number} concurrency
 * @property {import('node:worker_threads').MessagePort} port
 * @property {{ afterTasks?: number, maxHeapBytes?: number }} [recycle]
 * @property {string} [restore]
 */

/** A task whose value, or part of it, went by the port. @typedef {{ serial: number, handler: number, asked: number, context: TaskContext, bytes: Buffer }} Wanting */

/** Milliseconds by a clock that is there in every thread, where `performance` would be loaded first. */
function now() {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}

class WorkerSeat {
  #raw = native().raw.pool
  #pool
  #seat
  #concurrency
  #recycle
  /** @type {Int32Array | undefined} */
  #board
  #port = openPort({ deliverNext: () => this.#onNews(), ticks: false })
  #taskPort
  /** Made for the first task that has something in the port. @type {import('./port-reader.js').PortReader | undefined} */
  #reader
  #handlers
  #report
  /** What runs, by position. @type {(TaskContext | undefined)[]} */
  #contexts = []
  /** What has started and waits for its value, by position. @type {Map<number, Wanting>} */
  #wanting = new Map()
  /** When it started, by position; kept where tasks overlap. @type {number[]} */
  #started = []
  #running = 0
  #ended = 0
  #exclusive = NONE
  #claims
  #decoder = new Decoder()
  #sliceEnd = 0
  #reporting = false
  #printed = new PrintedOutput(() => {
    this.#reportNow()
    this.#resume()
  })
  #lastProgress = 0
  #leaving = false
  #closed = false

  /** @param {Place} place */
  constructor({ pool, seat, concurrency, port, recycle, restore }) {
    this.#pool = pool
    this.#seat = seat
    this.#concurrency = concurrency
    this.#recycle = recycle
    this.#claims = new Claims(pool, seat)
    this.#taskPort = port
    this.#report = new Report(port)
    this.#handlers = new Handlers(pool, restore)
  }

  /**
   * Takes the seat: from here on this thread runs tasks until it is ended.
   * @param {number | undefined} handler to be loaded before the first claim
   */
  async open(handler) {
    const board = this.#raw.attach(this.#pool, this.#seat, this.#port.id)
    if (board === false) return this.#close()
    this.#board = board
    const page = this.#raw.page(this.#pool, this.#seat)
    if (board !== undefined && page !== undefined) this.#report.usePage(page, board)
    this.#port.ref()
    // A handler that cannot be loaded rejects the tasks that ask for it.
    if (handler !== undefined) await this.#handlers.load(handler).catch(() => {})
    this.#report.add(0, status.READY, undefined, UNTIMED)
    this.#resume()
  }

  #close() {
    this.#closed = true
    this.#port.close()
  }

  #onNews() {
    // A cancellation is on the board; a task is in the scheduler; a value is in the port.
    for (const context of this.#contexts) context?.update()
    if (this.#wanting.size > 0) this.#runWanting()
    this.#resume()
    return false
  }

  #resume = () => {
    this.#sliceEnd = now() + SLICE_MS
    this.#pump()
  }

  /** Starts what can be started, claims while nothing is left to start. */
  #pump() {
    while (!this.#closed) {
      while (this.#hasRoom() && this.#startNext());
      if (!this.#claims.isEmpty() || !this.#hasRoom()) return this.#reportSoon()
      if (this.#report.size > 0 && this.#printed.isPending()) return
      if (this.#recycle !== undefined && !this.#leaving && this.#isWornOut(this.#recycle)) this.#leave()
      if (!this.#turn(true)) return
      if (now() > this.#sliceEnd) {
        setImmediate(this.#resume)
        return
      }
    }
  }

  #hasRoom() {
    return this.#running < this.#concurrency && this.#exclusive === NONE
  }

  /** Starts the next claimed task. False: there is none, or it has to wait until it is alone. */
  #startNext() {
    const claims = this.#claims
    if (!claims.peek()) return false
    const position = claims.word(0)
    const handler = claims.word(2)
    const asked = claims.word(3)
    if (asked & flags.EXCLUSIVE && this.#running > 0) return false
    claims.pass()
    if (!this.#isOurs(position)) return true
    this.#running++
    if (asked & flags.EXCLUSIVE) this.#exclusive = position
    if (this.#concurrency > 1) this.#started[position] = now()
    const context = new TaskContext(this, position)
    this.#contexts[position] = context
    if (asked & flags.PORTED) {
      this.#runPorted({ serial: claims.lastWord(), handler, asked, context, bytes: claims.copy() }, position)
    } else this.#decodeAndRun(claims.bytes, claims.payload, claims.owned, { handler, asked, context }, position)
    return true
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   * @param {boolean} owned
   * @param {{ handler: number, asked: number, context: TaskContext }} task
   * @param {number} position
   * @param {any} [ported] what came by the port
   */
  #decodeAndRun(bytes, at, owned, { handler, asked, context }, position, ported) {
    let value
    try {
      const isWhole = asked & flags.PORTED && !(asked & flags.ATTACHED)
      this.#decoder.attachments = ported
      this.#decoder.open(bytes, at, owned)
      value = this.#decoder.next()
      if (isWhole) value = ported
      if (asked & flags.CONTEXT) context.context = this.#decoder.next()
    } catch (error) {
      this.#finish(position, status.THREW, error)
      return
    }
    this.#run(handler, value, context, position, asked)
  }

  /** @param {number} position */
  #isOurs(position) {
    if (this.#board === undefined) return this.#raw.start(this.#pool, this.#seat, position)
    return Atomics.compareExchange(this.#board, position, words.CLAIMED, words.STARTED) === words.CLAIMED
  }

  /**
   * @param {Wanting} wanting
   * @param {number} position
   */
  #runPorted(wanting, position) {
    const ports = this.#ports()
    if (ports.has(wanting.serial)) {
      return this.#decodeAndRun(wanting.bytes, 0, false, wanting, position, ports.take(wanting.serial))
    }
    this.#wanting.set(position, wanting)
    this.#report.add(position, status.WANT, undefined, UNTIMED)
    this.#reportNow()
  }

  #ports() {
    this.#reader ??= new (require('./port-reader.js').PortReader)(this.#taskPort)
    return this.#reader
  }

  #runWanting() {
    const ports = this.#ports()
    for (const [position, wanting] of this.#wanting) {
      if (!ports.has(wanting.serial)) continue
      this.#wanting.delete(position)
      const ported = ports.take(wanting.serial)
      if (wanting.context.isOver()) this.#finish(position, status.THREW, undefined)
      else this.#decodeAndRun(wanting.bytes, 0, false, wanting, position, ported)
    }
  }

  /**
   * @param {number} handler
   * @param {unknown} value
   * @param {TaskContext} context
   * @param {number} position
   * @param {number} asked
   */
  #run(handler, value, context, position, asked) {
    const run = this.#handlers.get(handler)
    if (run !== undefined) return this.#call(run, value, context, position, asked)
    this.#handlers.load(handler).then(
      (loaded) => {
        this.#call(loaded, value, context, position, asked)
        this.#pump()
      },
      (error) => this.#finishLater(position, status.THREW, error)
    )
  }

  /**
   * @param {Handler} run
   * @param {unknown} value
   * @param {TaskContext} context
   * @param {number} position
   * @param {number} asked
   */
  #call(run, value, context, position, asked) {
    if (asked & flags.TIMED) this.#raw.startTimer(this.#pool, this.#seat, position)
    let result
    try {
      result = run(value, context)
      if (asked & flags.ITEMS) result = this.#sendItems(result, context, position)
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
   * @param {unknown} result
   * @param {TaskContext} context
   * @param {number} position
   */
  #sendItems(result, context, position) {
    const { sendItems } = require('./worker-items.js')
    const board = this.#board
    return sendItems(result, context, {
      send: (item) => this.#send(position, status.ITEM, item),
      taken: () => (board === undefined ? Number.POSITIVE_INFINITY : Atomics.load(board, words.TAKEN + position)),
    })
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
    this.#ended++
    this.#contexts[position] = undefined
    if (this.#exclusive === position) this.#exclusive = NONE
    const micros = this.#concurrency > 1 ? this.#microsOf(position) : UNTIMED
    this.#report.addEnd(position, ended, value, micros)
    if (this.#report.isDue()) this.#reportNow()
  }

  /** @param {number} position */
  #microsOf(position) {
    return Math.min(Math.round((now() - this.#started[position]) * 1000), UNTIMED - 1)
  }

  /** Reports once the loop has turned: what ends until then goes with it. */
  #reportSoon() {
    if (this.#reporting || this.#report.size === 0) return
    this.#reporting = true
    setImmediate(() => {
      this.#reporting = false
      if (!this.#printed.isPending()) this.#reportNow()
    })
  }

  #reportNow() {
    if (this.#report.size > 0 && !this.#closed) this.#turn(false)
  }

  /** Hands in the report and, if asked, claims: whether there are tasks. @param {boolean} start */
  #turn(start) {
    const claimed = this.#claims.turn(this.#report, start)
    if (claimed === CLOSED) this.#sayGoodbye()
    return start && claimed > 0
  }

  /** @param {{ afterTasks?: number, maxHeapBytes?: number }} recycle */
  #isWornOut({ afterTasks, maxHeapBytes }) {
    if (afterTasks !== undefined && this.#ended >= afterTasks) return true
    if (maxHeapBytes === undefined) return false
    const { getHeapStatistics } = require('node:v8') // not loaded into threads that nobody limits
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
    return heap + external > maxHeapBytes
  }

  /** From here on the scheduler gives this seat only what no other may run; then it closes it. */
  #leave() {
    this.#leaving = true
    this.#raw.leave(this.#pool, this.#seat)
  }

  /** The seat is closed: once nothing runs any more its thread may be ended. */
  #sayGoodbye() {
    if (this.#closed || this.#running > 0) return
    this.#report.add(0, status.LEAVING, undefined, UNTIMED)
    this.#closed = true
    this.#claims.turn(this.#report, false)
    this.#port.close()
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
    if (this.#contexts[position] === context) this.#send(position, status.PROGRESS, value)
  }

  /**
   * @param {number} position
   * @param {number} state
   * @param {unknown} value
   */
  #send(position, state, value) {
    this.#report.add(position, state, value, UNTIMED)
    const at = now()
    const isEarly = at - this.#lastProgress < PROGRESS_MS && !this.#report.isDue()
    if (!isEarly && !this.#report.isBusy) {
      this.#lastProgress = at
      return this.#reportNow()
    }
    this.#raw.watch(this.#pool) // the task goes on, and may wait for what comes of this
    this.#reportSoon()
  }
}

module.exports = { WorkerSeat }
