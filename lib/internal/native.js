'use strict'

// Loads the native binding on first use; nothing in lib/ requires native/ another way.

const { codes } = require('./errors.js')

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
  try {
    return require('../../native/binding.js')
  } catch (cause) {
    const error = new codes.ERR_NATIVE_BINDING_MISSING(
      triple(),
      `neither a build in native/ nor the package ironloop-${triple()} could be loaded. ` +
        'Install it again without --omit=optional, or build it with `npm run build` in a checkout'
    )
    error.cause = cause
    throw error
  }
}

/** The name of this platform's package, as `linux-x64-gnu`. */
function triple() {
  const { platform, arch } = process
  if (platform === 'linux') return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
  if (platform === 'win32') return `win32-${arch}-msvc`
  return `${platform}-${arch}`
}

function isMusl() {
  const report = /** @type {any} */ (process.report?.getReport())
  return report !== undefined && !report.header.glibcVersionRuntime
}

module.exports = { native, triple }
