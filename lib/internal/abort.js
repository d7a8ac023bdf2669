'use strict'

// One listener per AbortSignal, however many runs share it: Node warns of eleven.

/** @type {WeakMap<AbortSignal, Set<() => void>>} */
const waiting = new WeakMap()

/**
 * Calls `listener` when `signal` is aborted. The answer ends that.
 * @param {AbortSignal} signal
 * @param {() => void} listener
 */
function onAbort(signal, listener) {
  let listeners = waiting.get(signal)
  if (listeners === undefined) {
    listeners = new Set()
    waiting.set(signal, listeners)
    signal.addEventListener('abort', fire, { once: true })
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    waiting.delete(signal)
    signal.removeEventListener('abort', fire)
  }
}

/** @param {Event} event */
function fire({ target }) {
  const signal = /** @type {AbortSignal} */ (target)
  const listeners = waiting.get(signal) ?? []
  waiting.delete(signal)
  for (const listener of listeners) listener()
}

module.exports = { onAbort }
