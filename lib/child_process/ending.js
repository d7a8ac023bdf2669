'use strict'

// How a run ended: its Result, and why it failed, if it did.

const { fromNative } = require('../internal/errors.js')
const { commandOf, failureOf, makeResult, takeOutput } = require('./result.js')
const { RunError } = require('./run-error.js')

/** Characters of stderr that an error's message quotes. */
const QUOTED = 1000

/**
 * @typedef {object} Ending
 * @property {ReturnType<typeof makeResult>} result
 * @property {import('./run-error.js').Reason | undefined} reason why it failed
 * @property {unknown} cause what was behind that
 */

/**
 * @typedef {object} About
 * @property {import('./request.js').Request} request
 * @property {import('./options.js').RunOptions} options
 * @property {NodeJS.ErrnoException | undefined} reason a failure that did not come from how it ended
 */

/**
 * @param {import('./result.js').Facts} facts
 * @param {import('./desk.js').Handle | undefined} handle
 * @param {About} about
 * @param {unknown[]} [spilled] outputs that are in files
 * @param {boolean} [taken] whether stdout went to a reader
 * @returns {Ending}
 */
function conclude(facts, handle, { request, options, reason: given }, spilled = [], taken = false) {
  let reason = given ?? failureOf(facts, request, options)
  let cause = given
  /** @type {unknown[]} */
  const outputs = []
  try {
    if (handle !== undefined) {
      outputs[0] = taken ? undefined : takeOutput(handle, 0, facts.stdoutLength, options)
      outputs[1] = takeOutput(handle, 1, facts.stderrLength, options)
    }
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    reason ??= cause = fromNative(String(code), message)
  }
  const result = makeResult(facts, spilled[0] ?? outputs[0], spilled[1] ?? outputs[1])
  return { result, reason, cause: facts.cancelled ? options.signal?.reason : cause }
}

/**
 * The error of a run that failed.
 * @param {Ending} ending
 * @param {import('./request.js').Request} request
 * @param {{ stack?: string }} origin whose stack is that of the call
 */
function errorOf({ reason, cause, result }, request, origin) {
  if (reason === undefined) return undefined
  const about = { cause, origin, said: lastWords(result.stderr) }
  const error = new RunError(reason, commandOf(request), result, about)
  // A process that could not be started fails as Node's spawn does.
  if (reason.syscall !== undefined) Object.assign(error, { ...reason })
  return error
}

/**
 * What a message quotes of stderr.
 * @param {unknown} stderr
 */
function lastWords(stderr) {
  const text = Array.isArray(stderr) ? stderr.join('\n') : typeof stderr === 'string' ? stderr : ''
  return text.length > QUOTED ? `...${text.slice(-QUOTED)}` : text
}

module.exports = { conclude, errorOf }
