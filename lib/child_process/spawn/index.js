'use strict'

// Node's spawn, exec, execFile and fork over our own handle.
//
// They are Node's own functions: its validation, its streams, its IPC channel, its errors. What differs is underneath the
// ChildProcess that they make: starting, signalling and waiting for the process is native.

const nodes = require('node:child_process')
const { promisify } = require('node:util')
const { validateOneOf } = require('../../internal/validators.js')
const { withOurHandle } = require('./seam.js')

/** @type {readonly (string | symbol)[]} */
const SHAPE = ['name', 'length']
/** What `fork()` can carry messages by. */
const IPC = ['node', 'shared-memory']

/**
 * @template {Function} F
 * @param {F} original
 * @param {import('./own-environment.js').Signature} signature
 * @returns {F} the same over our handle, with the same name and length
 */
function ours(original, signature) {
  const wrapped = (/** @type {unknown[]} */ ...args) => withOurHandle(original, args, signature)
  for (const key of SHAPE) copyProperty(original, wrapped, key, (value) => value)
  return /** @type {any} */ (wrapped)
}

/**
 * @template {Function} F
 * @param {F} original
 * @param {import('./own-environment.js').Signature} signature
 * @returns {F} as `ours`, also what util.promisify makes of it
 */
function oursPromised(original, signature) {
  const wrapped = ours(original, signature)
  copyProperty(original, wrapped, promisify.custom, (form) => ours(form, signature))
  return wrapped
}

/**
 * @template {Function} F
 * @param {F} original our fork
 * @returns {F} the same with the option `ipc`
 */
function withIpc(original) {
  const wrapped = (/** @type {any[]} */ ...all) => {
    const [modulePath, args] = all
    const hasList = args == null || Array.isArray(args)
    const options = hasList ? all[2] : args
    const ipc = options?.ipc
    if (ipc === undefined) return original(...all)
    validateOneOf(ipc, 'options.ipc', IPC)
    if (ipc === 'node') return original(...all)
    const { forkWithRings } = require('../shared-memory/fork.js')
    return forkWithRings(/** @type {any} */ (original), modulePath, hasList ? args : [], options)
  }
  for (const key of SHAPE) copyProperty(original, wrapped, key, (value) => value)
  return /** @type {any} */ (wrapped)
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

const fork = ours(nodes.fork, { list: true, callback: false })

module.exports = {
  exec: oursPromised(nodes.exec, { list: false, callback: true }),
  execFile: oursPromised(nodes.execFile, { list: true, callback: true }),
  fork: withIpc(fork),
  spawn: ours(nodes.spawn, { list: true, callback: false }),
}
