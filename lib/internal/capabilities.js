'use strict'

// What this installation can do on this machine. Never throws: it is what one reads when something does not work.

const { binaryFile } = require('./binding-trouble.js')
const { openPort } = require('./inbox.js')
const { loadedKind, native } = require('./native.js')
const { defaultThreads, libc, triple } = require('./platform.js')

/**
 * @param {Record<string, () => Record<string, unknown>>} contributors by module, what it has to say of its mechanisms
 */
function capabilities(contributors) {
  const { loaded, binding } = bindingFacts()
  return {
    platform: process.platform,
    arch: /** @type {NodeJS.Architecture} */ (process.arch),
    libc: libc(),
    node: process.versions.node,
    binding,
    wake: wakeOf(loaded),
    threads: defaultThreads(),
    modules: mechanisms(contributors),
  }
}

function bindingFacts() {
  try {
    const loaded = native()
    const { kind, reason } = loadedKind()
    const path = kind === 'wasm' ? require('./wasm/index.js').FILE : binaryFile()
    return { loaded, binding: { kind, triple: triple(), path, reason } }
  } catch (error) {
    const reason = /** @type {Error} */ (error).message
    return { loaded: undefined, binding: { kind: 'none', triple: triple(), path: undefined, reason } }
  }
}

/** @param {any} loaded */
function wakeOf(loaded) {
  if (loaded === undefined) return undefined
  // The wake handle comes with an environment's first port.
  if (loaded.wakeKind() === null) openPort({ deliverNext: () => false, ticks: false }).close()
  return loaded.wakeKind() ?? undefined
}

/** @param {Record<string, () => Record<string, unknown>>} contributors */
function mechanisms(contributors) {
  /** @type {Record<string, Record<string, unknown>>} */
  const modules = {}
  for (const [name, contribute] of Object.entries(contributors)) {
    try {
      modules[name] = contribute()
    } catch (error) {
      modules[name] = { error: /** @type {Error} */ (error).message }
    }
  }
  return modules
}

module.exports = { capabilities }
