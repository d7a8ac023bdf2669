'use strict'

// Watches on this thread's loop. What blocks it is found by a native thread; here its news become calls.

const { AsyncResource } = require('node:async_hooks')
const { closeSync, openSync } = require('node:fs')
const path = require('node:path')
const { setImmediate } = require('node:timers')
const { threadId } = require('node:worker_threads')
const { codes } = require('../internal/errors.js')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const {
  validateBoolean,
  validateFunction,
  validateNumber,
  validateObject,
  validateString,
} = require('../internal/validators.js')
const { startBeating, stopBeating } = require('./beats.js')
const { blockOf } = require('./block.js')
const collections = require('./collections.js')
const { stacks } = require('./stacks.js')

const DEFAULT_THRESHOLD_MS = 50
/** As long as a signed 32-bit number of milliseconds goes: 24 days. */
const MOST_MS = 0x7fffffff
/** A block that garbage collection has at least this part of is its. */
const COLLECTED = 0.5
/** So much of it explains that its thread was found waiting. */
const WAITED_FOR = 0.2

/** @typedef {import('./block.js').NativeBlock} NativeBlock */
/** @typedef {import('./block.js').Block} Block */

/** @type {Map<number, Watch>} */
const watches = new Map()
let lastTag = 0
/** @type {{ id: number, close(): void } | undefined} */
let port
let beatsByTimer = false
/** @type {NativeBlock[]} */
let arrived = []

function deliverNext() {
  if (port === undefined) return false
  const records = /** @type {NativeBlock[]} */ (native().loopTakeBlocks(port.id, 64, false))
  if (records.length === 0) return false
  if (arrived.length === 0) setImmediate(deliver)
  arrived.push(...records)
  return true
}

/** In the turn after the block, when the collections of garbage that were part of it are known. */
function deliver() {
  while (arrived.length > 0) {
    const record = /** @type {NativeBlock} */ (arrived.shift())
    // What is thrown is the process's to handle; the others get theirs in the next turn.
    if (arrived.length > 0) setImmediate(deliver)
    hand(record)
  }
}

/** @param {NativeBlock} record */
function hand(record) {
  const watch = watches.get(record.tag)
  if (watch === undefined) return
  const block = judged(record)
  native().loopPublishEnded(block.threadId, block.blockedMs, block.cause, block.stack)
  watch._call(block)
}

/** @param {NativeBlock} record */
function judged(record) {
  const block = blockOf(record)
  if (block.cause === 'suspended') return block
  const collected = collections.collectedBetween(block.startTime, block.startTime + block.blockedMs)
  block.gcMs = collected
  if (collected >= COLLECTED * block.blockedMs) block.cause = 'gc'
  // Who waits for the threads that collect with it is in no native call of the program's.
  else if (block.cause === 'native' && collected >= WAITED_FOR * block.blockedMs) block.cause = 'javascript'
  return block
}

function open() {
  if (port !== undefined) return port
  port = openPort({ deliverNext, ticks: false })
  native().loopOpenWatches(port.id)
  beatsByTimer = !native().loopOpen(port.id, threadId, process.versions.uv ?? '')
  return port
}

class Watch {
  #tag = ++lastTag
  #number
  #stack
  #onBlock
  #context = new AsyncResource('IronloopWatch', { requireManualDestroy: false })
  #closed = false

  /**
   * @param {ReturnType<typeof watchOptions>} options
   * @param {((block: Block) => void) | undefined} onBlock
   */
  constructor(options, onBlock) {
    this.#onBlock = onBlock
    this.#stack = options.stack
    const { id } = open()
    this.#number = native().loopWatch(id, this.#tag, options)
    watches.set(this.#tag, this)
    collections.note()
    if (beatsByTimer) startBeating()
    if (options.stack) stacks.start()
  }

  get ready() {
    return this.#stack && !this.#closed ? stacks.whenReady() : Promise.resolve()
  }

  /** Blocks that were not handed to `onBlock`, which will not get them any more; also of the turn that goes on. */
  takeRecords() {
    if (port === undefined || this.#closed) return []
    arrived.push(...native().loopTakeBlocks(port.id, 0xffffffff, true))
    const own = arrived.filter((record) => record.tag === this.#tag)
    arrived = arrived.filter((record) => record.tag !== this.#tag)
    return own.map(judged)
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    watches.delete(this.#tag)
    native().loopUnwatch(this.#number)
    collections.forget()
    if (beatsByTimer) stopBeating()
    if (this.#stack) stacks.stop()
    this.#context.emitDestroy()
    if (watches.size > 0) return
    port?.close()
    port = undefined
  }

  [Symbol.dispose ?? Symbol.for('nodejs.dispose')]() {
    this.close()
  }

  /**
   * @internal
   * @param {Block} block
   */
  _call(block) {
    if (this.#onBlock !== undefined) this.#context.runInAsyncScope(this.#onBlock, undefined, block)
  }
}

/** @param {Record<string, unknown>} options */
function watchOptions(options) {
  const { thresholdMs = DEFAULT_THRESHOLD_MS, stack = false, report, abortAfterMs } = options
  validateNumber(thresholdMs, 'options.thresholdMs', 1, MOST_MS)
  validateBoolean(stack, 'options.stack')
  if (abortAfterMs !== undefined) validateNumber(abortAfterMs, 'options.abortAfterMs', thresholdMs, MOST_MS)
  return { thresholdMs, stack, abortAfterMs, ...reportOptions(report) }
}

/** @param {unknown} report */
function reportOptions(report) {
  if (report === undefined) return {}
  validateString(report, 'options.report')
  if (report === '' || report.includes('\0')) {
    throw new codes.ERR_INVALID_ARG_VALUE('options.report', report, "must be 'stderr' or a path")
  }
  if (report === 'stderr') return { report: 'stderr' }
  // Node says what is wrong with it, and whether the permission model allows it.
  closeSync(openSync(report, 'a'))
  return { report: 'file', path: path.resolve(report) }
}

/**
 * @param {object} [options]
 * @param {(block: Block) => void} [onBlock]
 */
function watch(options = {}, onBlock) {
  validateObject(options, 'options')
  if (onBlock !== undefined) validateFunction(onBlock, 'onBlock')
  return new Watch(watchOptions(/** @type {any} */ (options)), /** @type {any} */ (onBlock))
}

module.exports = { watch }
