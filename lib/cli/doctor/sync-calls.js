'use strict'

// Counts and times the calls of Node that hold the loop until they are done, by who called them. A wrapper costs two looks
// at the clock; the stack is taken of calls that last, and of one in so many of those that don't.

const { syncBuiltinESMExports } = require('node:module')
const { performance } = require('node:perf_hooks')
const { caller } = require('./caller.js')

/** A call that takes this long is always told with its caller. */
const LONG_MS = 1
/** Of shorter ones, one in so many: its caller stands for the others. */
const ONE_IN = 512
/** Different callers beyond these are counted as one, so that memory stays bounded. */
const MOST_CALLERS = 1000

/** Characters of JSON from which parsing is timed. */
const LONG_TEXT = 1 << 16

/** Synchronous by their nature, and not by their names. */
const CRYPTO = /^(pbkdf2|scrypt|hkdf|generateKey|generateKeyPair|generatePrime|checkPrime|randomFill|argon2)Sync$/

/**
 * @typedef {object} Count
 * @property {string} name
 * @property {import('./caller.js').Caller | undefined} caller
 * @property {number} count
 * @property {number} ms
 * @property {number} maxMs
 * @property {number} maxAt when the longest began, since 1970
 */

class SyncCalls {
  /** @type {Map<string, Count>} */
  #counts = new Map()
  #running = false
  #within = false
  #calls = 0
  /** @type {Map<string, Count>} by function: the count of the last caller known */
  #last = new Map()

  constructor() {
    this.#wrapAll('fs', require('node:fs'), /Sync$/)
    this.#wrapAll('crypto', require('node:crypto'), CRYPTO)
    this.#wrapAll('zlib', require('node:zlib'), /Sync$/)
    this.#wrapAll('child_process', require('node:child_process'), /Sync$/)
    this.#wrap('child_process', require('node:child_process').ChildProcess.prototype, 'spawn')
    syncBuiltinESMExports()
    this.#wrapParse()
    this.#wrap('JSON', JSON, 'stringify')
  }

  /** From now on calls count. */
  start() {
    this.#running = true
  }

  /** What was counted since the last time. @returns {Count[]} */
  take() {
    const counts = [...this.#counts.values()]
    this.#counts.clear()
    this.#last.clear()
    return counts
  }

  /**
   * @param {string} module
   * @param {any} functions
   * @param {RegExp} names
   */
  #wrapAll(module, functions, names) {
    for (const [name, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(functions))) {
      if (names.test(name) && writable && typeof value === 'function') this.#wrap(module, functions, name)
    }
  }

  /** V8's own, which no stack that is taken afterwards shows: only of long texts, whose length costs nothing to see. */
  #wrapParse() {
    const { parse } = JSON
    this.#wrap('JSON', JSON, 'parse')
    const timed = JSON.parse
    const wrapped = {
      /** @param {[string, any]} args */
      parse(...args) {
        return args[0]?.length >= LONG_TEXT ? timed(...args) : parse(...args)
      },
    }
    Object.defineProperties(wrapped.parse, Object.getOwnPropertyDescriptors(parse))
    JSON.parse = wrapped.parse
  }

  /**
   * @param {string} module
   * @param {any} functions
   * @param {string} name
   */
  #wrap(module, functions, name) {
    const original = functions[name]
    const calls = this
    /** @type {Record<string, any>} */
    const wrapped = {
      /** @this {any} @param {any[]} args */
      [name](...args) {
        // Of calls within calls, as execFileSync makes of spawnSync, the outer one counts.
        if (!calls.#running || calls.#within) return Reflect.apply(original, this, args)
        calls.#within = true
        const began = performance.now()
        try {
          return Reflect.apply(original, this, args)
        } finally {
          calls.#within = false
          calls.#count(`${module}.${name}`, began, performance.now() - began)
        }
      },
    }
    Object.defineProperties(wrapped[name], Object.getOwnPropertyDescriptors(original))
    functions[name] = wrapped[name]
  }

  /**
   * @param {string} name
   * @param {number} began
   * @param {number} ms
   */
  #count(name, began, ms) {
    let count = this.#last.get(name)
    if (count === undefined || ms >= LONG_MS || ++this.#calls % ONE_IN === 0) {
      count = this.#countOf(name, caller())
      this.#last.set(name, count)
    }
    count.count++
    count.ms += ms
    if (ms <= count.maxMs) return
    count.maxMs = ms
    count.maxAt = performance.timeOrigin + began
  }

  /**
   * @param {string} name
   * @param {import('./caller.js').Caller | undefined} by
   */
  #countOf(name, by) {
    const key = by === undefined ? name : `${name} ${by.file}:${by.line}`
    let count = this.#counts.get(key)
    if (count !== undefined) return count
    if (this.#counts.size >= MOST_CALLERS) by = undefined
    const stored = by === undefined ? name : key
    count = this.#counts.get(stored) ?? { name, caller: by, count: 0, ms: 0, maxMs: -1, maxAt: 0 }
    this.#counts.set(stored, count)
    return count
  }
}

module.exports = { SyncCalls }
