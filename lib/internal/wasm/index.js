'use strict'

// The WASM build as this installation's binding: from its file, and with an error in the place of what it has not.

const { readFileSync } = require('node:fs')
const path = require('node:path')
const { brotliDecompressSync } = require('node:zlib')

const { codes } = require('../errors.js')
const { instantiate } = require('./instance.js')

/** Its types are not among those of Node. */
const { Module } = /** @type {any} */ (globalThis).WebAssembly

const FILE = path.join(__dirname, '../../../native/wasm/ironloop.wasm.br')

const WITHOUT_THREADS = 'the WASM build has no threads'
const WITHOUT_PROCESSES = 'the WASM build cannot start processes'

/** What lib/ asks the binding for first, in every part that has nothing to fall back on. */
const ABSENT = new Map([
  ['busOpen', ['A Bus', WITHOUT_THREADS]],
  ['loopBlocked', ['A watch of the loop', WITHOUT_THREADS]],
  ['loopHasHooks', ['A watch of the loop', WITHOUT_THREADS]],
  ['loopOpen', ['What the loop does', WITHOUT_THREADS]],
  ['loopOpenWatches', ['A watch of the loop', WITHOUT_THREADS]],
  ['poolOpen', ['A Pool', WITHOUT_THREADS]],
  ['timersOpen', ['A precise timer', WITHOUT_THREADS]],
])
const ABSENT_TABLES = new Map([
  ['children', ['Native spawning', WITHOUT_PROCESSES]],
  ['net', ['Native sending of files', WITHOUT_THREADS]],
  ['pool', ['A Pool', WITHOUT_THREADS]],
  ['process', ['run()', WITHOUT_PROCESSES]],
  ['ring', ['Shared memory with a child process', WITHOUT_PROCESSES]],
])

/**
 * @param {string} reason why it is this one, in a sentence: part of each refusal, for a warning may come too late
 * @returns {any}
 */
function loadWasm(reason) {
  const binding = instantiate(new Module(brotliDecompressSync(readFileSync(FILE))), (text) =>
    process.stderr.write(text)
  )
  refuse(binding, ABSENT, reason)
  refuse(binding.raw, ABSENT_TABLES, reason)
  return binding
}

/**
 * @param {any} object
 * @param {Map<string, string[]>} absent
 * @param {string} reason
 */
function refuse(object, absent, reason) {
  for (const [name, [what, missing]] of absent) {
    Object.defineProperty(object, name, {
      get() {
        throw new codes.ERR_UNSUPPORTED_PLATFORM(what, `${missing}. ${reason}`)
      },
    })
  }
}

module.exports = { FILE, loadWasm }
