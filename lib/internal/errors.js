'use strict'

// THE error table: every error that ironloop throws or rejects with is made here.
//
// A row is: code -> [base class, message(...args)]. Where the condition is Node's, the code, the class and the
// wording are Node's; our own are ERR_<MODULE>_<CONDITION>. `__test__/package/error-table.test.js` proves that this
// table, the native codes (crates/core/src/error.rs), types/errors.d.ts and docs/errors.md list the same codes.

const { inspect } = require('node:util')

/** Marks our errors across realms, where `instanceof` does not hold (Jest, vm contexts). */
const kIronloopError = Symbol.for('ironloop.error')

/**
 * Node's "Received ..." clause.
 * @param {unknown} value
 */
function received(value) {
  if (value == null) return `Received ${value}`
  if (typeof value === 'function') return `Received function ${value.name}`
  if (typeof value === 'object') {
    if (value.constructor?.name) return `Received an instance of ${value.constructor.name}`
    return `Received ${inspect(value, { depth: -1 })}`
  }
  let shown = inspect(value, { colors: false })
  if (shown.length > 28) shown = `${shown.slice(0, 25)}...`
  return `Received type ${typeof value} (${shown})`
}

/**
 * Node's list of expected types: primitive names in lower case, classes as instances.
 * @param {string | string[]} expected
 */
