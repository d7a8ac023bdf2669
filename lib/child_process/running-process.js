'use strict'

// One run as its user holds it: a promise of the Result that can be killed, written to and iterated meanwhile.

const { codes } = require('../internal/errors.js')
const { Control } = require('./control.js')
const { announce, isTraced, traceEnd, traceStart } = require('./diagnostics.js')
const { makeStdin } = require('./input.js')
const { killTree } = require('./kill-tree.js')
const { errorOf } = require('./ending.js')
const { LineIterator } = require('./lines.js')
const { commandOf, splitLines } = require('./result.js')
const { signalNumber } = require('./signals.js')

const kAsyncDispose = /** @type {typeof Symbol.asyncDispose} */ (
  Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')
)
const SIGKILL = 9
const SIGTERM = 15

const nothing = () => {}
/** How a program ends that writes to a pipe which nobody reads any more: also what a shell makes of that. */
const LOST_READER = ['SIGPIPE', 141]

/**
 * Starts a program that reads what another says.
 * @typedef {(source: RunningProcess, file: any, rest: any[], caller: Function) => RunningProcess} StartNext
 */

/** @extends {Promise<any>} */
class RunningProcess extends Promise {
  // What then() and finally() return are plain promises: there is nothing to kill in them.
  static get [Symbol.species]() {
    return Promise
  }

  #control
  #request
  #options
  #settle
  #origin
  /** @type {Promise<void> | undefined} */
  #spawned
  /** @type {Record<string, unknown> | undefined} */
  #trace
  /** The run whose stdout is our input. @type {RunningProcess | undefined} */
  #source
  #startNext

  /**
   * @param {import('./request.js').Request} request
   * @param {import('./options.js').RunOptions} options
   * @param {{ stack?: string }} origin whose stack is that of the call
   * @param {StartNext} startNext
   * @param {RunningProcess} [source] the run whose stdout is our input
   */
  constructor(request, options, origin, startNext, source) {
    /** @type {any} */
    let settle
    super((resolve, reject) => {
      settle = { resolve, reject }
    })
    this.#settle = settle
    this.#request = request
    this.#options = options
    this.#origin = origin
    this.#startNext = startNext
    this.#source = source
    this.#control = new Control(request, options, (ending) => this.#onEnd(ending), source !== undefined)
    /** A Writable, where `stdin` is 'pipe'. */
    this.stdin = options.stdin === 'pipe' && this.#control.input ? makeStdin(this.#control.input) : null
    this.#begin()
  }

  #begin() {
    if (isTraced()) {
      const { file, args } = this.#request
      this.#trace = { command: commandOf(this.#request), file, args, process: this }
      traceStart(this.#trace, () => this.#control.begin())
    } else {
      this.#control.begin()
    }
    announce(this)
  }

  /** @param {import('./ending.js').Ending} ending */
  #onEnd(ending) {
    this.stdin?.destroy()
    if (this.#source === undefined) this.#settleBy(ending)
    else this.#addSources(ending, this.#source).then(() => this.#settleBy(ending))
  }

