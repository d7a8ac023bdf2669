'use strict'

const kRunError = Symbol.for('ironloop.RunError')

/**
 * An error of the system or of a program, or what the error table says of how the run ended.
 * @typedef {NodeJS.ErrnoException | { code: string, message: string, syscall?: undefined }} Reason
 */

/**
 * Why a run failed: the reason's code and message, the command, and the facts of the Result as properties.
 */
class RunError extends Error {
  #title
  /** Whose stack is that of the call. */
  #origin

  /**
   * @param {Reason} reason
   * @param {string} command
   * @param {Record<string, unknown>} facts
   * @param {{ cause?: unknown, origin: { stack?: string }, said: string }} about
   */
  constructor(reason, command, facts, { cause, origin, said }) {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(said === '' ? reason.message : `${reason.message}\n${said}`)
    Error.stackTraceLimit = stackTraceLimit
    // The prototype's is read instead. An accessor of its own would cost each error more than all the rest of it.
    delete this.stack
    const isAbort = reason.code === 'ABORT_ERR'
    if (isAbort) hide(this, 'name', 'AbortError')
    this.#title = `${isAbort ? 'AbortError' : 'RunError'}: ${this.message}`
    this.#origin = origin
    if (cause !== undefined) hide(this, 'cause', cause)
    this.code = reason.code
    this.command = command
    Object.assign(this, facts)
  }

  get [kRunError]() {
    return true
  }

  /** That of the caller, which a native callback does not have; put together when somebody reads it. */
  get stack() {
    if (!(#title in this)) return undefined
    const { stack = '' } = this.#origin
    const text = `${this.#title}\n${stack.slice(stack.indexOf('\n') + 1)}`
    hide(this, 'stack', text)
    return text
  }

  set stack(value) {
    hide(this, 'stack', value)
  }

  /** Also one of another realm's. @param {any} other */
  static [Symbol.hasInstance](other) {
    return other?.[kRunError] === true
  }
}
/**
 * @param {object} error
 * @param {string} name
 * @param {unknown} value
 */
function hide(error, name, value) {
  Object.defineProperty(error, name, { value, configurable: true, enumerable: false, writable: true })
}

hide(RunError.prototype, 'name', 'RunError')

module.exports = { RunError }
