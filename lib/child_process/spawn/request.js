'use strict'

// What native code is given to start a child, in the layout of src/children/request.rs.

const fs = require('node:fs')
const { OwnEnvironment } = require('./own-environment.js')

const DETACHED = 1
const UID_GIVEN = 2
const GID_GIVEN = 4
const OWN_ENVIRONMENT = 8
const ENDS_WITH_THREAD = 16

/** An option of ours: the child is ended when this thread is. */
const kEndsWithThread = Symbol('ends with its thread')

const NOTHING = 0
const NULL = 1
const SHARED = 2
const READ = 3
const WRITE = 4
const BOTH = 5

/** Where the count of descriptors stands among the numbers, and the first of them. */
const COUNT = 3
const STDIO = 4
/** For the start that is under way, unless it has more descriptors: each typed array that native code sees is costly. */
const few = new Int32Array(STDIO + 2 * 8)
/** Standard input, output and error. */
const STANDARD = 3

/**
 * An entry of `stdio` as Node's ChildProcess.spawn has made it.
 * @typedef {object} Entry
 * @property {'ignore' | 'pipe' | 'overlapped' | 'wrap' | 'inherit' | 'fd'} type
 * @property {any} [handle]
 * @property {number} [fd]
 * @property {boolean} [ipc]
 */

/**
 * @typedef {object} Request
 * @property {string} file
 * @property {string} argv
 * @property {string} env beside this process's own, or all of it
 * @property {string} cwd
 * @property {Int32Array} numbers
 * @property {Entry[]} stdio
 */

/**
 * Strings end at a NUL and what is no string becomes one, as in Node's own binding; Node's functions let neither through.
 * @param {any} options
 * @returns {Request}
 */
function makeRequest(options) {
  const { file, args, cwd, envPairs } = options
  return {
    file: text(file),
    argv: list(args),
    env: list(envPairs),
    cwd: typeof cwd === 'string' ? text(cwd) : '',
    numbers: numbersOf(options),
    stdio: options.stdio,
  }
}

/** @param {unknown} value */
function text(value) {
  const string = `${value}` // a symbol throws, as it does there
  const end = string.indexOf('\0')
  return end < 0 ? string : string.slice(0, end)
}

/** @param {unknown[] | undefined} values */
function list(values) {
  if (!Array.isArray(values) || values.length === 0) return ''
  let packed = ''
  for (const value of values) packed += `${text(value)}\0`
  return packed
}

/** @param {any} options */
function numbersOf({ stdio, detached, uid, gid, env, envPairs, [kEndsWithThread]: endsWithThread }) {
  // Node leaves out the holes of a list; a child has its first three in any case.
  const count = Math.max(stdio.length, STANDARD)
  const length = STDIO + 2 * count
  const numbers = length <= few.length ? few : new Int32Array(length)
  let flags = detached ? DETACHED : 0
  if (endsWithThread) flags |= ENDS_WITH_THREAD
  if (uid !== undefined && uid !== null) flags |= UID_GIVEN
  if (gid !== undefined && gid !== null) flags |= GID_GIVEN
  if (envPairs === undefined || env instanceof OwnEnvironment) flags |= OWN_ENVIRONMENT
  numbers[0] = flags
  numbers[1] = uid ?? 0
  numbers[2] = gid ?? 0
  numbers[COUNT] = count
  for (let at = stdio.length; at < count; at++) numbers[STDIO + 2 * at] = NULL
  for (const [at, entry] of stdio.entries()) {
    const kind = kindOf(entry, at)
    numbers[STDIO + 2 * at] = kind
    numbers[STDIO + 2 * at + 1] = kind === SHARED ? descriptorOf(entry) : -1
  }
  return numbers
}

/**
 * Real pipes where one direction is all that Node offers; a program can open /dev/stdin then, and they carry more. IPC and
 * the descriptors from 3 on are used both ways.
 * @param {Entry} entry
 * @param {number} at
 */
function kindOf(entry, at) {
  if (entry.type === 'ignore') return at < STANDARD ? NULL : NOTHING
  if (entry.type !== 'pipe' && entry.type !== 'overlapped') return SHARED
  if (at >= STANDARD || Object.hasOwn(entry, 'ipc')) return BOTH
  return at === 0 ? READ : WRITE
}

/** @param {Entry} entry */
function descriptorOf({ type, handle, fd }) {
  return /** @type {number} */ (type === 'wrap' ? handle.fd : fd)
}

/**
 * Gives the parent's ends to the handles of Node's streams; -1 where native code made none.
 * @param {Request} request
 * @returns {number} 0 or the error number of the first that would not take its own
 */
function openEnds({ numbers, stdio }) {
  let failed = 0
  for (const [at, { handle }] of stdio.entries()) {
    const kind = /** @type {number} */ (numbers[STDIO + 2 * at])
    const fd = /** @type {number} */ (numbers[STDIO + 2 * at + 1])
    if (kind < READ || fd < 0) continue
    const error = failed || handle.open(fd) || 0
    if (error !== 0) fs.closeSync(fd)
    failed = error
  }
  return failed
}

module.exports = { kEndsWithThread, makeRequest, openEnds }
