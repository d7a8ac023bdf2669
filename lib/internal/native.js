'use strict'

// Loads the native binding on first use; nothing in lib/ requires native/ another way.

const { troubleBeforeLoading, troubleInLoading } = require('./binding-trouble.js')
const { codes } = require('./errors.js')
const { triple } = require('./platform.js')

/** @type {any} */
let loaded

/** The binding. Throws ERR_NATIVE_BINDING_MISSING with the triple that was looked for. */
function native() {
  if (loaded === undefined) loaded = load()
  return loaded
}

function load() {
  if (process.env.IRONLOOP_NATIVE === 'off') {
    throw new codes.ERR_NATIVE_BINDING_MISSING(triple(), 'it is switched off by IRONLOOP_NATIVE=off')
  }
  const trouble = troubleBeforeLoading()
  if (trouble !== undefined) throw new codes.ERR_NATIVE_BINDING_MISSING(triple(), trouble)
  /** @type {any} */
  let binding
  try {
    binding = require('../../native/binding.js')
  } catch (cause) {
    const error = new codes.ERR_NATIVE_BINDING_MISSING(triple(), troubleInLoading(cause))
    error.cause = cause
    throw error
  }
  const { version } = require('../../package.json')
  if (binding.nativeVersion() !== version) {
    const found = `the one found is ${binding.nativeVersion()}, where ${version} is needed. Install ironloop again`
    throw new codes.ERR_NATIVE_BINDING_MISSING(triple(), found)
  }
  return binding
}

module.exports = { native }
