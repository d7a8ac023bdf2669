'use strict'

const { validateInteger, validateNumber, validateObject } = require('../internal/validators.js')
const { fell } = require('./desk.js')
const { checkPermission } = require('./permission.js')
const { signalNumber } = require('./signals.js')

const MAX_PID = 2 ** 31 - 1

/**
 * Asks a process and what descends from it to end, forces what is left after its grace, and waits until it is gone.
 * @param {number} pid
 * @param {NodeJS.Signals | number} [signal]
 * @param {{ gracePeriodMs?: number }} [options]
 * @returns {Promise<boolean>} whether it was there and is gone
 */
function killTree(pid, signal = 'SIGTERM', options = {}) {
  validateInteger(pid, 'pid', 1, MAX_PID)
  const number = signalNumber(signal)
  validateObject(options, 'options')
  const { gracePeriodMs = 5000 } = options
  validateNumber(gracePeriodMs, 'options.gracePeriodMs', 0)
  checkPermission(String(pid))
  return number === 0 ? Promise.resolve(isThere(pid)) : fell(pid, number, gracePeriodMs)
}

/** @param {number} pid */
function isThere(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

module.exports = { killTree }
