'use strict'

// Options of a Pool and of run(), checked.

const path = require('node:path')
const { fileURLToPath } = require('node:url')
const { SHARE_ENV } = require('node:worker_threads')
const { codes } = require('../internal/errors.js')
const { defaultThreads } = require('../internal/platform.js')
const { isTaskQueue } = require('./task-queues.js')
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

const MAX_RETRIES = 2 ** 32 - 1
/** How a URL begins; with a single letter it is a drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i

/**
 * A handler file as an absolute path (a relative one is relative to the working directory, as in piscina), or as the
 * URL it was given as where that is no file.
 * @param {unknown} filename
 * @param {string} name
 * @returns {string}
 */
function resolveFilename(filename, name) {
  const text = isUrl(filename) ? filename.href : filename
  validateString(text, name)
  if (text.startsWith('file:')) return fileURLToPath(text)
  if (text.startsWith('data:')) return text
  if (SCHEME.test(text)) throw new codes.ERR_INVALID_ARG_VALUE(name, filename, 'must be a path, a file: or a data: URL')
  return path.resolve(text)
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
  const { argv, execArgv, env, resourceLimits, atomics } = options
  for (const [name, value] of Object.entries({ argv, execArgv })) {
    if (value !== undefined && !Array.isArray(value)) {
      throw new codes.ERR_INVALID_ARG_TYPE(`options.${name}`, 'Array', value)
    }
  }
  if (env != null && typeof env !== 'object' && env !== SHARE_ENV) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.env', ['object', 'worker_threads.SHARE_ENV'], env)
  }
  if (resourceLimits !== undefined) validateObject(resourceLimits, 'options.resourceLimits')
  if (atomics != null) validateOneOf(atomics, 'options.atomics', ['sync', 'async', 'disabled'])
  for (const name of ['trackUnmanagedFds', 'recordTiming', 'stricterFIFO', 'workerHistogram']) {
    if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`)
  }
  if (options.niceIncrement !== undefined) validateInteger(options.niceIncrement, 'options.niceIncrement', 0)
}

/** @param {Record<string, any>} options */
function checkDecisions({ taskQueue, loadBalancer, context }) {
  if (taskQueue !== undefined && !isTaskQueue(taskQueue)) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.taskQueue', 'TaskQueue', taskQueue)
  }
  if (loadBalancer !== undefined) validateFunction(loadBalancer, 'options.loadBalancer')
  if (context === undefined) return
  validateObject(context, 'options.context')
  validateFunction(/** @type {any} */ (context).capture, 'options.context.capture')
  const { restore } = /** @type {any} */ (context)
  if (restore !== undefined) validateString(restore, 'options.context.restore')
}

/** @param {Record<string, any>} options */
function recycling({ recycle }) {
  if (recycle === undefined) return undefined
  validateObject(recycle, 'options.recycle')
  const { afterTasks, maxHeapBytes } = /** @type {any} */ (recycle)
  if (afterTasks !== undefined) validateInteger(afterTasks, 'options.recycle.afterTasks', 1)
  if (maxHeapBytes !== undefined) validateInteger(maxHeapBytes, 'options.recycle.maxHeapBytes', 1)
  return { afterTasks, maxHeapBytes }
}

/**
 * The options of a pool with their defaults.
 * @param {Record<string, any>} [options]
 * @returns {Record<string, any> & {
 *   filename: string | null, name: string, minThreads: number, maxThreads: number, concurrentTasksPerWorker: number,
 *   maxQueue: number, idleTimeout: number, closeTimeout: number, gracePeriodMs: number, niceIncrement: number,
 * }}
 */
function poolOptions(options = {}) {
  validateObject(options, 'options')
  checkWorkerOptions(options)
  checkDecisions(options)
  const { minThreads, maxThreads } = threadLimits(options)
  const { filename, concurrentTasksPerWorker = 1 } = options
  const name = options.name ?? 'default'
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
    niceIncrement: options.niceIncrement ?? 0,
    workerHistogram: options.workerHistogram ?? false,
    atomics: options.atomics ?? 'sync',
    stricterFIFO: options.stricterFIFO ?? false,
    recycle: recycling(options),
  }
}

/**
 * Checks the options of run().
 * @param {Record<string, any>} options
 */
function checkRunOptions(options) {
  validateObject(options, 'options')
  const { signal, priority, timeout, cooperative, name, onProgress } = options
  const { transferList, retries, affinity } = options
  if (transferList != null || retries !== undefined || affinity != null) checkRareRunOptions(options)
  if (signal != null) checkSignal(signal)
  if (priority !== undefined) validateInteger(priority, 'options.priority', INT32_MIN, INT32_MAX)
  if (timeout !== undefined) validateNumber(timeout, 'options.timeout', 0, MAX_DELAY)
  if (cooperative !== undefined) validateBoolean(cooperative, 'options.cooperative')
  if (onProgress !== undefined) validateFunction(onProgress, 'options.onProgress')
  if (name != null) validateString(name, 'options.name')
}

/** @param {Record<string, any>} options */
function checkRareRunOptions({ transferList, retries, affinity }) {
  if (transferList != null && !Array.isArray(transferList)) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.transferList', 'Array', transferList)
  }
  if (retries !== undefined) validateInteger(retries, 'options.retries', 0, MAX_RETRIES)
  if (affinity != null && typeof affinity !== 'string' && typeof affinity !== 'number') {
    throw new codes.ERR_INVALID_ARG_TYPE('options.affinity', ['string', 'number'], affinity)
  }
}

/**
 * New limits for the threads of a pool.
 * @param {unknown} limits
 * @param {{ minThreads: number, maxThreads: number }} now
 */
function newLimits(limits, now) {
  validateObject(limits, 'limits')
  const asked = /** @type {any} */ (limits)
  if (asked.min !== undefined) validateInteger(asked.min, 'limits.min', 0, MAX_THREADS)
  if (asked.max !== undefined) validateInteger(asked.max, 'limits.max', 1, MAX_THREADS)
  const min = asked.min ?? Math.min(now.minThreads, asked.max ?? MAX_THREADS)
  const max = asked.max ?? Math.max(now.maxThreads, min)
  if (min > max) throw new codes.ERR_OUT_OF_RANGE('limits.min', `<= limits.max (${max})`, min)
  return { minThreads: min, maxThreads: max }
}

/**
 * An AbortSignal, or as in piscina any EventTarget or EventEmitter that has 'abort' events.
 * @param {any} signal
 */
function checkSignal(signal) {
  if (typeof signal === 'object') {
    const { addEventListener: add, removeEventListener: remove } = signal
    if (typeof add === 'function' && typeof remove === 'function') return
    const { once, removeListener, off } = signal
    if (add === undefined && typeof once === 'function' && typeof (removeListener ?? off) === 'function') return
  }
  throw new codes.ERR_INVALID_ARG_TYPE('options.signal', 'AbortSignal', signal)
}

/** @param {Record<string, any>} options */
function closeOptions(options = {}) {
  validateObject(options, 'options')
  const { force = false, gracePeriodMs } = options
  validateBoolean(force, 'options.force')
  if (gracePeriodMs !== undefined) validateNumber(gracePeriodMs, 'options.gracePeriodMs', 0)
  return { force, gracePeriodMs }
}

module.exports = { MAX_DELAY, checkRunOptions, closeOptions, newLimits, poolOptions, resolveFilename }
