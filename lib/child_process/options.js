'use strict'

// Every option of run(): its check and its default.

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

const CAPTURES = /** @type {const} */ (['text', 'buffer', 'lines', 'spill', 'none'])
const OVERFLOWS = /** @type {const} */ (['kill', 'truncate', 'spill'])
const STDINS = /** @type {const} */ (['ignore', 'inherit', 'pipe'])
const LIMITS = ['addressSpaceBytes', 'cpuTimeMs', 'fileSizeBytes', 'memoryBytes', 'openFiles', 'processes']
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
  __proto__: /** @type {any} */ (null),
  capture: oneOf(CAPTURES),
  onOverflow: oneOf(OVERFLOWS),
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
  killSignal: validateKillSignal,
  signal: validateAbortSignal,
  uid: (value, name) => validateInteger(value, name, 0, MAX_ID),
  gid: (value, name) => validateInteger(value, name, 0, MAX_ID),
  umask: (value, name) => validateInteger(value, name, 0, 0o777),
  nice: (value, name) => validateInteger(value, name, -20, 19),
  limits: validateLimits,
  input: validateInput,
  tee: validateTee,
}

/**
 * @param {Record<string, any>} given
 * @returns {RunOptions}
 */
function validateOptions(given) {
  // Without prototypes: what others add to Object.prototype is no option of ours.
  const options = /** @type {RunOptions} */ (Object.assign(Object.create(null), DEFAULTS))
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    CHECKS[name]?.(value, `options.${name}`)
    options[name] = name === 'limits' ? { __proto__: null, ...value } : value
  }
  // A limit of the whole tree needs somebody who has it in hand.
  if (options.limits?.memoryBytes !== undefined || options.limits?.processes !== undefined) options.killTree = true
  const { input, stdin } = options
  if (input !== undefined && stdin !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE('options.stdin', stdin, 'cannot be set beside input')
  }
  return options
}

/** A signal that ends nothing is none, as in Node's options. @param {unknown} signal */
function validateKillSignal(signal) {
  if (signalNumber(signal) === 0) throw new codes.ERR_UNKNOWN_SIGNAL(0)
}

/** @param {readonly string[]} allowed */
function oneOf(allowed) {
  return (/** @type {unknown} */ value, /** @type {string} */ name) => validateOneOf(value, name, allowed)
}

/** @param {any} limits */
function validateLimits(limits) {
  validateObject(limits, 'options.limits')
  for (const [name, value] of Object.entries(limits)) {
    validateOneOf(name, 'options.limits', LIMITS)
    if (value !== undefined) validateInteger(value, `options.limits.${name}`, 0)
  }
}

/** @param {any} tee */
function validateTee(tee) {
  if (typeof tee === 'boolean' || isWritable(tee)) return
  validateObject(tee, 'options.tee')
  for (const [name, value] of Object.entries(tee)) {
    validateOneOf(name, 'options.tee', ['stdout', 'stderr'])
    if (value === undefined || typeof value === 'boolean' || isWritable(value)) continue
    throw new codes.ERR_INVALID_ARG_TYPE(`options.tee.${name}`, ['boolean', 'Writable'], value)
  }
}

/** @param {any} value */
function isWritable(value) {
  return typeof value?.write === 'function' && typeof value.on === 'function'
}

/** @param {any} input */
function validateInput(input) {
  if (typeof input === 'string' || ArrayBuffer.isView(input)) return
  if (input?.[Symbol.asyncIterator] === undefined && input?.[Symbol.iterator] === undefined) {
    const expected = ['string', 'Buffer', 'TypedArray', 'DataView', 'Stream', 'Iterable']
    throw new codes.ERR_INVALID_ARG_TYPE('options.input', expected, input)
  }
}

module.exports = { isWritable, validateOptions }
