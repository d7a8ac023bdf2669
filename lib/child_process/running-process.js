'use strict'

// One run as its user holds it: a promise of the Result that can be killed, written to and iterated meanwhile.

const { codes } = require('../internal/errors.js')
const { Control } = require('./control.js')
const { announce, isTraced, traceEnd, traceStart } = require('./diagnostics.js')
const { makeStdin } = require('./input.js')
const { LineIterator } = require('./lines.js')
const { commandOf, splitLines } = require('./result.js')
const { RunError } = require('./run-error.js')
const { signalNumber } = require('./signals.js')

const kAsyncDispose = /** @type {typeof Symbol.asyncDispose} */ (
  Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')
)
const SIGKILL = 9
const SIGTERM = 15

const nothing = () => {}
/** Characters of stderr that an error's message quotes. */
const QUOTED = 1000

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

  /**
   * @param {import('./request.js').Request} request
   * @param {import('./options.js').RunOptions} options
   * @param {{ stack?: string }} origin whose stack is that of the call
   */
  constructor(request, options, origin) {
    /** @type {any} */
    let settle
    super((resolve, reject) => {
      settle = { resolve, reject }
    })
    this.#settle = settle
    this.#request = request
    this.#options = options
    this.#origin = origin
    this.#control = new Control(request, options, (ending) => this.#onEnd(ending))
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

  /** @param {import('./control.js').Ending} ending */
  #onEnd(ending) {
    const error = this.#errorOf(ending)
    if (this.#trace) traceEnd(this.#trace, error ? 'error' : 'result', error ?? ending.result)
    if (error !== undefined && this.#options.reject) this.#settle.reject(error)
    else this.#settle.resolve(error === undefined ? ending.result : { ...ending.result, error })
    this.stdin?.destroy()
  }

  /** @param {import('./control.js').Ending} ending */
  #errorOf({ reason, cause, result }) {
    if (reason === undefined) return undefined
    const about = { cause, origin: this.#origin, said: lastWords(result.stderr) }
    const error = new RunError(reason, commandOf(this.#request), result, about)
    // A process that could not be started fails as Node's spawn does.
    if (reason.syscall !== undefined) Object.assign(error, { ...reason })
    return error
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
      this.#spawned = this.#control.spawned().catch((ending) => Promise.reject(this.#errorOf(ending)))
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
    this.kill()
    await Promise.allSettled([this])
  }
}

/**
 * What a message quotes of stderr.
 * @param {unknown} stderr
 */
function lastWords(stderr) {
  const text = Array.isArray(stderr) ? stderr.join('\n') : typeof stderr === 'string' ? stderr : ''
  return text.length > QUOTED ? `...${text.slice(-QUOTED)}` : text
}

module.exports = { RunningProcess }
