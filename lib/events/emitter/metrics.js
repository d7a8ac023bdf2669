'use strict'

// metrics(): how often each event of an emitter was emitted, from the first call on.

const { observe } = require('./observed.js')
const { validateBoolean, validateObject } = require('../../internal/validators.js')

/** More names than this are made up by the program, one per request: counting them all would never end. */
const COUNTED_NAMES = 10_000

/** @typedef {{ emitted: number, unheard: number }} Count */

class Counts {
  /** @type {Map<string | symbol, Count>} */ #byName = new Map()

  /**
   * @param {string | symbol} type
   * @returns {Count | undefined} to be counted up; none for names beyond the bound
   */
  of(type) {
    const found = this.#byName.get(type)
    if (found !== undefined || this.#byName.size >= COUNTED_NAMES) return found
    const count = { emitted: 0, unheard: 0 }
    this.#byName.set(type, count)
    return count
  }

  /** @param {any} emitter */
  snapshot(emitter) {
    const shown = Object.create(null)
    for (const [type, count] of this.#byName) shown[type] = { ...count, listeners: emitter.listenerCount(type) }
    return shown
  }
}

/**
 * @this {any}
 * @param {{ enabled?: boolean }} [options]
 */
function metrics(options = {}) {
  validateObject(options, 'options')
  const { enabled = true } = options
  validateBoolean(enabled, 'options.enabled')
  const observed = observe(this)
  const counts = (observed.counts ??= new Counts())
  if (!enabled) observed.counts = undefined
  return counts.snapshot(this)
}

module.exports = { Counts, metrics }
