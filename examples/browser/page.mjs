// A page that hashes and searches a file by the WASM build. `npm run test:browser` bundles it, serves it and looks at it in
// a headless Chromium; `node scripts/test-browser.mjs --serve` serves it for you.
//
// Of ironloop/buffer, which is made of Node's Buffers, a browser takes the functions below it.
import { instantiate } from '../../lib/internal/wasm/instance.js'

/** A browser's: Node's types know none of them. */
const { document, location, WebAssembly } = /** @type {any} */ (globalThis)

const file = document.querySelector('#file')
const needle = document.querySelector('#needle')
const result = document.querySelector('#result')

const module = await WebAssembly.compileStreaming(fetch('ironloop.wasm'))
const { buffer } = instantiate(module, console.error).raw

/**
 * @param {Uint8Array} bytes
 * @param {string} text
 */
function examine(bytes, text) {
  const found = new Uint32Array(buffer.finderScan(buffer.finder(new TextEncoder().encode(text)), bytes))
  if (found.length > 0) buffer.finderTake(found)
  return { bytes: bytes.length, blake3: buffer.blake3Hex(bytes), lines: buffer.countByte(bytes, 10), found: [...found] }
}

async function show() {
  const [chosen] = file.files
  if (chosen === undefined || needle.value === '') return
  const { found, ...facts } = examine(new Uint8Array(await chosen.arrayBuffer()), needle.value)
  result.textContent = JSON.stringify({ ...facts, count: found.length, first: found.slice(0, 10) }, null, 2)
}

file.addEventListener('change', show)
needle.addEventListener('input', show)

// The test's way of choosing a file: ?sample=URL&needle=TEXT
const asked = new URLSearchParams(location.search)
const sample = asked.get('sample')
if (sample !== null) {
  const bytes = new Uint8Array(await (await fetch(sample)).arrayBuffer())
  result.textContent = JSON.stringify(examine(bytes, asked.get('needle') ?? ''))
}
