'use strict'

// The runs of this copy of lib: their numbers, the port that brings their news, what keeps the loop alive.

const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { NUMBERS } = require('./request.js')

/** The kinds of news, as in src/process/run.rs. */
const NEWS = /** @type {const} */ ({ spawned: 1, failed: 2, readable: 3, input: 4, done: 5, overflowed: 6, felled: 7 })
/** Numbers in a row of news: the run, the kind, two details. */
const ROW = 4
/** From this length on an output's memory is handed over instead of copied. */
const LENT_BYTES = 1 << 20

/**
 * @typedef {object} Listener
 * @property {(kind: number, first: number, second: number) => void} onNews
 */

/** @type {Map<number, Listener>} */
const listeners = new Map()
/** @type {ReturnType<typeof openPort> | undefined} */
let port
let lastId = 0

/** What the start that is under way asks for. */
const asked = new Float64Array(NUMBERS)
const rows = new Float64Array(64 * ROW)
let count = 0
let next = 0

function deliverNext() {
  if (next === count) {
    count = native().raw.process.takeNews(port?.id, rows)
    next = 0
    if (count === 0) return false
  }
  const at = ROW * next++
  listeners.get(word(at))?.onNews(word(at + 1), word(at + 2), word(at + 3))
  return true
}

/** @param {number} at */
function word(at) {
  return /** @type {number} */ (rows[at])
}

function open() {
  port = openPort({ deliverNext, ticks: true })
  native().raw.process.open(port.id)
  // A process that exits waits for nobody: what still runs is asked to end. Detached runs live on.
  process.on('exit', () => native().raw.process.killAllAtExit())
  return port
}

/** Every call to native code about one run. */
class Handle {
  #port
  #id
  /** Whether this thread waits for it without its loop. */
  #isWaiting = false

  /**
   * Starts a run.
   * @param {import('./request.js').Request} request
   * @param {Listener} listener
   */
  constructor({ spawnFile, argv, env, cwd, numbers, input }, listener) {
    const { id: portId } = (port ??= open())
    lastId = (lastId + 1) >>> 0
    this.#port = portId
    this.#id = lastId
    asked.set(numbers)
    const errno = raw().start(portId, lastId, spawnFile, argv, env, cwd, asked, input)
    /** Why no thread could take it, or 0. @type {number} */
    this.errno = errno
    if (errno !== 0) {
      queueMicrotask(() => listener.onNews(NEWS.failed, errno, 0))
      return
    }
    hold(lastId, listener)
  }

  /** The pid, or 0 before the process runs; then news of it will come. */
  watchSpawn() {
    return /** @type {number} */ (raw().watchSpawn(this.#port, this.#id))
  }

  /**
   * @param {number} signal
   * @param {boolean} ends whether it asks the process to end, so that it is forced after its grace
   * @returns {boolean}
   */
  kill(signal, ends) {
    return raw().kill(this.#port, this.#id, signal, ends)
  }

  cancel() {
    raw().cancel(this.#port, this.#id)
  }

  /**
   * An output comes in pieces from now on.
   * @param {0 | 1} output
   * @param {boolean} keep whether it is kept, too
   */
  handOn(output, keep) {
    raw().handOn(this.#port, this.#id, output, keep)
  }

  /** stdout is the input of another run from now on. @param {Handle} next */
  pipe(next) {
    raw().pipe(this.#port, this.#id, next.#id)
  }

  /** Blocks this thread: 0 if it is not over after so long, 1 if it is, else the negative errno of a failed start. @param {number} milliseconds @returns {number} */
  wait(milliseconds) {
    this.#isWaiting = true
    return raw().wait(this.#port, this.#id, milliseconds)
  }

  closeOutput() {
    raw().closeOutput(this.#port, this.#id)
  }

  /**
   * @param {0 | 1} output
   * @returns {Buffer | null | undefined} the next piece, null for "news will come", undefined at its end
   */
  read(output) {
    const length = raw().read(this.#port, this.#id, output)
    if (length <= 0) return length === 0 ? null : undefined
    return this.bytes(2, length)
  }

  /** @param {Uint8Array} bytes @returns {number} 1 for room, 0 for "news will come", -1 for "nobody reads it" */
  write(bytes) {
    return raw().write(this.#port, this.#id, bytes)
  }

  endInput() {
    raw().endInput(this.#port, this.#id)
  }

  /**
   * @param {Float64Array} numbers
   * @returns {boolean} whether the run is over
   */
  facts(numbers) {
    return raw().facts(this.#port, this.#id, numbers)
  }

  /** @param {0 | 1} output @returns {string | undefined} */
  text(output) {
    return raw().text(this.#port, this.#id, output)
  }

  /**
   * What was kept of an output.
   * @param {0 | 1} output
   * @param {number} length
   * @returns {Buffer}
   */
  kept(output, length) {
    // What a waiting thread is lent is not given back before its loop turns.
    const memory = length < LENT_BYTES || this.#isWaiting ? undefined : raw().memory(this.#port, this.#id, output)
    return memory === undefined ? this.bytes(output, length) : Buffer.from(memory)
  }

  /** @param {0 | 1 | 2} output @param {number} length */
  bytes(output, length) {
    const bytes = Buffer.allocUnsafe(length)
    raw().bytes(this.#port, this.#id, output, bytes)
    return bytes
  }

  /** No news are wanted any more. */
  settle() {
    letGo(this.#id)
  }

  /** Nothing is wanted any more. */
  forget() {
    raw().forget(this.#port, this.#id)
  }
}

/**
 * Ends a process and what descends from it; it need not be a run.
 * @param {number} pid
 * @param {number} signal
 * @param {number} gracePeriodMs
 * @returns {Promise<boolean>} whether it is gone
 */
function fell(pid, signal, gracePeriodMs) {
  port ??= open()
  const { id: portId } = port
  lastId = (lastId + 1) >>> 0
  const id = lastId
  return new Promise((resolve) => {
    if (raw().killTree(portId, id, pid, signal, gracePeriodMs) !== 0) return resolve(false)
    hold(id, {
      onNews(_kind, first) {
        letGo(id)
        resolve(first === 1)
      },
    })
  })
}

/**
 * @param {number} id
 * @param {Listener} listener
 */
function hold(id, listener) {
  listeners.set(id, listener)
  port?.ref()
}

/**
 * A directory of ours that is to go with this thread, should it be ended before `removed`.
 * @param {string} directory
 * @param {boolean} removed
 */
function keepDirectory(directory, removed) {
  port ??= open()
  raw().directory(port.id, directory, removed)
}

/** @param {number} id */
function letGo(id) {
  if (listeners.delete(id) && listeners.size === 0) port?.unref()
}

function raw() {
  return native().raw.process
}

module.exports = { Handle, NEWS, fell, keepDirectory }
