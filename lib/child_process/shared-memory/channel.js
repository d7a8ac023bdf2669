'use strict'

// One end of a pair of rings beside Node's own channel: on a ChildProcess, and on the child's `process`.
//
// Node's `send` stays and checks its arguments; underneath it, `_send` puts messages into shared memory, apart from those
// that Node's channel has to carry: with a handle, and of Node's own. That one also tells when the other end is gone.

const { AsyncResource } = require('node:async_hooks')
const { codes } = require('../../internal/errors.js')
const { native } = require('../../internal/native.js')
const { validateFunction, validateView } = require('../../internal/validators.js')
const { Incoming } = require('./incoming.js')
const { Outgoing, closed } = require('./outgoing.js')
const port = require('./port.js')

/** @typedef {import('./outgoing.js').Callback} Callback */
/** @typedef {'message' | 'binary'} Event */

/** @type {Record<Event, Event>} */
const OTHER = { message: 'binary', binary: 'message' }

class Channel {
  #incoming = new Incoming()
  #resource = new AsyncResource('IRONLOOPRING', { requireManualDestroy: true })
  #target
  #isOpen = true
  /** What came while nobody listened. @type {[Event, unknown][]} */
  #kept = []
  /** Events that somebody has listened to. @type {Set<string | symbol>} */
  #wanted = new Set()
  /** Whether nothing is taken, because nobody listens. */
  isPaused = true

  /**
   * @param {number} id what native code knows it by
   * @param {any} target whose `send` it is, and whose events
   * @param {boolean} captures whether messages go as structured clones
   */
  constructor(id, target, captures) {
    this.id = id
    this.#target = target
    this.outgoing = new Outgoing(id, {
      drained: () => this.#emit('drain'),
      holds: port.hold,
      broken: () => this.corrupt(),
    })
    port.add(this)
    this.#takeSend(captures)
    target.sendBinary = (/** @type {unknown} */ bytes, /** @type {Callback} */ callback) =>
      this.#sendBinary(bytes, callback)
    target.flush = () => this.outgoing.flush()
    target.on('newListener', (/** @type {string | symbol} */ event) => this.#onListener(event))
    // A module that was loaded before ours may listen already.
    for (const event of Object.keys(OTHER)) if (target.listenerCount(event) > 0) this.#onListener(event)
    // Before whoever listens to these: nothing that was sent comes after them. A process's own 'exit' is another event.
    if (target !== process) target.prependListener('exit', () => port.drain(this))
    target.prependListener('disconnect', () => this.#end())
  }

  /** @param {boolean} captures */
  #takeSend(captures) {
    const target = this.#target
    const { outgoing } = this
    const nodes = target._send
    target._send = (
      /** @type {any} */ message,
      /** @type {any} */ handle,
      /** @type {any} */ options,
      /** @type {Callback} */ callback
    ) => {
      if (handle || typeof options === 'boolean' || !this.#isOpen || !isOurs(message)) {
        return nodes.call(target, message, handle, options, callback)
      }
      return captures ? outgoing.sendCaptured(message, callback) : outgoing.sendJson(message, callback)
    }
  }

  /**
   * @param {unknown} bytes
   * @param {Callback} callback
   */
  #sendBinary(bytes, callback) {
    validateView(bytes, 'bytes')
    if (callback !== undefined) validateFunction(callback, 'callback')
    if (this.#isOpen && this.#target.connected) return this.outgoing.sendBinary(bytes, callback)
    const error = closed()
    if (callback) process.nextTick(callback, error)
    else process.nextTick(() => this.#target.emit('error', error))
    return false
  }

  /**
   * @param {import('./incoming.js').Batch} batch
   * @param {number} kind
   * @param {number} start
   * @param {number} end
   */
  deliver(batch, kind, start, end) {
    if (!this.#isOpen) return
    let item
    try {
      item = this.#incoming.read(batch, kind, start, end)
    } catch {
      return this.corrupt()
    }
    if (item === undefined) return
    const [event, value] = item
    if (this.#kept.length === 0 && this.#target.listenerCount(event) > 0) return this.#emit(event, value)
    if (this.#isAwaited(event)) {
      this.isPaused = true
      this.#kept.push(item)
    }
  }

  /**
   * Whether an event without a listener waits for one: it had one, or the other has none either.
   * @param {Event} event
   */
  #isAwaited(event) {
    return this.#kept.length > 0 || this.#wanted.has(event) || this.#target.listenerCount(OTHER[event]) === 0
  }

  /**
   * @param {string} event
   * @param {unknown[]} values
   */
  #emit(event, ...values) {
    const target = this.#target
    this.#resource.runInAsyncScope(target.emit, target, event, ...values)
  }

  /** @param {string | symbol} event */
  #onListener(event) {
    if (event !== 'message' && event !== 'binary') return
    this.#wanted.add(event)
    if (this.isPaused) process.nextTick(() => this.#resume())
  }

  /** Somebody listens now. */
  #resume() {
    for (let first = this.#kept[0]; first !== undefined; first = this.#kept[0]) {
      if (this.#target.listenerCount(first[0]) === 0) return
      this.#kept.shift()
      this.#emit(first[0], first[1])
    }
    this.isPaused = false
    if (this.#isOpen) native().raw.ring.wake(this.id)
  }

  /** Node's channel has ended: what the other sent before is here, and nothing more will come. */
  #end() {
    port.drain(this)
    this.close()
  }

  /** The other process has written what no honest one writes. */
  corrupt() {
    if (!this.#isOpen) return
    this.close()
    const target = this.#target
    if (target.connected) target.disconnect()
    const error = new codes.ERR_CHILD_PROCESS_IPC_CORRUPT()
    if (target.listenerCount('error') > 0) target.emit('error', error)
    else process.emitWarning(error)
  }

  close() {
    if (!this.#isOpen) return
    this.#isOpen = false
    port.remove(this)
    this.outgoing.close()
    this.#resource.emitDestroy()
  }
}

/**
 * Whether shared memory can carry it; what is no message at all is left to Node to refuse.
 * @param {any} message
 */
function isOurs(message) {
  if (typeof message === 'object') return message === null || !isNodes(message.cmd)
  return typeof message === 'string' || typeof message === 'number' || typeof message === 'boolean'
}

/** @param {unknown} cmd */
function isNodes(cmd) {
  return typeof cmd === 'string' && cmd.startsWith('NODE_')
}

module.exports = { Channel }
