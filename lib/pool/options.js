'use strict'

// Options of a Pool and of run(), checked. What piscina has and this pool does not yet is refused, never ignored.

const path = require('node:path')
const { fileURLToPath } = require('node:url')
const { codes } = require('../internal/errors.js')
const { defaultThreads } = require('../internal/platform.js')
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateOneOf,
  validateString,
} = require('../internal/validators.js')

const MAX_THREADS = 1024
const MAX_CONCURRENT = 256
const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1
/** The longest delay that a timer of Node holds. */
const MAX_DELAY = 2 ** 31 - 1

/** Options of piscina that this pool cannot honour yet, and the values of them that ask for nothing. */
const UNSUPPORTED = {
  taskQueue: [],
  loadBalancer: [],
  niceIncrement: [0],
  workerHistogram: [false],
  recycle: [],
}
const UNSUPPORTED_IN_RUN = { transferList: [], retries: [0], affinity: [] }

/**
 * @param {Record<string, any>} options
 * @param {Record<string, unknown[]>} unsupported
 */
function refuseUnsupported(options, unsupported) {
  for (const [name, harmless] of Object.entries(unsupported)) {
    const value = options[name]
    if (value == null || harmless.includes(value) || (Array.isArray(value) && value.length === 0)) continue
    throw new codes.ERR_POOL_OPTION_UNSUPPORTED(name)
  }
}

/**
 * A handler file as an absolute path, or as the URL it was given as where that is no file.
 * @param {unknown} filename
 * @param {string} name
 * @returns {string}
 */
function resolveFilename(filename, name) {
  const text = isUrl(filename) ? filename.href : filename
  validateString(text, name)
  if (text.startsWith('file:')) return fileURLToPath(text)
  if (text.startsWith('data:')) return text
  if (!path.isAbsolute(text)) {
    throw new codes.ERR_INVALID_ARG_VALUE(name, filename, 'must be an absolute path or a file: URL')
  }
  return text
}

/**
 * A URL, also of another realm.
 * @param {any} value
 * @returns {value is URL}
 */
function isUrl(value) {
  return typeof value === 'object' && value !== null && typeof value.href === 'string' && value.protocol !== undefined
}

/**
 * @param {Record<string, any>} options
 * @param {string} name
 * @param {number} fallback
 */
function duration(options, name, fallback) {
  const value = options[name] ?? fallback
  validateNumber(value, `options.${name}`, 0)
  return value
}

/** @param {Record<string, any>} options */
function threadLimits(options) {
  const cpus = defaultThreads()
  const { minThreads, maxThreads } = options
  if (minThreads !== undefined) validateInteger(minThreads, 'options.minThreads', 0, MAX_THREADS)
  if (maxThreads !== undefined) validateInteger(maxThreads, 'options.maxThreads', 1, MAX_THREADS)
  if (minThreads !== undefined && maxThreads !== undefined && minThreads > maxThreads) {
    throw new codes.ERR_OUT_OF_RANGE('options.minThreads', `<= options.maxThreads (${maxThreads})`, minThreads)
  }
  return {
    minThreads: minThreads ?? Math.min(cpus, maxThreads ?? cpus),
    maxThreads: maxThreads ?? Math.max(cpus, minThreads ?? 1),
  }
}

/**
 * @param {unknown} maxQueue
 * @param {number} maxThreads
 */
function queueLimit(maxQueue, maxThreads) {
  if (maxQueue === undefined || maxQueue === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
  if (maxQueue === 'auto') return maxThreads ** 2
  validateInteger(maxQueue, 'options.maxQueue', 0)
  return maxQueue
}

/** @param {Record<string, any>} options */
function checkWorkerOptions(options) {
  const { argv, execArgv, resourceLimits, atomics } = options
  for (const [name, value] of Object.entries({ argv, execArgv })) {
    if (value !== undefined && !Array.isArray(value)) {
      throw new codes.ERR_INVALID_ARG_TYPE(`options.${name}`, 'Array', value)
    }
  }
  if (resourceLimits !== undefined) validateObject(resourceLimits, 'options.resourceLimits')
  if (atomics !== undefined) validateOneOf(atomics, 'options.atomics', ['sync', 'async', 'disabled'])
  for (const name of ['trackUnmanagedFds', 'recordTiming', 'stricterFIFO']) {
    if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`)
  }
}

/**
 * The options of a pool with their defaults.
 * @param {Record<string, any>} [options]
 * @returns {Record<string, any> & {
 *   filename: string | null, name: string, minThreads: number, maxThreads: number, concurrentTasksPerWorker: number,
 *   maxQueue: number, idleTimeout: number, closeTimeout: number, gracePeriodMs: number,
 * }}
 */
function poolOptions(options = {}) {
  validateObject(options, 'options')
  refuseUnsupported(options, UNSUPPORTED)
  checkWorkerOptions(options)
  const { minThreads, maxThreads } = threadLimits(options)
  const { filename, name = 'default', concurrentTasksPerWorker = 1 } = options
  validateString(name, 'options.name')
  validateInteger(concurrentTasksPerWorker, 'options.concurrentTasksPerWorker', 1, MAX_CONCURRENT)
  return {
    ...options,
    filename: filename == null ? null : resolveFilename(filename, 'options.filename'),
    name,
    minThreads,
    maxThreads,
    concurrentTasksPerWorker,
    maxQueue: queueLimit(options.maxQueue, maxThreads),
    idleTimeout: duration(options, 'idleTimeout', 0),
    closeTimeout: duration(options, 'closeTimeout', 30_000),
    gracePeriodMs: duration(options, 'gracePeriodMs', 1000),
    trackUnmanagedFds: options.trackUnmanagedFds ?? true,
    recordTiming: options.recordTiming ?? true,
  }
}

/**
 * Checks the options of run().
 * @param {Record<string, any>} options
 */
function checkRunOptions(options) {
  validateObject(options, 'options')
  if (options.transferList != null || options.retries != null || options.affinity != null) {
    refuseUnsupported(options, UNSUPPORTED_IN_RUN)
  }
  const { signal, priority, timeout, cooperative, name, onProgress } = options
  if (signal != null) checkSignal(signal)
  if (priority !== undefined) validateInteger(priority, 'options.priority', INT32_MIN, INT32_MAX)
  if (timeout !== undefined) validateNumber(timeout, 'options.timeout', 0, MAX_DELAY)
  if (cooperative !== undefined) validateBoolean(cooperative, 'options.cooperative')
  if (onProgress !== undefined) validateFunction(onProgress, 'options.onProgress')
  if (name != null) validateString(name, 'options.name')
}

/**
 * An AbortSignal, or as in piscina any EventTarget or EventEmitter that has 'abort' events.
 * @param {any} signal
 */
function checkSignal(signal) {
  const listens = typeof signal === 'object' && (signal.addEventListener ?? signal.once)
  if (typeof listens !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('options.signal', 'AbortSignal', signal)
}

/** @param {Record<string, any>} options */
function closeOptions(options = {}) {
  validateObject(options, 'options')
  const { force = false, gracePeriodMs } = options
  validateBoolean(force, 'options.force')
  if (gracePeriodMs !== undefined) validateNumber(gracePeriodMs, 'options.gracePeriodMs', 0)
  return { force, gracePeriodMs }
}

module.exports = { MAX_DELAY, checkRunOptions, closeOptions, poolOptions, resolveFilename }
