'use strict'

// Node's spawn, exec, execFile and fork over our own handle.
//
// They are Node's own functions: its validation, its streams, its IPC channel, its errors. What differs is underneath the
// ChildProcess that they make: starting, signalling and waiting for the process is native.

const nodes = require('node:child_process')
const { promisify } = require('node:util')
const { withOurHandle } = require('./seam.js')

/** @type {readonly (string | symbol)[]} */
const SHAPE = ['name', 'length']

/**
 * @template {Function} F
 * @param {F} original
 * @returns {F} the same over our handle, with the same name and length
 */
function ours(original) {
  const wrapped = (/** @type {unknown[]} */ ...args) => withOurHandle(original, args)
  for (const key of SHAPE) copyProperty(original, wrapped, key, (value) => value)
  return /** @type {any} */ (wrapped)
}

/**
 * @template {Function} F
 * @param {F} original
 * @returns {F} as `ours`, also what util.promisify makes of it
 */
function oursPromised(original) {
  const wrapped = ours(original)
  copyProperty(original, wrapped, promisify.custom, ours)
  return wrapped
}

/**
 * @param {Function} from
 * @param {Function} to
 * @param {string | symbol} key
 * @param {(value: any) => unknown} change
 */
function copyProperty(from, to, key, change) {
  const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(from, key))
  Object.defineProperty(to, key, { ...descriptor, value: change(descriptor.value) })
}

module.exports = {
  exec: oursPromised(nodes.exec),
  execFile: oursPromised(nodes.execFile),
  fork: ours(nodes.fork),
  spawn: ours(nodes.spawn),
}
