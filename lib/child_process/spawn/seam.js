'use strict'

// Where our handle takes the place of Node's.
//
// Every child process of Node's functions comes to be in ChildProcess.prototype.spawn, which starts it by its `_handle`.
// While one of our functions runs, and no longer, that method first replaces the handle of the ChildProcess it is called on.

const { ChildProcess } = require('node:child_process')
const { ChildHandle } = require('./handle.js')
const { discard } = require('./discarded.js')
const { withOwnEnvironment } = require('./own-environment.js')
const { isSupported } = require('./support.js')

const prototype = /** @type {any} */ (ChildProcess.prototype)

/** How many of our functions are running; one may be called within another. */
let depth = 0
/** @type {Function} */
let nodesSpawn

/**
 * @this {any}
 * @param {any} options
 */
function spawn(options) {
  const { _handle: handle } = this
  // A ChildProcess that is started again has none; Node says what is wrong with that.
  if (depth > 0 && handle && !(handle instanceof ChildHandle)) {
    this._handle = replace(handle, options)
  }
  return nodesSpawn.call(this, options)
}

/**
 * @param {any} handle Node's
 * @param {unknown} options what spawn was given
 */
function replace(handle, options) {
  const ours = new ChildHandle(options)
  ours.onexit = handle.onexit
  for (const symbol of Object.getOwnPropertySymbols(handle)) {
    const any = /** @type {any} */ (ours)
    any[symbol] = handle[symbol]
    handle[symbol] = undefined
  }
  discard(handle)
  return ours
}

/**
 * @template T
 * @param {Function} original one of Node's functions
 * @param {unknown[]} args
 * @param {import('./own-environment.js').Signature} signature
 * @returns {T}
 */
function withOurHandle(original, args, signature) {
  if (!isSupported()) return original(...args)
  if (depth++ === 0) {
    nodesSpawn = prototype.spawn
    prototype.spawn = spawn
  }
  try {
    return original(...withOwnEnvironment(args, signature))
  } finally {
    // What somebody else put there meanwhile stays; without one of our functions running ours only passes the call on.
    if (--depth === 0 && prototype.spawn === spawn) prototype.spawn = nodesSpawn
  }
}

module.exports = { withOurHandle }
