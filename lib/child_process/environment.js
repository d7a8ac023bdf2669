'use strict'

// The environment of a child, packed as NAME=value strings joined by NUL.
//
// Reading all of process.env costs 30 us and more, all of it on the loop. On the main thread it is the process's own
// environment, so native code copies it instead, and only what changes it is packed here (a NAME alone removes).

const { isMainThread } = require('node:worker_threads')
const { codes } = require('../internal/errors.js')
const { validateObject } = require('../internal/validators.js')
const { validateText } = require('./text.js')

/** @type {unknown} */
let probed
let probedIsReal = false

/**
 * Whether this is the process's environment itself, not a copy (a worker's, Jest's) or something put in its place.
 * The real one refuses, without a trace, a property that could not be kept in an environment.
 * @param {NodeJS.ProcessEnv} env
 */
function isReal(env) {
  if (!isMainThread) return false
  if (env === probed) return probedIsReal
  probed = env
  const name = 'IRONLOOP_PROBE'
  try {
    Object.defineProperty(env, name, { value: '', configurable: true, enumerable: false, writable: false })
    delete env[name]
    probedIsReal = false
  } catch (error) {
    probedIsReal = /** @type {any} */ (error).code === 'ERR_INVALID_OBJECT_DEFINE_PROPERTY'
  }
  return probedIsReal
}

/**
 * @param {unknown} given
 * @param {boolean} extend
 * @param {string | undefined} path a value for PATH that goes before what it would be
 * @returns {{ inherit: boolean, packed: string }}
 */
function packEnvironment(given, extend, path) {
  if (given !== undefined) validateObject(given, 'options.env')
  // Without a prototype: what others add to Object.prototype is no variable of ours.
  const changes = /** @type {Record<string, unknown>} */ ({ __proto__: null, .../** @type {object} */ (given) })
  const inherit = extend && isReal(process.env)
  const merged = extend && !inherit ? { __proto__: null, ...process.env, ...changes } : changes
  let packed = ''
  for (const name in merged) packed += entry(name, merged[name], inherit)
  if (path !== undefined) {
    const before = merged.PATH ?? (extend ? process.env.PATH : undefined)
    packed = withoutPath(packed) + entry('PATH', before === undefined ? path : `${path}:${before}`, inherit)
  }
  return { inherit, packed }
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {boolean} inherit
 */
function entry(name, value, inherit) {
  validateText(name, `a name in options.env`)
  // No variable has a name with =, so there is none to remove.
  if (value === undefined) return inherit && name !== '' && !name.includes('=') ? `${name}\0` : ''
  // As Node does it, a number or null is its text; what has none of its own is a mistake.
  if (typeof value === 'symbol' || typeof value === 'function' || (typeof value === 'object' && value !== null)) {
    throw new codes.ERR_INVALID_ARG_TYPE(`options.env['${name}']`, 'string', value)
  }
  const text = `${name}=${value}`
  validateText(text, `options.env['${name}']`)
  return `${text}\0`
}

/** @param {string} packed */
function withoutPath(packed) {
  return packed.replace(/(^|\0)PATH(=[^\0]*)?\0/, '$1')
}

module.exports = { packEnvironment }
