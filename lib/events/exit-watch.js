'use strict'

// A worker that exits leaves receivers behind, so what it has published goes out before; the main thread takes them with it.

const WATCH_MS = 1000

// Taken now: a test runner may put a fake in its place.
const { setTimeout } = globalThis

/**
 * Sees to it that messages leave when the thread exits. The listener goes when nothing has been published for a while:
 * `process` must not hold a copy of lib that its loader has dropped.
 * @param {import('./outgoing.js').Outgoing} outgoing
 */
function watchExit(outgoing) {
  outgoing.watching = true
  outgoing.exiting = /** @type {any} */ (process)._exiting === true
  const leave = () => {
    outgoing.exiting = true
    outgoing.flush()
  }
  const look = () => {
    if (outgoing.active) {
      outgoing.active = false
      setTimeout(look, WATCH_MS).unref()
    } else {
      outgoing.watching = false
      process.removeListener('exit', leave)
    }
  }
  process.once('exit', leave)
  setTimeout(look, WATCH_MS).unref()
}

module.exports = { watchExit }