function expectedTypes(expected) {
  const all = Array.isArray(expected) ? expected : [expected]
  const types = all.filter((one) => /^[a-z]/.test(one))
  const classes = all.filter((one) => !/^[a-z]/.test(one))
  const parts = []
  if (types.length) parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${list(types)}`)
  if (classes.length) parts.push(`an instance of ${list(classes)}`)
  return parts.join(' or ')
}

/** @param {string[]} words */
function list(words) {
  if (words.length < 3) return words.join(' or ')
  return `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}`
}

/** @param {string} name */
function argument(name) {
  return name.includes('.') ? `"${name}" property` : `"${name}" argument`
}

/** Named as Node's own, which is not exported. */
class AbortError extends Error {}
Object.defineProperty(AbortError.prototype, 'name', { value: 'AbortError', writable: true, configurable: true })

/** @type {Record<string, [ErrorConstructor, (...args: any[]) => string]>} */
const table = {
  // Node's conditions
  ABORT_ERR: [/** @type {any} */ (AbortError), (what = 'operation was') => `The ${what} aborted`],
  ERR_ACCESS_DENIED: [Error, (flag) => `Access to this API has been restricted. Use ${flag} to manage permissions.`],
  ERR_BUFFER_TOO_LARGE: [RangeError, (most) => `Cannot create a Buffer larger than ${most} bytes`],
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: [RangeError, (name) => `${name} maxBuffer length exceeded`],
  ERR_CRYPTO_HASH_FINALIZED: [Error, () => 'Digest already called'],
  ERR_ENCODING_INVALID_ENCODED_DATA: [TypeError, (name) => `The encoded data was not valid for encoding ${name}`],
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: [
    Error,
    (sent, length) =>
      `Response body's content-length of ${sent} byte(s) does not match the content-length of ${length} byte(s) set in header`,
  ],
  ERR_ILLEGAL_CONSTRUCTOR: [TypeError, () => 'Illegal constructor'],
  ERR_INTERNAL_ASSERTION: [Error, (what) => `${what}. This is a bug in ironloop, please report it`],
  ERR_INVALID_ARG_TYPE: [
    TypeError,
    (name, expected, actual) => `The ${argument(name)} must be ${expectedTypes(expected)}. ${received(actual)}`,
  ],
  ERR_INVALID_ARG_VALUE: [
    TypeError,
    (name, value, reason = 'is invalid') => {
      let shown = inspect(value)
      if (shown.length > 128) shown = `${shown.slice(0, 128)}...`
      return `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${shown}`
    },
  ],
  ERR_INVALID_RETURN_VALUE: [
    TypeError,
    (expected, name, actual) => `Expected ${expected} to be returned from the "${name}" function. ${received(actual)}`,
  ],
  ERR_INVALID_STATE: [Error, (what) => `Invalid state: ${what}`],
  ERR_IPC_CHANNEL_CLOSED: [Error, () => 'Channel closed'],
  ERR_OUT_OF_RANGE: [
    RangeError,
    (name, range, value) => `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`,
  ],
  ERR_STREAM_PREMATURE_CLOSE: [Error, () => 'Premature close'],
  ERR_STREAM_WRITE_AFTER_END: [Error, () => 'write after end'],
  ERR_STRING_TOO_LONG: [Error, () => 'The result is longer than a string can be'],
  ERR_UNKNOWN_ENCODING: [TypeError, (name) => `Unknown encoding: ${name}`],
  ERR_UNKNOWN_SIGNAL: [TypeError, (signal) => `Unknown signal: ${signal}`],
  Z_BUF_ERROR: [Error, () => 'unexpected end of file'],
  Z_DATA_ERROR: [Error, (reason) => reason],

  // Buffers
  ERR_BUFFER_CORRUPT_DATA: [Error, (format) => `The data is not valid ${format}, or not all of it`],
  ERR_BUFFER_PIECE_TOO_LONG: [RangeError, (most) => `A piece without a delimiter is longer than ${most} bytes`],

  // Child processes
  ERR_CHILD_PROCESS_FAILED: [
    Error,
    (command, exitCode, signal) =>
      signal === null
        ? `Command failed with exit code ${exitCode}: ${command}`
        : `Command was ended by ${signal}: ${command}`,
  ],
  ERR_CHILD_PROCESS_IPC_CORRUPT: [Error, () => 'The other process has written nonsense into the shared memory'],
  ERR_CHILD_PROCESS_MEMORY_LIMIT: [
    Error,
    (command, bytes) => `Command was ended because it took more than ${bytes} bytes of memory: ${command}`,
  ],
  ERR_CHILD_PROCESS_OPTION_UNSUPPORTED: [
    Error,
    (name, reason) => `The option '${name}' is not supported here: ${reason}`,
  ],
  ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE: [
    Error,
    () => "There is no output to iterate: with capture 'none' iterate where run() is called, else once only",
  ],
  ERR_CHILD_PROCESS_TIMEOUT: [Error, (command, timeout) => `Command timed out after ${timeout} ms: ${command}`],

  // Events
  ERR_EVENTS_BUS_CLOSED: [Error, () => 'The Bus is closed on this thread'],
  ERR_EVENTS_INVALID_TOPIC: [TypeError, (topic, reason) => `Invalid topic ${inspect(topic)}: ${reason}`],
  ERR_EVENTS_NO_SUBSCRIBERS: [Error, (topic) => `Nobody is subscribed to '${topic}' who could answer`],
  ERR_EVENTS_QUEUE_OVERFLOW: [
    Error,
    (pattern, bytes) => `The subscription to '${pattern}' has ended: its queue reached its bound of ${bytes} bytes`,
  ],
  ERR_EVENTS_REQUEST_TIMEOUT: [Error, (topic, ms) => `No answer to '${topic}' within ${ms} ms`],
  ERR_EVENTS_WAIT_TIMEOUT: [Error, (type, ms) => `No event '${String(type)}' that was waited for within ${ms} ms`],

  // Streams and framed connections
  ERR_NET_FRAME_INVALID: [Error, (reason) => `A frame is not as its codec has it: ${reason}`],
  ERR_NET_FRAME_TOO_LARGE: [RangeError, (most) => `A frame is larger than ${most} bytes`],
  ERR_NET_FRAME_TRUNCATED: [Error, (bytes) => `The stream has ended within a frame, of which ${bytes} bytes came`],
  ERR_STREAM_LINE_TOO_LONG: [RangeError, (most) => `A line is longer than ${most} bytes`],

  // The pool
  ERR_POOL_CLOSE_TIMEOUT: [Error, (ms) => `Tasks were still running ${ms} ms after close()`],
  ERR_POOL_CLOSED: [Error, () => 'The pool is closed'],
  ERR_POOL_HANDLER_MISSING: [Error, (filename, name) => `${filename} exports no function as '${name}'`],
  ERR_POOL_QUEUE_FULL: [Error, (maxQueue) => `The queue is full: ${maxQueue} tasks are waiting`],
  ERR_POOL_TASK_TIMEOUT: [Error, () => 'The task ran longer than its timeout allows'],
  ERR_POOL_WORKER_EXITED: [Error, (code) => `The worker thread exited with code ${code}`],

  // The binding
  ERR_NATIVE_BINDING_MISSING: [Error, (triple, reason) => `No native binding of ironloop for ${triple}: ${reason}`],
  ERR_NATIVE_JOB_FAILED: [Error, (reason) => `A native job ended without a result: ${reason}`],
  ERR_UNSUPPORTED_PLATFORM: [Error, (what, missing) => `${what} is not supported on this platform: ${missing}`],
}

