'use strict'

// The one way from native work back into JavaScript.
//
// A module opens a port with a source; native code rings it, and once per loop turn the source is asked to deliver
// what its native side has for it. This copy of lib attaches one router for all its ports. Native code holds the
// router weakly, so a copy of lib that its loader drops is collected as a whole. While one of its ports is ref'd, its realm
// holds it: where a bundler has made one file of lib and program, nothing else need refer to either.

const { threadId } = require('node:worker_threads')
const { native } = require('./native.js')

/**
 * @typedef {object} Source
 * @property {() => boolean} deliverNext delivers one item and returns true, or returns false when nothing is left.
 *   It moves on before it calls user code: if that throws, the rest is delivered in the next turn.
 * @property {boolean} ticks whether nextTicks and microtasks run between two items
 */

/** Items that one port may deliver in a turn before others get theirs. */
const MAX_ITEMS = 1024
/** A port looks at the clock after so many items. */
const CLOCK_EVERY = 64
/** Milliseconds after which a port leaves the rest to the next turn. */
const SLICE_MS = 4

/** @type {Map<number, Source>} */
const sources = new Map()
let holds = 0
/** Loaded by the first delivery that needs a clock: a thread of a pool, which starts the quicker for it, has none. */
let performance = /** @type {import('node:perf_hooks').Performance | undefined} */ (undefined)
/** @type {number | undefined} */
let routerId

/** @param {number} id */
function router(id) {
  const source = sources.get(id)
  return source !== undefined && deliver(source)
}

/**
 * @param {Source} source
 * @returns {boolean} whether more may be left
 */
function deliver(source) {
  // As a rule there is one item: reading the clock, and asking again, would cost as much as a short listener.
  if (!source.deliverNext()) return false
  performance ??= require('node:perf_hooks').performance
  const deadline = performance.now() + SLICE_MS
  tick ??= chooseTick()
  for (let count = 2; count <= MAX_ITEMS; count++) {
    if (source.ticks && !tick()) return true
    if (!source.deliverNext()) return false
    if (count % CLOCK_EVERY === 0 && performance.now() > deadline) return true
  }
  return true
}

/** @type {(() => boolean) | undefined} */
let tick

/**
 * How nextTicks and microtasks are run between two items: by the function that Node offers for it. A program that is to
 * be warned of deprecated functions, and a host that has none, gets one item per turn of its loop instead.
 * @returns {() => boolean} false: they have to wait for the end of the turn
 */
function chooseTick() {
  const { _tickCallback } = /** @type {any} */ (process)
  if (typeof _tickCallback !== 'function' || warnsOfPendingDeprecations()) return () => false
  return () => {
    _tickCallback()
    return true
  }
}

function warnsOfPendingDeprecations() {
  const { NODE_OPTIONS = '', NODE_PENDING_DEPRECATION } = process.env
  return NODE_PENDING_DEPRECATION === '1' || [...process.execArgv, NODE_OPTIONS].join(' ').includes('--pending-dep')
}

/** By this name a realm's global object has the routers that it holds: it ends with its realm, as a test runner's do. */
const HELD = Symbol.for('ironloop.held')
/** Those of all copies of lib in this realm. @type {Set<typeof router> | undefined} */
let held

function heldByRealm() {
  const found = /** @type {any} */ (globalThis)[HELD]
  const known = found instanceof Set ? found : new Set()
  Reflect.defineProperty(globalThis, HELD, { value: known, configurable: true })
  return known
}

/** @param {boolean} hold whether the loop stays alive for this copy's ports, and this copy with it */
function holdLoop(hold) {
  held ??= heldByRealm()
  if (hold) held.add(router)
  else held.delete(router)
  native().raw.inbox.holdLoop(routerId, hold)
}

class Port {
  #held = false
  #open = true

  /** @param {Source} source */
  constructor(source) {
    const binding = native()
    routerId ??= /** @type {number} */ (binding.attachRouter(router, process.versions.uv ?? '', threadId))
    /** The number that native code knows this port by. */
    this.id = /** @type {number} */ (binding.openPort(routerId))
    sources.set(this.id, source)
  }

  /** Keeps the process alive until `unref()` or `close()`. */
  ref() {
    if (this.#held || !this.#open) return
    this.#held = true
    if (++holds === 1) holdLoop(true)
  }

  unref() {
    if (!this.#held) return
    this.#held = false
    if (--holds === 0) holdLoop(false)
  }

  /** Ends the port: its native side is told, news that was not delivered is discarded. */
  close() {
    if (!this.#open) return
    this.unref()
    this.#open = false
    sources.delete(this.id)
    native().closePort(this.id)
  }
}

/**
 * Opens a port, not ref'd.
 * @param {Source} source
 */
function openPort(source) {
  return new Port(source)
}

module.exports = { openPort }
