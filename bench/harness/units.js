'use strict'

// From "this many nanoseconds for this much work" to a scenario's unit.

/** @type {Record<string, number>} */
const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 }
/** @type {Record<string, number>} */
const PER_SECOND = { 'ops/s': 1, 'K ops/s': 1e3, 'M ops/s': 1e6 }
/** @type {Record<string, number>} */
const BYTES_PER_SECOND = { 'MB/s': 1e6, 'GB/s': 1e9 }

/** Units in which the harness can express a timed run; with any other a contender measures by itself. */
const timedUnits = [...Object.keys(NANOSECONDS), ...Object.keys(PER_SECOND), ...Object.keys(BYTES_PER_SECOND)]

/**
 * @param {string} unit
 * @param {number} elapsed nanoseconds
 * @param {{ operations?: number, bytes?: number }} work done in that time
 */
function toUnit(unit, elapsed, { operations = 1, bytes = 0 }) {
  if (unit in NANOSECONDS) return elapsed / operations / NANOSECONDS[unit]
  if (unit in PER_SECOND) return (operations * 1e9) / elapsed / PER_SECOND[unit]
  return (bytes * 1e9) / elapsed / BYTES_PER_SECOND[unit]
}

module.exports = { timedUnits, toUnit, needsBytes: (/** @type {string} */ unit) => unit in BYTES_PER_SECOND }
