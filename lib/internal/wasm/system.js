'use strict'

// What the WASM build asks of its system (WASI preview 1): random seeds for hash maps, the words of a panic. It has no
// environment, no files and no clock.

/** Its types are not among those of Node. */
const { RuntimeError } = /** @type {any} */ (globalThis).WebAssembly

const SUCCESS = 0
const BAD_DESCRIPTOR = 8
const STDERR = 2

/**
 * @param {{ buffer: ArrayBuffer }} memory a WebAssembly.Memory, whose buffer is another one when it has grown
 * @param {(text: string) => void} report gets what is written to stderr
 */
function system(memory, report) {
  const words = () => new DataView(memory.buffer)
  const bytes = (/** @type {number} */ start, /** @type {number} */ length) =>
    new Uint8Array(memory.buffer, start, length)

  return {
    /** @param {number} start @param {number} length */
    random_get(start, length) {
      globalThis.crypto.getRandomValues(bytes(start, length))
      return SUCCESS
    },
    environ_get: () => SUCCESS,
    /** @param {number} count @param {number} size */
    environ_sizes_get(count, size) {
      words().setUint32(count, 0, true)
      words().setUint32(size, 0, true)
      return SUCCESS
    },
    /** @param {number} descriptor @param {number} pieces @param {number} count @param {number} written */
    fd_write(descriptor, pieces, count, written) {
      if (descriptor !== STDERR) return BAD_DESCRIPTOR
      let total = 0
      for (let at = pieces; at < pieces + 8 * count; at += 8) {
        const length = words().getUint32(at + 4, true)
        report(new TextDecoder().decode(bytes(words().getUint32(at, true), length)))
        total += length
      }
      words().setUint32(written, total, true)
      return SUCCESS
    },
    /** @param {number} code */
    proc_exit(code) {
      throw new RuntimeError(`the WASM build of ironloop has ended with ${code}`)
    },
  }
}

module.exports = { system }
