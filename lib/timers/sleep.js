'use strict'

const { abortError } = require('../internal/errors.js')
const { validateDelay, validateOptions } = require('./options.js')
const { PreciseTimer } = require('./timer.js')

/**
 * @param {number} ms
 * @param {import('./options.js').TimerOptions} [options]
 * @returns {Promise<void>}
 */
async function sleep(ms, options = {}) {
  validateDelay(ms)
  validateOptions(options)
  const { signal, ref = true } = options
  if (signal?.aborted) throw abortError(signal.reason)
  return new Promise((resolve, reject) => {
    const timer = new PreciseTimer(() => resolve(), ms, ref)
    if (signal !== undefined) timer.follow(signal, () => reject(abortError(signal.reason)))
  })
}

module.exports = { sleep }
