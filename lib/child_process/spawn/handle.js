'use strict'

// What a ChildProcess holds as its `_handle`, with the methods that Node's code and its users call on it.

const { AsyncResource } = require('node:async_hooks')
const os = require('node:os')
const children = require('./children.js')
const { makeRequest, openEnds } = require('./request.js')

/** What signalling a process that is not there gives. */
const GONE = -os.constants.errno.ESRCH

class ChildHandle {
  #options
  #resource = new AsyncResource('PROCESSWRAP', { requireManualDestroy: true })
  /** What native code knows it by; 0 while no process runs. */
  #id = 0
  #referenced = true
  #closed = false
  /** Set by whoever owns the handle. @type {((exitCode: number, signal: string) => void) | undefined} */
  onexit
  /** @type {number | undefined} */
  pid

  /** @param {any} options what ChildProcess.spawn was given, and fills in before it calls ours */
  constructor(options) {
    this.#options = options
  }

  /** @returns {number} 0 or an error number of libuv's */
  spawn() {
    const request = makeRequest(this.#options)
    const id = children.start(request, this)
    const failed = openEnds(request)
    if (id < 0) return id
    this.#id = id
    this.pid = request.numbers[0]
    if (this.#referenced) children.hold(1)
    return failed
  }

  /**
   * @param {number} exitCode
   * @param {string} signal
   */
  ended(exitCode, signal) {
    if (this.#closed) return
    this.#id = 0
    if (this.#referenced) children.hold(-1)
    this.#resource.runInAsyncScope(
      /** @type {(exitCode: number, signal: string) => void} */ (this.onexit),
      this,
      exitCode,
      signal
    )
  }

  /** @param {number} signal @returns {number} 0 or an error number of libuv's */
  kill(signal) {
    if (this.#id === 0) return GONE
    return children.signal(this.#id, signal)
  }

  ref() {
    if (!this.#referenced && !this.#closed) {
      this.#referenced = true
      if (this.#id !== 0) children.hold(1)
    }
  }

  unref() {
    if (this.#referenced && !this.#closed) {
      this.#referenced = false
      if (this.#id !== 0) children.hold(-1)
    }
  }

  hasRef() {
    return this.#referenced && this.#id !== 0
  }

  getAsyncId() {
    return this.#resource.asyncId()
  }

  /** @param {() => void} [callback] */
  close(callback) {
    if (this.#closed) return
    // A process that still runs is no longer waited for, as with Node's.
    if (this.#id !== 0 && this.#referenced) children.hold(-1)
    this.#closed = true
    this.#resource.emitDestroy()
    if (typeof callback === 'function') setImmediate(callback)
  }
}

module.exports = { ChildHandle }
