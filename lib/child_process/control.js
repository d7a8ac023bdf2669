'use strict'

// One run behind its promise: when it is started, what its news mean, how it ends.

const { codes, fromNative } = require('../internal/errors.js')
const { onAbort } = require('./abort.js')
const { Handle, NEWS } = require('./desk.js')
const { InputPipe, pump } = require('./input.js')
const { PIPE, STDOUT } = require('./request.js')
const { failureOf, makeResult, noFacts, readFacts, spawnError, takeOutput } = require('./result.js')

const nothing = () => {}

/**
 * @typedef {object} Ending
 * @property {ReturnType<typeof makeResult>} result
 * @property {NodeJS.ErrnoException | undefined} reason why it failed
 * @property {unknown} cause what was behind that
 */

class Control {
  /** @type {import('./desk.js').Handle | undefined} */
  #handle
  #request
  #options
  #onEnd
  /** @type {Ending | undefined} */
  #ending
  #killed = false
  /** Something of ours that went wrong, and is the reason to end it. @type {NodeJS.ErrnoException | undefined} */
  #fault
  /** @type {{ resolve: () => void, reject: (error: unknown) => void }[]} */
  #waitingForSpawn = []
  #pid = 0
  #iterated = false
  /** Whether an iteration has yet to take what stdout brought. */
  #reading = false
  /** What was kept because the iteration came too late for the pieces. @type {Buffer | undefined} */
  #kept
  /** @type {(() => void) | undefined} */
  #wakeReader
  #stopListening = nothing
  /** @type {InputPipe | undefined} */
  input

  /**
   * @param {import('./request.js').Request} request
   * @param {import('./options.js').RunOptions} options
   * @param {(ending: Ending) => void} onEnd
   */
  constructor(request, options, onEnd) {
    this.#request = request
    this.#options = options
    this.#onEnd = onEnd
    if (request.numbers[1] === 2) this.input = new InputPipe()
  }

