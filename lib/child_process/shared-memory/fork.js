'use strict'

// fork() with `ipc: 'shared-memory'`: Node's fork, with two more descriptors and a module that is loaded first in the child.

const path = require('node:path')
const { getSystemErrorName } = require('node:util')
const { isMainThread } = require('node:worker_threads')
const { codes, systemError } = require('../../internal/errors.js')
const { native } = require('../../internal/native.js')
const { checkPermission } = require('../permission.js')
const { kEndsWithThread } = require('../spawn/request.js')
const { isSupported } = require('../spawn/support.js')
const { Channel } = require('./channel.js')
const port = require('./port.js')

const PRELOADED = path.join(__dirname, 'child.js')
/** What Node makes of a string, see `options.stdio`. */
const WORDS = ['pipe', 'overlapped', 'ignore', 'inherit']

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * @param {(...args: any[]) => ChildProcess} nodesFork
 * @param {any} modulePath
 * @param {any} args
 * @param {any} options
 */
function forkWithRings(nodesFork, modulePath, args, options) {
  checkPermission(String(modulePath))
  if (!isSupported()) {
    throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED(
      "ipc: 'shared-memory'",
      'it takes Linux with pidfds (5.4 or later) and the native binding'
    )
  }
  const stdio = stdioOf(options)
  // What Node refuses, it is to refuse in its own words.
  if (stdio === undefined) return nodesFork(modulePath, args, options)
  const descriptors = new Int32Array(2)
  const id = native().raw.ring.create(port.portId(), descriptors)
  if (id < 0) throw systemError(getSystemErrorName(id), -id, 'memfd_create')
  /** @type {ChildProcess | undefined} */
  let child
  try {
    child = nodesFork(modulePath, args, withRings(options, stdio, descriptors))
  } finally {
    native().raw.ring.letGo(id)
    if (!child?.connected) native().raw.ring.close(id)
  }
  if (child.connected) new Channel(id, child, options.serialization === 'advanced')
  return child
}

/**
 * @param {any} options
 * @param {unknown[]} stdio
 * @param {Int32Array} descriptors
 */
function withRings(options, stdio, descriptors) {
  const { env, serialization } = options
  const places = [stdio.length, stdio.length + 1, serialization ?? 'json'].join(' ')
  return {
    ...options,
    stdio: [...stdio, ...descriptors],
    execArgv: [...execArgvOf(options), '--require', PRELOADED],
    env: { ...(env || process.env), IRONLOOP_IPC: places },
    [kEndsWithThread]: !isMainThread && !options.detached,
  }
}

/**
 * @param {any} options
 * @returns {unknown[] | undefined} the entries that Node makes of `stdio`, or undefined where it refuses them
 */
function stdioOf({ stdio, silent }) {
  if (Array.isArray(stdio)) return stdio.includes('ipc') ? [...stdio] : undefined
  const word = typeof stdio === 'string' ? stdio : silent ? 'pipe' : 'inherit'
  return WORDS.includes(word) ? [word, word, word, 'ipc'] : undefined
}

/**
 * Node's own rule: a program that was given by -e is not given to its children.
 * @param {any} options
 * @returns {string[]}
 */
function execArgvOf({ execArgv }) {
  if (execArgv) return execArgv
  const { _eval: program } = /** @type {any} */ (process)
  const at = program == null ? 0 : process.execArgv.lastIndexOf(program)
  return at > 0 ? process.execArgv.toSpliced(at - 1, 2) : process.execArgv
}

module.exports = { forkWithRings }
