'use strict'

// waitFor(): a promise of the next event that passes a filter, within a time.

const { abortError, codes } = require('../../internal/errors.js')
const {
  validateAbortSignal,
  validateFunction,
  validateInteger,
  validateObject,
} = require('../../internal/validators.js')

/** The longest that setTimeout waits. */
const LONGEST_MS = 2 ** 31 - 1

/** @typedef {{ filter?: (...args: any[]) => unknown, timeout?: number, signal?: AbortSignal }} WaitOptions */

/**
 * @this {any}
 * @param {string | symbol} type
 * @param {WaitOptions} [options]
 * @returns {Promise<any[]>}
 */
async function waitFor(type, options = {}) {
  validateObject(options, 'options')
  const { filter, timeout = 0, signal } = options
  if (filter !== undefined) validateFunction(filter, 'options.filter')
  validateInteger(timeout, 'options.timeout', 0, LONGEST_MS)
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw abortError(signal.reason)
  return new Promise((resolve, reject) => wait(this, type, { filter, timeout, signal }, resolve, reject))
}

/**
 * @param {any} emitter
 * @param {string | symbol} type
 * @param {{ filter: WaitOptions['filter'], timeout: number, signal: WaitOptions['signal'] }} options
 * @param {(args: any[]) => void} resolve
 * @param {(error: unknown) => void} reject
 */
function wait(emitter, type, { filter, timeout, signal }, resolve, reject) {
  const stop = () => {
    clearTimeout(timer)
    emitter.removeListener(type, onEvent)
    if (type !== 'error') emitter.removeListener('error', fail)
    signal?.removeEventListener('abort', onAbort)
  }
  const fail = (/** @type {unknown} */ error) => {
    stop()
    reject(error)
  }
  const onAbort = () => fail(abortError(signal?.reason))
  const onEvent = (/** @type {any[]} */ ...args) => {
    try {
      if (filter !== undefined && !filter(...args)) return
    } catch (error) {
      return fail(error)
    }
    stop()
    resolve(args)
  }
  const timer =
    timeout === 0 ? undefined : setTimeout(() => fail(new codes.ERR_EVENTS_WAIT_TIMEOUT(type, timeout)), timeout)
  emitter.on(type, onEvent)
  if (type !== 'error') emitter.on('error', fail)
  signal?.addEventListener('abort', onAbort, { once: true })
}

module.exports = { waitFor }
