'use strict'

const os = require('node:os')
const { codes } = require('../internal/errors.js')

/** @type {Record<string, number>} */
const numbers = os.constants.signals
/** @type {Map<number, NodeJS.Signals>} */
const names = new Map()
// The first name of a number is its own; later ones (SIGIOT, SIGPOLL) are other names for it.
for (const [name, number] of Object.entries(numbers)) {
  if (!names.has(number)) names.set(number, /** @type {NodeJS.Signals} */ (name))
}

/**
 * A signal's number, given it or its name in any case; 0 only asks whether the process is there.
 * @param {unknown} signal
 * @returns {number}
 */
function signalNumber(signal) {
  if (typeof signal === 'number' && (signal === 0 || names.has(signal))) return signal
  if (typeof signal === 'string') {
    const number = numbers[signal.toUpperCase()]
    if (number !== undefined) return number
  }
  if (typeof signal === 'string' || typeof signal === 'number') throw new codes.ERR_UNKNOWN_SIGNAL(signal)
  throw new codes.ERR_INVALID_ARG_TYPE('signal', ['string', 'number'], signal)
}

/** @param {number} number */
function signalName(number) {
  return names.get(number) ?? null
}

module.exports = { signalName, signalNumber }
