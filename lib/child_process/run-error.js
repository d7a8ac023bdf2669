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
  #origin

  /**
   * @param {Reason} reason
   * @param {string} command
   * @param {Record<string, unknown>} facts
   * @param {{ cause?: unknown, origin: { stack?: string }, said: string }} about
   */
  constructor(reason, command, facts, { cause, origin, said }) {
    // The stack is the caller's, which a native callback does not have; without a limit none is looked for.
    const limited = /** @type {any} */ (Error)
    const { stackTraceLimit } = limited
    limited.stackTraceLimit = undefined
    super(said === '' ? reason.message : `${reason.message}\n${said}`)
    limited.stackTraceLimit = stackTraceLimit
    const isAbort = reason.code === 'ABORT_ERR'
    if (isAbort) hide(this, 'name', 'AbortError')
    this.#title = `${isAbort ? 'AbortError' : 'RunError'}: ${this.message}`
    this.#origin = origin
    Object.defineProperty(this, 'stack', RunError.#stack)
    if (cause !== undefined) hide(this, 'cause', cause)
    this.code = reason.code
    this.command = command
    Object.assign(this, facts)
  }

  /**
   * Written out when somebody reads it: that costs as much as the rest of the error. The same functions for all errors, which
   * so share their shape: with some of its own each would be a dictionary.
   */
  static #stack = /** @type {PropertyDescriptor & ThisType<RunError>} */ ({
    get() {
      let error = this
      while (!(#origin in error)) error = Object.getPrototypeOf(error) // one that inherits from it
      const { stack = '' } = error.#origin
      const text = `${error.#title}\n${stack.slice(stack.indexOf('\n') + 1)}`
      hide(error, 'stack', text)
      return text
    },
    set(value) {
      hide(this, 'stack', value)
    },
    configurable: true,
    enumerable: false,
  })

  get [kRunError]() {
    return true
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
