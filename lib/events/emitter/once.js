// biome-ignore-all lint/complexity/noArguments: a rest parameter would be an array per call, before V8 has optimised

'use strict'

// The function that stands in `_events` for a listener that is called once.
//
// It is a function and no record, since Node's methods, and programs that look into `_events`, know nothing else there.

/**
 * @param {any} emitter
 * @param {string | symbol} type
 * @param {Function} listener
 */
function onceWrapper(emitter, type, listener) {
  let waiting = emitter // undefined once it was called: a flag of its own would be one more word of memory
  // Named in its own expression: so it knows itself without a word of the scope's memory.
  /** @type {any} */
  const made = function wrapper(/** @type {any} */ x, /** @type {any} */ y) {
    const target = waiting
    if (target === undefined) return
    waiting = undefined
    target.removeListener(type, wrapper)
    switch (arguments.length) {
      case 0:
        return listener.call(target)
      case 1:
        return listener.call(target, x)
      case 2:
        return listener.call(target, x, y)
      default:
        return Reflect.apply(listener, target, arguments)
    }
  }
  made.listener = listener
  return made
}

module.exports = { onceWrapper }
