'use strict'

// async_hooks says which callbacks run, the loop's own hooks say where the loop is. Only what the traced program has
// started is noted: resources that were made while one of its callbacks ran.

const { createHook, executionAsyncId } = require('node:async_hooks')
const { performance } = require('node:perf_hooks')
const { labelOf, placeOf } = require('./labels.js')
const { loopPhase } = require('../stats.js')
const { phaseOf } = require('./phases.js')

/**
 * @typedef {object} TraceRecord
 * @property {'main' | 'timers' | 'pending' | 'poll' | 'check' | 'close' | 'nextTick' | 'microtask'} phase
 * @property {string} type as async_hooks names it
 * @property {string} name of the callback, where it has one
 * @property {string} place where it was asked for
 * @property {number} turn of the loop, from 0
 * @property {number} startMs since the beginning
 * @property {number} durationMs
 * @property {number} depth
 */

/** @typedef {{ type: string, name: string, place: string, resource: any }} Known */

class Recorder {
  /** @type {TraceRecord[]} */
  records = []
  /** @type {Map<number, Known>} */
  #known = new Map()
  /** Those that may call back yet. @type {Set<number>} */
  #pending = new Set()
  /** @type {{ id: number, record: TraceRecord }[]} */
  #running = []
  #start = performance.now()
  #firstTurn = loopPhase().turn
  #hook
  /** @type {() => void} */
  finish = () => {}
  /** Fulfilled when nothing is pending. @type {Promise<void>} */
  over

  constructor() {
    this.over = new Promise((resolve) => {
      this.finish = resolve
    })
    this.#hook = createHook({
      init: (id, type, trigger, resource) => this.#init(id, type, trigger, resource),
      before: (id) => this.#before(id),
      after: (id) => this.#after(id),
      destroy: (id) => this.#destroy(id),
      promiseResolve: (id) => this.#destroy(id),
    })
  }

  /**
   * @param {import('node:async_hooks').AsyncResource} root
   * @param {() => unknown} fn
   */
  run(root, fn) {
    this.#known.set(root.asyncId(), { type: 'main', name: fn.name, place: '', resource: undefined })
    this.#hook.enable()
    const returned = root.runInAsyncScope(fn)
    this.#settle()
    return returned
  }

  /** Notes what the callback that runs now starts from here on. */
  join() {
    this.#known.set(executionAsyncId(), { type: 'main', name: '', place: '', resource: undefined })
    this.#hook.enable()
  }

  stop() {
    this.#hook.disable()
  }

  #settle() {
    if (this.#pending.size === 0 && this.#running.length === 0) this.finish()
  }

  /**
   * @param {number} id
   * @param {string} type
   * @param {number} trigger
   * @param {any} resource
   */
  #init(id, type, trigger, resource) {
    if (!this.#known.has(executionAsyncId()) && !this.#known.has(trigger)) return
    this.#known.set(id, { type, name: '', place: placeOf(), resource })
    // A promise that is never settled keeps nothing waiting: nor does it in Node.
    if (type !== 'PROMISE') this.#pending.add(id)
  }

  /** @param {number} id */
  #before(id) {
    const known = this.#known.get(id)
    if (known === undefined) return
    const { phase, turn } = loopPhase()
    const { type, resource, place } = known
    /** @type {TraceRecord} */
    const record = {
      phase: phaseOf(type, phase),
      type,
      name: labelOf(known.name, type, resource),
      place,
      turn: turn - this.#firstTurn,
      startMs: performance.now() - this.#start,
      durationMs: 0,
      depth: this.#running.length,
    }
    this.records.push(record)
    this.#running.push({ id, record })
  }

  /** @param {number} id */
  #after(id) {
    // After a callback that has thrown, what was running is not told of any more.
    const at = this.#running.findLastIndex((one) => one.id === id)
    if (at === -1) return
    const now = performance.now() - this.#start
    for (const { record } of this.#running.splice(at)) record.durationMs = now - record.startMs
    this.#settle()
  }

  /** @param {number} id */
  #destroy(id) {
    if (this.#pending.delete(id)) this.#settle()
  }
}

module.exports = { Recorder }
