'use strict'

// Children that get this process's environment take it from the C library, natively. Where no `env` is asked for, Node's
// functions are given an empty one that stands for it: reading process.env variable by variable costs them more than all else.

const { channel } = require('node:diagnostics_channel')
const { isMainThread } = require('node:worker_threads')

/** Stands for this process's environment. What Node's code adds to it is added to that. */
class OwnEnvironment {}
Object.setPrototypeOf(OwnEnvironment.prototype, null)

const environment = process.env
/** Workers have copies of their own, and so has who replaced the object. */
const isTheProcess = isMainThread && isBackedByProcess(environment)
/** Its listeners are shown the options that a child is started with, the whole environment among them. */
const starts = channel('tracing:child_process.spawn:start')

/**
 * Whether setting a variable on it would set it in the process: only then does it refuse accessors.
 * @param {object} env
 */
function isBackedByProcess(env) {
  const probe = '__proto__ is no variable'
  try {
    Object.defineProperty(env, probe, { get: () => '', configurable: true, enumerable: false })
    Reflect.deleteProperty(env, probe)
    return false
  } catch {
    return true
  }
}

/**
 * What may follow a function's first argument, the options aside.
 * @typedef {{ list: boolean, callback: boolean }} Signature
 */

/**
 * @param {unknown[]} args of spawn, fork, exec or execFile
 * @param {Signature} signature
 * @returns {unknown[]} the same with an environment that stands for this process's, where it is that one that they mean
 */
function withOwnEnvironment(args, { list, callback }) {
  if (!isTheProcess || process.env !== environment || starts.hasSubscribers) return args
  const at = list && (args[1] == null || Array.isArray(args[1])) ? 2 : 1
  const options = args[at]
  const env = new OwnEnvironment()
  if (options === undefined) return [args[0], ...(list ? [args[1]] : []), { env }, ...args.slice(at + 1)]
  if (callback && typeof options === 'function') return [...args.slice(0, at), { env }, ...args.slice(at)]
  if (!isPlain(options)) return args
  // As Node's functions, which copy what is its own, do not see what is inherited.
  if (Object.hasOwn(/** @type {object} */ (options), 'env') && /** @type {any} */ (options).env) return args
  return [...args.slice(0, at), { ...options, env }, ...args.slice(at + 1)]
}

/** @param {unknown} value */
function isPlain(value) {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

module.exports = { OwnEnvironment, withOwnEnvironment }
