'use strict'

// In which phase of the loop a callback runs: some kinds belong to one phase, the others run where the loop is.

/** @typedef {import('./recorder.js').TraceRecord['phase']} Phase */

/** @type {Record<string, Phase>} */
const FIXED = {
  main: 'main',
  Timeout: 'timers',
  Immediate: 'check',
  TickObject: 'nextTick',
  PROMISE: 'microtask',
  Microtask: 'microtask',
}

/** Of these a callback outside of polling is that of their closing: all handles, no requests. */
const HANDLES =
  /^(TCP|PIPE|TTY|UDP|PROCESS|SIGNAL|FSEVENT|JSSTREAM|HTTP2\w+)(SERVER|SOCKET)?WRAP$|^(STATWATCHER|MESSAGEPORT|WORKER)$/

const POLLING = 1

/**
 * @param {string} type
 * @param {number} phase
 * @returns {Phase}
 */
function phaseOf(type, phase) {
  const fixed = FIXED[type]
  if (fixed !== undefined) return fixed
  if (phase <= POLLING) return 'poll'
  return HANDLES.test(type) ? 'close' : 'pending'
}

module.exports = { phaseOf }
