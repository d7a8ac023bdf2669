'use strict'

// Runs a program and notes its callbacks in order, each with the phase of the loop that it ran in.

const { AsyncResource } = require('node:async_hooks')
const { clearInterval, setImmediate, setInterval } = require('node:timers')
const { validateFunction } = require('../../internal/validators.js')
const { Recorder } = require('./recorder.js')
const { textOf } = require('./text.js')
const { svgOf } = require('./svg.js')

/** @typedef {import('./recorder.js').TraceRecord} TraceRecord */

const LOOK_EVERY_MS = 10

/** Whether nothing but the look itself keeps the loop alive: the process's own pipes and terminal never do. */
function isAlone() {
  return process.getActiveResourcesInfo().filter((type) => !/^(Pipe|TTY)Wrap$/.test(type)).length <= 1
}

/** The records, with their renderings. What is made of it by `map()` and the like is a plain array. */
class Trace extends Array {
  static get [Symbol.species]() {
    return Array
  }

  /** @param {{ times?: boolean }} [options] */
  text({ times = true } = {}) {
    return textOf(this, times)
  }

  svg() {
    return svgOf(this)
  }
}

/**
 * Calls `fn` at once, or traces what the calling function starts from here on. Fulfilled when all of that is over, and what
 * `fn` has returned is settled.
 * @param {() => unknown} [fn]
 * @returns {Promise<Trace>}
 */
async function trace(fn) {
  if (fn !== undefined) validateFunction(fn, 'fn')
  const recorder = new Recorder()
  const root = new AsyncResource('IronloopTrace')
  // Some resources are told to be over only when they are collected: nothing follows once nothing else keeps the loop.
  const held = setInterval(() => isAlone() && recorder.finish(), LOOK_EVERY_MS)
  // What is awaited here is not the program's: it follows from a resource that the recorder does not know.
  const own = new AsyncResource('IronloopTracer')
  if (fn === undefined) recorder.join()
  return own.runInAsyncScope(recorded, undefined, recorder, held, () =>
    fn === undefined ? undefined : recorder.run(root, fn)
  )
}

/**
 * @param {Recorder} recorder
 * @param {NodeJS.Timeout} held
 * @param {() => unknown} begin
 */
async function recorded(recorder, held, begin) {
  try {
    await begin()
    await recorder.over
    // Destroyed resources are told of in the turn after.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    clearInterval(held)
    recorder.stop()
  }
  return /** @type {Trace} */ (Trace.from(recorder.records))
}

module.exports = { trace }
