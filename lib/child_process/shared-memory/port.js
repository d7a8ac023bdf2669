'use strict'

// The channels of this copy of lib, and the port that tells which of them have news.
//
// Records are copied out in batches, one channel's at a time, and delivered one by one.

const { openPort } = require('../../internal/inbox.js')
const { native } = require('../../internal/native.js')
const { Batch } = require('./incoming.js')

/** A batch and the records in it. */
const BATCH_BYTES = 64 * 1024
const BATCH_ROWS = 512
/** A record's kind, where it begins, its length. */
const ROW = 3
/** Longer records are copied once, to where they stay. */
const MOST_BATCHED_BYTES = 4096

/** As many as a ring can hold; who still writes at the end is not waited for. */
const MOST_RECORDS = (1024 * 1024) / 8

const CORRUPT = -1
const ANNOUNCED = -2

/** @typedef {import('./channel.js').Channel} Channel */
/** @typedef {import('./incoming.js').Bytes} Bytes */

const bytes = /** @type {Bytes} */ (Buffer.allocUnsafeSlow(BATCH_BYTES))
const rows = new Uint32Array(BATCH_ROWS * ROW)
const rung = new Uint32Array(64)

/** @type {Map<number, Channel>} */
const channels = new Map()
/** Those that are to be looked at. @type {Channel[]} */
const waiting = []
/** Whose batch is being delivered. @type {Channel | undefined} */
let current
let batch = new Batch(bytes, 0)
let count = 0
let next = 0

/** @type {ReturnType<typeof openPort> | undefined} */
let port
/** Who keeps the loop alive. */
let holds = 0

function deliverNext() {
  for (;;) {
    if (next < count) {
      deliverRow()
      return true
    }
    const channel = waiting.shift() ?? takeNews()
    if (channel === undefined) return false
    look(channel)
  }
}

function takeNews() {
  const found = native().raw.ring.takeNews(port?.id, rung)
  for (const id of rung.subarray(0, found)) {
    const channel = channels.get(id)
    if (channel !== undefined) waiting.push(channel)
  }
  return waiting.shift()
}

/**
 * Makes the next records of a channel the batch, and the channel the last to be looked at again.
 * @param {Channel} channel
 * @param {boolean} [atItsEnd] whether nobody who wants them now may come in time
 */
function look(channel, atItsEnd = false) {
  channel.outgoing.goOn()
  if ((channel.isPaused && !atItsEnd) || !channels.has(channel.id)) return
  const found = native().raw.ring.take(channel.id, bytes, rows, MOST_BATCHED_BYTES)
  if (found === 0) return
  if (found === CORRUPT) return channel.corrupt()
  current = channel
  waiting.push(channel)
  next = 0
  if (found === ANNOUNCED) return fetch(channel)
  count = found
  const last = (count - 1) * ROW
  batch = new Batch(bytes, /** @type {number} */ (rows[last + 1]) + /** @type {number} */ (rows[last + 2]))
}

/** @param {Channel} channel */
function fetch(channel) {
  const long = /** @type {Bytes} */ (Buffer.allocUnsafeSlow(/** @type {number} */ (rows[2])))
  native().raw.ring.fetch(channel.id, long)
  batch = new Batch(long, long.length, true)
  rows[1] = 0
  count = 1
}

function deliverRow() {
  const at = next++ * ROW
  const start = /** @type {number} */ (rows[at + 1])
  const end = start + /** @type {number} */ (rows[at + 2])
  current?.deliver(batch, /** @type {number} */ (rows[at]), start, end)
}

/**
 * Delivers at once all that a channel holds, because nothing will come after it.
 * @param {Channel} channel
 */
function drain(channel) {
  for (let records = 0; records < MOST_RECORDS; records++) {
    if (next === count) look(channel, true)
    if (next === count) return
    try {
      deliverRow()
    } catch (error) {
      process.nextTick(rethrow, error)
    }
  }
}
/** @param {unknown} error */
function rethrow(error) {
  throw error
}

function open() {
  const opened = openPort({ deliverNext, ticks: true })
  native().raw.ring.open(opened.id)
  return opened
}

/** The number by which native code knows the port. */
function portId() {
  port ??= open()
  return port.id
}

/** @param {Channel} channel */
function add(channel) {
  channels.set(channel.id, channel)
}

/** @param {Channel} channel */
function remove(channel) {
  if (channels.delete(channel.id)) native().raw.ring.close(channel.id)
}

/** @param {boolean} held whether one more keeps the loop alive, or one less */
function hold(held) {
  holds += held ? 1 : -1
  if (holds === 0) port?.unref()
  else port?.ref()
}

module.exports = { add, drain, hold, portId, remove }
