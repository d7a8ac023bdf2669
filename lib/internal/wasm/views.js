'use strict'

// JavaScript's memory, as the WASM build asks for it: src/bytes_copied.rs declares the three.

/** N-API's numbers of the element types that native code asks for. */
const KINDS = new Map([
  ['Int32Array', 5],
  ['Uint32Array', 6],
  ['Float64Array', 8],
  ['BigUint64Array', 10],
])
const OTHER_KIND = 0xffffffff

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype)
/** Also of another realm's arrays (Jest, vm), which `instanceof` does not know. */
const nameOf = getter(TypedArray, Symbol.toStringTag)
/** By its slots, for a class of someone's own may say anything of itself, and another thing each time. */
const slots = [TypedArray, DataView.prototype].map((prototype) => ({
  buffer: getter(prototype, 'buffer'),
  byteOffset: getter(prototype, 'byteOffset'),
  byteLength: getter(prototype, 'byteLength'),
}))

/**
 * @param {object} prototype
 * @param {PropertyKey} name
 * @returns {(this: unknown) => any}
 */
function getter(prototype, name) {
  return /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, name)).get
}

/** @param {ArrayBufferView} view */
function slotsOf(view) {
  const { buffer, byteOffset, byteLength } = slots[nameOf.call(view) === undefined ? 1 : 0]
  return { buffer: buffer.call(view), byteOffset: byteOffset.call(view), byteLength: byteLength.call(view) }
}

/**
 * @param {{ buffer: ArrayBuffer }} memory a WebAssembly.Memory
 * @param {(handle: number) => any} valueOf the value behind an N-API handle
 */
function views(memory, valueOf) {
  return {
    /**
     * @param {number} handle
     * @param {number} facts
     */
    describe(handle, facts) {
      const view = valueOf(handle)
      if (!ArrayBuffer.isView(view)) return 0
      const words = new Uint32Array(memory.buffer, facts, 3)
      const { buffer, byteLength } = slotsOf(view)
      words[0] = byteLength
      words[1] = KINDS.get(nameOf.call(view)) ?? OTHER_KIND
      words[2] = Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]' ? 1 : 0
      return 1
    },
    /**
     * @param {number} handle
     * @param {number} to
     */
    fetch(handle, to) {
      const { buffer, byteOffset, byteLength } = slotsOf(valueOf(handle))
      new Uint8Array(memory.buffer, to >>> 0, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength))
    },
    /**
     * @param {number} handle
     * @param {number} from
     */
    store(handle, from) {
      const { buffer, byteOffset, byteLength } = slotsOf(valueOf(handle))
      new Uint8Array(buffer, byteOffset, byteLength).set(new Uint8Array(memory.buffer, from >>> 0, byteLength))
    },
  }
}

module.exports = { views }