  /** @param {import('./ending.js').Ending} ending */
  #settleBy(ending) {
    const error = errorOf(ending, this.#request, this.#origin)
    if (this.#trace) traceEnd(this.#trace, error ? 'error' : 'result', error ?? ending.result)
    if (error !== undefined && this.#options.reject) this.#settle.reject(error)
    else this.#settle.resolve(error === undefined ? ending.result : { ...ending.result, error })
  }

  /**
   * Adds what became of those whose output we read; one that failed fails us, unless it only found that we had gone.
   * @param {import('./ending.js').Ending} ending
   * @param {RunningProcess} source
   */
  async #addSources(ending, source) {
    const result = await source.catch((error) => Object.assign(factsOf(error), { error }))
    const { error, pipedFrom = [] } = result
    Object.assign(ending.result, { pipedFrom: [...pipedFrom, result] })
    if (ending.reason !== undefined || error === undefined) return
    if (LOST_READER.includes(result.signal ?? result.exitCode) && !result.timedOut && !result.cancelled) return
    const message = { value: String(error.message).split('\n', 1)[0] }
    const { errno, syscall, path, spawnargs } = error
    const reason = Object.create(error, { message })
    ending.reason = syscall === undefined ? reason : Object.assign(reason, { errno, syscall, path, spawnargs })
    ending.cause = error
  }

  /** The file that is executed, as Node's ChildProcess has it. */
  get spawnfile() {
    return this.#request.spawnFile
  }

  /** Its argv, name first. */
  get spawnargs() {
    return this.#request.spawnArgs
  }

  get pid() {
    return this.#control.pid || undefined
  }

  get spawned() {
    if (this.#spawned === undefined) {
      const failed = (/** @type {import('./ending.js').Ending} */ ending) =>
        Promise.reject(errorOf(ending, this.#request, this.#origin))
      this.#spawned = this.#control.spawned().catch(failed)
      this.#spawned.catch(nothing) // the run's own promise reports it
    }
    return this.#spawned
  }

  /** @param {NodeJS.Signals | number} [signal] */
  kill(signal) {
    const own = signalNumber(this.#options.killSignal)
    const number = signal === undefined ? own : signalNumber(signal)
    return this.#control.kill(number, [own, SIGTERM, SIGKILL].includes(number))
  }

  /** Kills it and what it started: with `killTree`, all of it. @param {NodeJS.Signals | number} [signal] */
  killTree(signal) {
    const { gracePeriodMs, killSignal } = this.#options
    const { pid } = this
    const number = signalNumber(signal ?? killSignal)
    if (number === 0) return Promise.resolve(this.kill(0))
    if (pid !== undefined) this.#control.noteKill()
    if (pid !== undefined) return killTree(pid, number, { gracePeriodMs })
    return Promise.resolve(this.kill(signal))
  }

  /**
   * Starts a program whose input is our stdout.
   * @param {string | URL | TemplateStringsArray} file
   * @param {...any} rest
   */
  pipe(file, ...rest) {
    const next = this.#startNext(this, file, rest, this.pipe)
    this.catch(nothing) // the next one reports it
    if (!this.#control.pipe(next.#control)) {
      next.catch(nothing)
      next.kill()
      throw new codes.ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE()
    }
    return next
  }

  /** @returns {AsyncIterableIterator<string>} */
  [Symbol.asyncIterator]() {
    this.catch(nothing) // the iteration reports it
    const control = this.#control
    if (!control.iterate()) return this.#keptLines()
    return new LineIterator({
      nextPiece: () => control.nextPiece(),
      overflows: (pending) => control.overflows(pending),
      outcome: () => {
        control.closeOutput()
        return this
      },
      leave: () => {
        control.closeOutput()
        return this.#close()
      },
    })
  }

  /** The lines of a run that is over, or why there are none. */
  async *#keptLines() {
    const { ending } = this.#control
    const stdout = /** @type {string | string[] | Buffer | undefined} */ (ending?.result.stdout)
    if (stdout === undefined) {
      if (ending !== undefined) await this
      throw new codes.ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE()
    }
    if (Array.isArray(stdout)) yield* stdout
    else yield* splitLines(stdout.toString())
    await this
  }

  [kAsyncDispose]() {
    return this.#close()
  }

  /** Ends it and waits for that. */
  async #close() {
    this.catch(nothing)
    if (!this.kill()) this.#control.leave()
    await Promise.allSettled([this, this.#source?.[kAsyncDispose]()])
  }
}

/**
 * The Result in a RunError.
 * @param {any} error
 * @returns {any}
 */
function factsOf({ command, code, errno, syscall, path, spawnargs, ...facts }) {
  return facts
}

module.exports = { RunningProcess }
