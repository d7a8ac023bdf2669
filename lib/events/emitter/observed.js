'use strict'

// Seeing every event of one emitter, for patterns and metrics.
//
// An emitter that is observed gets an emit of its own, in front of the one it had; others never ask whether they are.

/** What is kept for an observed emitter. */
const kObserved = Symbol('ironloop.observed')

/**
 * @typedef {object} Observed
 * @property {(type: string | symbol, ...args: any[]) => boolean} emit the one it had
 * @property {import('./pattern-table.js').PatternTable | undefined} patterns
 * @property {import('./metrics.js').Counts | undefined} counts
 */

/**
 * @this {any}
 * @param {string | symbol} type
 * @param {unknown[]} args
 * @returns {boolean}
 */
function observedEmit(type, ...args) {
  const { emit, patterns, counts } = /** @type {Observed} */ (this[kObserved])
  const count = counts?.of(type)
  if (count !== undefined) count.emitted++
  // First: an 'error' that only a pattern matches is unhandled, and thrown here.
  const heard = Reflect.apply(emit, this, [type, ...args])
  const matched = patterns?.heardBy(this, type, args) ?? false
  if (count !== undefined && !heard && !matched) count.unheard++
  return heard || matched
}

Object.defineProperty(observedEmit, 'name', { value: 'emit' })

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
