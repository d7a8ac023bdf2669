// biome-ignore-all lint/complexity/noArguments: a rest parameter would be an array per emit, before V8 has optimised

'use strict'

// Seeing every event of one emitter, for patterns and metrics.
//
// An emitter that is observed gets an emit of its own, in front of the one it had; others never ask whether they are.

const { callAny } = require('./call-any.js')
const { dispatch1, dispatch2, dispatch3 } = require('./dispatch-few.js')
const { emit: plainEmit } = require('./emit.js')
const { kCapture } = require('./node-events.js')

/** What is kept for an observed emitter. */
const kObserved = Symbol('ironloop.observed')

/**
 * @typedef {object} Observed
 * @property {(type: string | symbol, ...args: any[]) => boolean} emit the one it had
 * @property {import('./pattern-table.js').PatternTable | undefined} patterns
 * @property {import('./metrics.js').Counts | undefined} counts
 */

/**
 * Listeners by name come first: so an 'error' that only a pattern matches is unhandled, and thrown there. Listeners by
 * pattern get the event's name after its arguments.
 * @this {any}
 * @param {string | symbol} type
 * @param {any} [x]
 * @param {any} [y]
 * @returns {boolean}
 */
function observedEmit(type, x, y) {
  const { emit, patterns, counts } = /** @type {Observed} */ (this[kObserved])
  if (patterns === undefined || counts !== undefined || arguments.length > 3 || this[kCapture]) {
    return Reflect.apply(observedEmitRare, this, arguments)
  }
  const byName = this._eventsCount !== 0 || emit !== plainEmit || type === 'error'
  const heard = byName && Reflect.apply(emit, this, arguments)
  const handler = patterns.match(type)
  if (handler === null) return heard
  const single = typeof handler === 'function'
  switch (arguments.length) {
    case 1:
      single ? handler.call(this, type) : dispatch1(this, handler, type)
      return true
    case 2:
      single ? handler.call(this, x, type) : dispatch2(this, handler, x, type)
      return true
    default:
      single ? handler.call(this, x, y, type) : dispatch3(this, handler, x, y, type)
      return true
  }
}

Object.defineProperties(observedEmit, { length: { value: 1 }, name: { value: 'emit' } })

/**
 * The same with counts, captured rejections, and any number of arguments.
 * @this {any}
 * @param {string | symbol} type
 * @param {unknown[]} args
 * @returns {boolean}
 */
function observedEmitRare(type, ...args) {
  const { emit, patterns, counts } = /** @type {Observed} */ (this[kObserved])
  const count = counts?.of(type)
  if (count !== undefined) count.emitted++
  const heard = Reflect.apply(emit, this, [type, ...args])
  const handler = patterns?.match(type) ?? null
  if (handler !== null) callAny(this, type, handler, [...args, type])
  else if (count !== undefined && !heard) count.unheard++
  return heard || handler !== null
}

/**
 * @param {any} emitter
 * @returns {Observed}
 */
function observe(emitter) {
  if (!Object.hasOwn(emitter, kObserved)) {
    const observed = { emit: emitter.emit, patterns: undefined, counts: undefined }
    Object.defineProperty(emitter, kObserved, { value: observed })
    Object.defineProperty(emitter, 'emit', {
      configurable: true,
      enumerable: false,
      value: observedEmit,
      writable: true,
    })
  }
  return emitter[kObserved]
}

/**
 * @param {any} emitter
 * @returns {Observed | undefined}
 */
function observedOf(emitter) {
  return Object.hasOwn(emitter, kObserved) ? emitter[kObserved] : undefined
}

module.exports = { observe, observedOf }
