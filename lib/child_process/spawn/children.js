'use strict'

// The running children of this copy of lib: their numbers, the port that tells of their ends, what keeps the loop alive.

const { openPort } = require('../../internal/inbox.js')
const { native } = require('../../internal/native.js')
const { signalName } = require('../signals.js')

/** Numbers in a row of exits: the child, its exit code, its signal. */
const ROW = 3

/** @type {Map<number, { ended: (exitCode: number, signal: string) => void }>} */
const handles = new Map()
/** @type {ReturnType<typeof openPort> | undefined} */
let port
let lastId = 0
/** How many children the loop waits for. */
let held = 0

const rows = new Float64Array(64 * ROW)
let count = 0
let next = 0

/** Whether native code tells of ends after the events of their turn, or that is ours to see to. */
let inTime = true
/** Whether a turn is being waited for. */
let isWaiting = false

/** @returns {boolean} whether there was an end to be told of */
function deliverNext() {
  if (next < count) {
    deliverRow()
    return true
  }
  if (inTime) {
    takeExits()
    return next < count && deliverNext()
  }
  if (!isWaiting) {
    isWaiting = true
    // This turn's events may have been taken before the end came, the next turn's will not.
    immediately(() => immediately(take))
  }
  return false
}

/** Where native code cannot: takes ends whose turn has come, once those before have been told. */
function take() {
  if (next < count) return immediately(take)
  isWaiting = false
  takeExits()
  tell()
}

/** Tells of one end, and of others each in a callback of its own. */
function tell() {
  if (next < count) {
    immediately(tell)
    deliverRow()
  } else if (count === rows.length / ROW) deliverNext() // there may be more
}

/** @param {() => void} callback */
function immediately(callback) {
  const immediate = setImmediate(callback)
  if (held === 0) immediate.unref()
}

function takeExits() {
  count = native().raw.children.takeExits(port?.id, rows)
  next = 0
}

function deliverRow() {
  const at = ROW * next++
  const id = /** @type {number} */ (rows[at])
  const handle = handles.get(id)
  handles.delete(id)
  handle?.ended(Number(rows[at + 1]), signalName(Number(rows[at + 2])) ?? '')
}

/** @returns {number} 0 or an error number of libuv's */
function open() {
  const opened = openPort({ deliverNext, ticks: true })
  const error = native().raw.children.open(opened.id)
  if (error !== 0) opened.close()
  else {
    port = opened
    inTime = native().raw.children.tellsInTime(opened.id)
  }
  return error
}

/**
 * @param {import('./request.js').Request} request
 * @param {{ ended: (exitCode: number, signal: string) => void }} handle
 * @returns {number} the child's number, or an error number of libuv's, which is negative
 */
function start({ file, argv, env, cwd, numbers }, handle) {
  const unopened = port === undefined ? open() : 0
  if (unopened !== 0) return unopened
  do lastId = (lastId + 1) >>> 0
  while (lastId === 0 || handles.has(lastId))
  const error = native().raw.children.spawn(port?.id, lastId, file, argv, env, cwd, numbers)
  if (error !== 0) return error
  handles.set(lastId, handle)
  return lastId
}

/**
 * @param {number} id
 * @param {number} signal
 * @returns {number} 0 or an error number of libuv's
 */
function signal(id, signal) {
  return native().raw.children.kill(port?.id ?? 0, id, signal)
}

/** @param {1 | -1} change of how many children the loop waits for */
function hold(change) {
  held += change
  if (held === 0) port?.unref()
  else if (held === 1 && change === 1) port?.ref()
}

module.exports = { hold, signal, start }
