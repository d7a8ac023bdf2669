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
const LIMITS = ['addressSpaceBytes', 'cpuTimeMs', 'fileSizeBytes', 'openFiles']
const PLANNED_LIMITS = ['memoryBytes', 'processes']
const MAX_ID = 2 ** 32 - 2 // the last number means "unchanged" to the kernel

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

/** By option: throws if its value is not one of its own. @type {Record<string, (value: any, name: string) => void>} */
const CHECKS = {
  capture: oneOf(CAPTURES, 'spill'),
  onOverflow: oneOf(OVERFLOWS, 'spill'),
  stdin: oneOf(STDINS),
  stripFinalNewline: validateBoolean,
  extendEnv: validateBoolean,
  reject: validateBoolean,
  killTree: validateBoolean,
  dieWithParent: validateBoolean,
  merge: validateBoolean,
  detached: validateBoolean,
  maxBuffer: (value, name) => validateNumber(value, name, 0),
  timeout: (value, name) => validateInteger(value, name, 0),
  gracePeriodMs: (value, name) => validateNumber(value, name, 0),
  killSignal: signalNumber,
  signal: validateAbortSignal,
  uid: (value, name) => validateInteger(value, name, 0, MAX_ID),
  gid: (value, name) => validateInteger(value, name, 0, MAX_ID),
  umask: (value, name) => validateInteger(value, name, 0, 0o777),
  nice: (value, name) => validateInteger(value, name, -20, 19),
  limits: validateLimits,
  input: validateInput,
  tee: refuse,
}

/**
 * @param {Record<string, any>} given
 * @returns {RunOptions}
 */
function validateOptions(given) {
  const options = /** @type {RunOptions} */ ({ ...DEFAULTS })
  for (const name in given) {
    const value = given[name]
    if (value === undefined) continue
    CHECKS[name]?.(value, `options.${name}`)
    options[name] = value
  }
  const { input, stdin } = options
  if (input !== undefined && stdin !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE('options.stdin', stdin, 'cannot be set beside input')
  }
  return options
}

/**
 * @param {readonly string[]} allowed
 * @param {string} [planned]
 */
function oneOf(allowed, planned) {
  return (/** @type {unknown} */ value, /** @type {string} */ name) => {
    if (value === planned) refuse(value, `${name}: '${value}'`)
    validateOneOf(value, name, allowed)
  }
}

/**
 * @param {unknown} _value
 * @param {string} name
 */
function refuse(_value, name) {
  throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED(name.replace('options.', ''))
}

/** @param {any} limits */
function validateLimits(limits) {
  validateObject(limits, 'options.limits')
  for (const [name, value] of Object.entries(limits)) {
    if (PLANNED_LIMITS.includes(name)) refuse(value, `limits.${name}`)
    validateOneOf(name, 'options.limits', LIMITS)
    if (value !== undefined) validateInteger(value, `options.limits.${name}`, 0)
  }
}

/** @param {any} input */
function validateInput(input) {
  if (typeof input === 'string' || ArrayBuffer.isView(input)) return
  if (input?.[Symbol.asyncIterator] === undefined && input?.[Symbol.iterator] === undefined) {
    const expected = ['string', 'Buffer', 'TypedArray', 'DataView', 'Stream', 'Iterable']
    throw new codes.ERR_INVALID_ARG_TYPE('options.input', expected, input)
  }
}

module.exports = { validateOptions }
