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
  /**
   * @param {Reason} reason
   * @param {string} command
   * @param {Record<string, unknown>} facts
   * @param {{ cause?: unknown, origin: { stack?: string }, said: string }} about
   */
  constructor(reason, command, facts, { cause, origin, said }) {
    // The stack is the caller's, which a native callback does not have.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(said === '' ? reason.message : `${reason.message}\n${said}`)
    Error.stackTraceLimit = stackTraceLimit
    const isAbort = reason.code === 'ABORT_ERR'
    if (isAbort) hide(this, 'name', 'AbortError')
    hideStack(this, `${isAbort ? 'AbortError' : 'RunError'}: ${this.message}`, origin)
    if (cause !== undefined) hide(this, 'cause', cause)
    this.code = reason.code
    this.command = command
    Object.assign(this, facts)
  }

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

/**
 * Written out when somebody reads it: that costs as much as the rest of the error.
 * @param {object} error
 * @param {string} title
 * @param {{ stack?: string }} origin
 */
function hideStack(error, title, origin) {
  const set = (/** @type {unknown} */ value) => hide(error, 'stack', value)
  const get = () => {
    const { stack = '' } = origin
    const text = `${title}\n${stack.slice(stack.indexOf('\n') + 1)}`
    set(text)
    return text
  }
  Object.defineProperty(error, 'stack', { get, set, configurable: true, enumerable: false })
}

hide(RunError.prototype, 'name', 'RunError')

module.exports = { RunError }
