'use strict'

// One instance of the WASM build: N-API by emnapi, the rest by the files beside this one. Nothing here is Node's alone.

const { createContext, instantiateAddonSync } = /** @type {any} */ (require('../../../native/wasm/emnapi.js'))
const { system } = require('./system.js')
const { views } = require('./views.js')

/** Its types are not among those of Node. */
const { Memory } = /** @type {any} */ (globalThis).WebAssembly

/** In pages of 64 KiB: what the build needs to start with, and all that 32 bits can address. */
const FIRST_PAGES = 1024
const MOST_PAGES = 65_536

/**
 * @param {object} module a WebAssembly.Module
 * @param {(text: string) => void} report gets the words of a panic
 * @returns {any} the binding
 */
function instantiate(module, report) {
  const memory = new Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES })
  // Functions are named by defineProperty instead: no code is made from strings.
  const context = createContext({ features: { makeDynamicFunction: undefined } })
  /** @type {() => void} */
  let wake = () => {}
  const { addonModule } = instantiateAddonSync(module, {
    context,
    wasi: { wasiImport: system(memory, report), initialize() {} },
    overwriteImports: (/** @type {any} */ { env, napi, emnapi, ...others }) => ({
      ...others,
      napi,
      env: { ...env, ...napi, ...emnapi, ...absent, memory },
      ironloop: {
        ...views(memory, (/** @type {number} */ handle) => context.jsValueFromNapiValue(handle)),
        wake: () => wake(),
      },
    }),
    beforeInit(/** @type {any} */ { instance }) {
      for (const [name, register] of Object.entries(instance.exports)) {
        if (name.startsWith('__napi_register__')) /** @type {() => void} */ (register)()
      }
    },
  })
  wake = waking(addonModule.exports)
  return addonModule.exports
}

const GENERIC_FAILURE = 9

/** napi-rs links them; without threads nobody has a use for them. */
const absent = {
  napi_create_threadsafe_function: () => GENERIC_FAILURE,
  napi_call_threadsafe_function: () => GENERIC_FAILURE,
  napi_unref_threadsafe_function: () => GENERIC_FAILURE,
}

/**
 * What native code calls when a port rings: in a later turn of the loop this copy of lib's router is asked.
 * @param {any} binding
 */
function waking(binding) {
  const { attachRouter, raw } = binding
  /** @type {(port: number) => boolean} */
  let router = () => false
  binding.attachRouter = (/** @type {typeof router} */ attached) => {
    router = attached
    return attachRouter()
  }
  const ask = (/** @type {number} */ port) => {
    try {
      return router(port)
    } catch (error) {
      later(() => {
        throw error
      })
      return true
    }
  }
  const drain = () => {
    const left = []
    for (let port = raw.inbox.nextRinging(); port >= 0; port = raw.inbox.nextRinging()) {
      if (ask(port)) left.push(port)
    }
    for (const port of left) raw.inbox.ringAgain(port)
    raw.inbox.endDrain()
  }
  return () => later(drain)
}

/** @param {() => void} work */
function later(work) {
  if (typeof setImmediate === 'function') setImmediate(work)
  else setTimeout(work)
}

module.exports = { instantiate }
