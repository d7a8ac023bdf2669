'use strict'

// Loads the binding on first use; nothing in lib/ requires native/ another way. Where no native build fits, the WASM build
// takes its place, with one warning. IRONLOOP_NATIVE=wasm asks for it, IRONLOOP_NATIVE=off for none of the two.
//
// What a thread of a pool needs none of is required where it is used: its pool says which file it has loaded.

/** @type {{ kind: 'native' | 'wasm', binding: any, reason: string | undefined } | undefined} */
let loaded

/** The binding. Throws ERR_NATIVE_BINDING_MISSING with the triple that was looked for. */
function native() {
  if (loaded === undefined) loaded = load()
  return loaded.binding
}

/** Which one `native()` has loaded, and why not the native one. */
function loadedKind() {
  return { kind: loaded?.kind, reason: loaded?.reason }
}

/** @returns {NonNullable<typeof loaded>} */
function load() {
  const wanted = process.env.IRONLOOP_NATIVE
  if (wanted === 'off') {
    const { codes } = require('./errors.js')
    const { triple } = require('./platform.js')
    throw new codes.ERR_NATIVE_BINDING_MISSING(triple(), 'it is switched off by IRONLOOP_NATIVE=off')
  }
  if (wanted === 'wasm') {
    const reason = 'IRONLOOP_NATIVE=wasm asks for the WASM build'
    return { kind: 'wasm', binding: loadWasm(reason), reason }
  }
  try {
    return { kind: 'native', binding: loadNative(), reason: undefined }
  } catch (error) {
    return inPlaceOf(/** @type {any} */ (error))
  }
}

/**
 * @param {Error} missing
 * @returns {NonNullable<typeof loaded>}
 */
function inPlaceOf(missing) {
  const { message: reason } = missing
  let binding
  try {
    binding = loadWasm(reason)
  } catch {
    throw missing // with its own cause: that the second best is missing, too, helps nobody
  }
  const { processWarning } = require('./errors.js')
  const without = 'The WASM build takes its place, without pools, buses, run() and native threads'
  processWarning('IronloopWarning', `${reason}. ${without}`, { code: 'IRONLOOP_WASM' })
  return { kind: 'wasm', binding, reason }
}

function loadNative() {
  const { troubleBeforeLoading, troubleInLoading } = require('./binding-trouble.js')
  const { codes } = require('./errors.js')
  const { triple } = require('./platform.js')
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

/** The file of the addon that native() has loaded, where the loader can tell: other threads `adoptNative()` it. */
function nativeFile() {
  const loader = require.cache[require.resolve('../../native/binding.js')]
  return loader?.children?.find(({ filename }) => filename.endsWith('.node'))?.filename
}

/**
 * Loads in this thread what another one has loaded: nothing is looked for, nothing checked.
 * @param {string} file
 */
function adoptNative(file) {
  loaded ??= { kind: 'native', binding: require(file), reason: undefined }
}

/** @param {unknown} message */
function firstLine(message) {
  return String(message).split('\n', 1)[0]
}

/** @param {string} reason */
function loadWasm(reason) {
  try {
    return require('./wasm/index.js').loadWasm(reason)
  } catch (cause) {
    const { codes } = require('./errors.js')
    const error = new codes.ERR_NATIVE_BINDING_MISSING(
      'wasm32',
      `the WASM build could not be loaded: ${firstLine(/** @type {any} */ (cause)?.message)}`
    )
    error.cause = cause
    throw error
  }
}

module.exports = { adoptNative, loadedKind, native, nativeFile }
