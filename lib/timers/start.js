'use strict'

const { PreciseTimer } = require('./timer.js')
const { validateOptions } = require('./options.js')

/**
 * Starts a timer, unless its signal is aborted already: then it is closed from the start.
 * @param {(ticks: number) => void} callback
 * @param {number} ms
 * @param {import('./options.js').TimerOptions | undefined} options
 * @param {import('./timer.js').Missed} [missed]
 */
function start(callback, ms, options, missed) {
  if (options === undefined) return new PreciseTimer(callback, ms, true, missed)
  validateOptions(options)
  const { signal, ref = true } = options
  const timer = new PreciseTimer(callback, ms, ref, missed)
  if (signal?.aborted) timer.close()
  else if (signal !== undefined) timer.follow(signal)
  return timer
}

module.exports = { start }
