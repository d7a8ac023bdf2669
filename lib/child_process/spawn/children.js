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

function deliverNext() {
  if (next === count) {
    count = native().raw.children.takeExits(port?.id, rows)
    next = 0
    if (count === 0) return false
  }
  const at = ROW * next++
  const id = /** @type {number} */ (rows[at])
  const handle = handles.get(id)
  handles.delete(id)
  handle?.ended(Number(rows[at + 1]), signalName(Number(rows[at + 2])) ?? '')
  return true
}

/** @returns {number} 0 or an error number of libuv's */
function open() {
  const opened = openPort({ deliverNext, ticks: true })
  const error = native().raw.children.open(opened.id)
  if (error === 0) port = opened
  else opened.close()
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
