'use strict'

// Every option of run(): its check and its default. What is planned and not here yet is refused, never ignored.

const { codes } = require('../internal/errors.js')
const {
  validateAbortSignal,
  validateBoolean,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
} = require('../internal/validators.js')
const { signalNumber } = require('./signals.js')

const CAPTURES = /** @type {const} */ (['text', 'buffer', 'lines', 'none'])
const OVERFLOWS = /** @type {const} */ (['kill', 'truncate'])
const STDINS = /** @type {const} */ (['ignore', 'inherit', 'pipe'])
const FLAGS = ['stripFinalNewline', 'extendEnv', 'reject', 'killTree', 'dieWithParent', 'merge', 'detached']
const PLANNED = ['tee']
const PLANNED_VALUES = { capture: 'spill', onOverflow: 'spill' }
const LIMITS = ['addressSpaceBytes', 'cpuTimeMs', 'fileSizeBytes', 'openFiles']
const PLANNED_LIMITS = ['memoryBytes', 'processes']

const DEFAULTS = {
  capture: /** @type {typeof CAPTURES[number]} */ ('text'),
  stripFinalNewline: true,
  extendEnv: true,
  maxBuffer: 64 * 1024 * 1024,
  onOverflow: /** @type {typeof OVERFLOWS[number]} */ ('kill'),
  reject: true,
  timeout: 0,
  killSignal: /** @type {string | number} */ ('SIGTERM'),
  gracePeriodMs: 5000,
  killTree: false,
  dieWithParent: false,
  merge: false,
  detached: false,
}

/** @typedef {typeof DEFAULTS & Record<string, any>} RunOptions */

/**
 * @param {Record<string, any>} given
 * @returns {RunOptions}
 */
function validateOptions(given) {
  refusePlanned(given)
  const options = /** @type {RunOptions} */ ({ ...DEFAULTS })
  for (const [name, value] of Object.entries(given)) if (value !== undefined) options[name] = value
  validateOneOf(options.capture, 'options.capture', CAPTURES)
  validateOneOf(options.onOverflow, 'options.onOverflow', OVERFLOWS)
  for (const name of FLAGS) validateBoolean(options[name], `options.${name}`)
  validateNumber(options.maxBuffer, 'options.maxBuffer', 0)
  validateInteger(options.timeout, 'options.timeout', 0)
  validateNumber(options.gracePeriodMs, 'options.gracePeriodMs', 0)
  options.killNumber = signalNumber(options.killSignal)
  validateAbortSignal(options.signal, 'options.signal')
  validateIdentity(options)
  validateLimits(options.limits)
  validateStdin(options)
  return options
}

/** @param {Record<string, any>} given */
function refusePlanned(given) {
  for (const name of PLANNED) {
    if (given[name] !== undefined) throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED(name)
  }
  for (const [name, value] of Object.entries(PLANNED_VALUES)) {
    if (given[name] === value) throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED(`${name}: '${value}'`)
  }
  for (const name of PLANNED_LIMITS) {
    if (given.limits?.[name] !== undefined) throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED(`limits.${name}`)
  }
}

/** @param {RunOptions} options */
function validateIdentity({ uid, gid, umask, nice }) {
  const id = 2 ** 32 - 2 // the last number means "unchanged" to the kernel
  if (uid !== undefined) validateInteger(uid, 'options.uid', 0, id)
  if (gid !== undefined) validateInteger(gid, 'options.gid', 0, id)
  if (umask !== undefined) validateInteger(umask, 'options.umask', 0, 0o777)
  if (nice !== undefined) validateInteger(nice, 'options.nice', -20, 19)
}

/** @param {unknown} limits */
function validateLimits(limits) {
  if (limits === undefined) return
  validateObject(limits, 'options.limits')
  for (const [name, value] of Object.entries(limits)) {
    validateOneOf(name, 'options.limits', LIMITS)
    if (value !== undefined) validateInteger(value, `options.limits.${name}`, 0)
  }
}

/** @param {RunOptions} options */
function validateStdin(options) {
  const { input, stdin } = options
  if (stdin !== undefined) validateOneOf(stdin, 'options.stdin', STDINS)
  if (input === undefined) return
  if (stdin !== undefined) throw new codes.ERR_INVALID_ARG_VALUE('options.stdin', stdin, 'cannot be set beside input')
  if (typeof input === 'string' || ArrayBuffer.isView(input)) return
  if (input?.[Symbol.asyncIterator] === undefined && input?.[Symbol.iterator] === undefined) {
    const expected = ['string', 'Buffer', 'TypedArray', 'DataView', 'Stream', 'Iterable']
    throw new codes.ERR_INVALID_ARG_TYPE('options.input', expected, input)
  }
}

module.exports = { validateOptions }