/**
 * @param {string} code
 * @param {ErrorConstructor} Base
 * @param {(...args: any[]) => string} message
 */
function define(code, Base, message) {
  const Made = class extends Base {
    /** @param {...any} args */
    constructor(...args) {
      super()
      // toString() shows the code, as that of Node's own errors, while `name` stays the class's.
      Object.defineProperties(this, {
        message: { value: message(...args), enumerable: false, writable: true, configurable: true },
        toString: {
          value() {
            return `${this.name} [${code}]: ${this.message}`
          },
          enumerable: false,
          writable: true,
          configurable: true,
        },
        [kIronloopError]: { value: code, enumerable: false },
      })
      this.code = code
      Error.captureStackTrace?.(this, Made)
    }

    /** @param {unknown} other */
    static [Symbol.hasInstance](other) {
      return typeof other === 'object' && other !== null && /** @type {any} */ (other)[kIronloopError] === code
    }
  }
  Object.defineProperty(Made, 'name', { value: Base.name })
  return Made
}

/**
 * Constructors by code: `throw new codes.ERR_OUT_OF_RANGE('ms', '>= 0', ms)`. Each is made when it is first asked for:
 * a program meets few of them, and every thread of a pool loads this file.
 */
const codes = /** @type {Record<string, new (...args: any[]) => NodeJS.ErrnoException>} */ ({})
for (const code of Object.keys(table)) {
  const get = () => {
    const value = define(code, ...table[code])
    Object.defineProperty(codes, code, { value })
    return value
  }
  Object.defineProperty(codes, code, { get, enumerable: true, configurable: true })
}

/**
 * What an error of the table says, for who makes an error of its own from it.
 * @param {keyof typeof table} code
 * @param {...any} args
 * @returns {{ code: string, message: string, syscall?: undefined }}
 */
function reasonOf(code, ...args) {
  const [, message] = table[code]
  return { code, message: /** @type {(...args: any[]) => string} */ (message)(...args) }
}

/**
 * An operating system error in the shape of Node's own: code, errno (negative), syscall, and what it was about.
 * @param {string} code such as 'ENOENT'
 * @param {number} errno as in errno.h, positive
 * @param {string} syscall
 * @param {{ path?: string, spawnargs?: string[], cause?: unknown }} [about]
 */
function systemError(code, errno, syscall, about = {}) {
  const where = about.path === undefined ? '' : ` ${about.path}`
  const error = /** @type {any} */ (new Error(`${syscall}${where} ${code}`))
  error.errno = -errno
  error.code = code
  error.syscall = syscall
  for (const [key, value] of Object.entries(about)) {
    if (value !== undefined) error[key] = value
  }
  return error
}

/**
 * An error that native code named by its code: a row of the table, with native code's own words.
 * @param {string} code
 * @param {string} message
 */
function fromNative(code, message) {
  const error = new (codes[code] ?? codes.ERR_NATIVE_JOB_FAILED)(message)
  error.message = message
  return error
}

/**
 * What structuredClone throws for a value that cannot be cloned: a DOMException, code 25.
 * @param {string} message
 */
function dataCloneError(message) {
  return new DOMException(message, 'DataCloneError')
}

/**
 * What an operation rejects with when its signal fires.
 * @param {unknown} reason the signal's
 * @param {string} [what] in place of Node's words
 */
function abortError(reason, what) {
  const error = new codes.ABORT_ERR(what)
  if (reason !== undefined) Object.defineProperty(error, 'cause', { value: reason, writable: true, configurable: true })
  return error
}

/**
 * A warning with fields of its own, as Node's own warnings have.
 * @param {string} name
 * @param {string} message
 * @param {object} about
 */
function processWarning(name, message, about) {
  const warning = Object.assign(new Error(message), { name, ...about })
  try {
    process.emitWarning(warning)
  } catch {
    // In a sandbox (Jest, a vm context) Error is another class than Node's, which takes its own only.
    process.emitWarning(message, name)
  }
}

module.exports = {
  abortError,
  codes,
  dataCloneError,
  fromNative,
  kIronloopError,
  processWarning,
  reasonOf,
  systemError,
}