  begin() {
    const { signal, capture, input } = this.#options
    if (signal?.aborted) return queueMicrotask(() => this.#end(noFacts({ cancelled: 1 })))
    if (signal) this.#stopListening = onAbort(signal, () => this.#cancel())
    // Whether anybody iterates it is known once the caller's own code has run; output that nobody wants has no pipe.
    if (capture === 'none') queueMicrotask(() => this.#launch())
    else this.#launch()
    if (this.input !== undefined && input !== undefined) pump(this.input, input).catch((error) => this.#fail(error))
  }

  #launch() {
    if (this.#handle !== undefined || this.#ending !== undefined) return
    if (this.#options.capture === 'none' && this.#iterated) this.#request.numbers[STDOUT] = PIPE
    this.#handle = new Handle(this.#request, this)
    if (this.#iterated) this.#handle.handOn()
    this.input?.open(this.#handle)
    if (this.#waitingForSpawn.length > 0) this.#watchSpawn()
    this.#wake()
  }

  #watchSpawn() {
    if (this.pid > 0) for (const { resolve } of this.#waitingForSpawn.splice(0)) resolve()
  }

  #cancel() {
    if (this.#handle === undefined) this.#end(noFacts({ cancelled: 1 }))
    else this.#handle.cancel()
  }

  /** @param {NodeJS.ErrnoException} fault */
  #fail(fault) {
    if (this.#ending !== undefined) return
    this.#fault ??= fault
    this.#cancel()
  }

  /**
   * @param {number} signal
   * @param {boolean} ends
   */
  kill(signal, ends) {
    if (this.#ending !== undefined) return false
    if (this.#handle === undefined && ends) {
      this.#end(noFacts({ signal, killed: 1 }))
      return true
    }
    this.#launch()
    const sent = /** @type {Handle} */ (this.#handle).kill(signal, ends)
    this.#killed ||= sent && ends
    return sent
  }

  get ending() {
    return this.#ending
  }

  /** 0 while it does not run. */
  get pid() {
    if (this.#pid === 0 && this.#ending === undefined) this.#pid = this.#handle?.watchSpawn() ?? 0
    return this.#pid
  }

  /** @returns {Promise<void>} */
  spawned() {
    return new Promise((resolve, reject) => {
      if (this.pid === 0 && this.#ending !== undefined) return reject(this.#ending)
      this.#waitingForSpawn.push({ resolve, reject })
      this.#watchSpawn()
    })
  }

  /** stdout comes in pieces from now on; false if it can't, because it goes nowhere. */
  iterate() {
    if (this.#ending !== undefined || this.#iterated) return false
    if (this.#handle !== undefined && this.#request.numbers[STDOUT] !== PIPE) return false
    this.#iterated = this.#reading = true
    this.#handle?.handOn()
    return true
  }

  /** @returns {Promise<Buffer | undefined>} */
  async nextPiece() {
    for (;;) {
      const piece = this.#handle === undefined ? null : this.#handle.read()
      if (piece) return piece
      if (this.#kept !== undefined) return this.#takeKept()
      if (piece === undefined) return undefined
      // One that never ran has nothing to say; of one that did, the end of its output came before its own.
      if (this.#ending !== undefined) return undefined
      await new Promise((resolve) => {
        this.#wakeReader = () => resolve(undefined)
      })
    }
  }

  #takeKept() {
    const kept = this.#kept
    this.#kept = undefined
    return kept
  }

  /** @param {number} pending */
  overflows(pending) {
    if (pending <= this.#options.maxBuffer) return false
    this.#fail(new codes.ERR_CHILD_PROCESS_STDIO_MAXBUFFER('stdout'))
    return true
  }

  /** The reader has gone: nothing of stdout is wanted any more. */
  closeOutput() {
    this.#reading = false
    this.#handle?.closeOutput()
    if (this.#ending !== undefined) this.#handle?.forget()
  }

  /**
   * @param {number} kind
   * @param {number} first
   */
  onNews(kind, first) {
    if (kind === NEWS.done) return this.#end(readFacts(/** @type {Handle} */ (this.#handle)))
    if (kind === NEWS.failed) return this.#end(noFacts({}), spawnError(first, this.#request))
    if (kind === NEWS.spawned) this.#watchSpawn()
    else if (kind === NEWS.readable) this.#wake()
    else if (kind === NEWS.input) this.input?.onNews(first === 1)
  }

  #wake() {
    const wake = this.#wakeReader
    this.#wakeReader = undefined
    wake?.()
  }

  /**
   * @param {import('./result.js').Facts} facts
   * @param {NodeJS.ErrnoException} [notStarted]
   */
  #end(facts, notStarted) {
    if (this.#ending !== undefined) return
    this.#stopListening()
    if (this.#killed) facts.killed = 1
    if (notStarted === undefined && this.input?.lost) facts.inputLost = 1
    if (this.#fault !== undefined) facts.cancelled = 0 // that was only the way to end it
    this.#pid ||= facts.pid
    this.#ending = this.#conclude(facts, notStarted)
    this.#handle?.settle()
    if (!this.#reading) this.#handle?.forget()
    this.input?.onNews(false)
    this.#watchSpawn()
    for (const { reject } of this.#waitingForSpawn.splice(0)) reject(this.#ending)
    this.#onEnd(this.#ending)
    this.#wake()
  }

  /**
   * @param {import('./result.js').Facts} facts
   * @param {NodeJS.ErrnoException} [notStarted]
   * @returns {Ending}
   */
  #conclude(facts, notStarted) {
    let reason = notStarted ?? this.#fault ?? failureOf(facts, this.#request, this.#options)
    let cause = reason === notStarted || reason === this.#fault ? reason : undefined
    /** @type {unknown[]} */
    let outputs = []
    try {
      outputs = this.#takeOutputs(facts)
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
      reason ??= cause = fromNative(String(code), message)
    }
    if (facts.cancelled) cause = this.#options.signal?.reason
    return { result: makeResult(facts, outputs[0], outputs[1]), reason, cause }
  }

  /** @param {import('./result.js').Facts} facts */
  #takeOutputs({ stdoutLength, stderrLength }) {
    const handle = this.#handle
    if (handle === undefined) return []
    const stderr = takeOutput(handle, 1, stderrLength, this.#options)
    if (!this.#iterated) return [takeOutput(handle, 0, stdoutLength, this.#options), stderr]
    if (stdoutLength > 0) this.#kept = handle.bytes(0, stdoutLength)
    return [undefined, stderr]
  }
}

module.exports = { Control }
