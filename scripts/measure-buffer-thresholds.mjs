// Measures from how many bytes on native code wins, for lib/buffer/thresholds.js. Minima of many short runs, because
// clocks of virtual machines flip between regimes; the proposal is the first size from which native code always wins.
//
//     node scripts/measure-buffer-thresholds.mjs [--write]
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const thresholds = require('../lib/buffer/thresholds.js')
const { crc32, countByte, newlineOffsets } = require('../lib/buffer/index.js')

const SIZES = [8, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512]
const ALTERNATIONS = 200
const CALLS = 500

const out = new Uint32Array(512)
/** @type {Record<string, (bytes: Buffer) => unknown>} */
const subjects = {
  countByte: (bytes) => countByte(bytes, 10),
  newlineOffsets: (bytes) => newlineOffsets(bytes, out),
  crc32: (bytes) => crc32(bytes),
}

let sink = 0

/**
 * @param {(bytes: Buffer) => unknown} subject
 * @param {Buffer} bytes
 */
function nanoseconds(subject, bytes) {
  const start = process.hrtime.bigint()
  for (let call = 0; call < CALLS; call++) sink += subject(bytes) === undefined ? 1 : 0
  return Number(process.hrtime.bigint() - start) / CALLS
}

/** @param {string} name */
function crossing(name) {
  const table = /** @type {Record<string, number>} */ (thresholds)
  /** @type {number | undefined} */
  let from
  for (const size of SIZES) {
    const bytes = Buffer.alloc(size, 'a line of some thirty characters\n')
    let [native, script] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let turn = 0; turn < ALTERNATIONS; turn++) {
      table[name] = 0
      native = Math.min(native, nanoseconds(subjects[name], bytes))
      table[name] = Number.POSITIVE_INFINITY
      script = Math.min(script, nanoseconds(subjects[name], bytes))
    }
    console.log(`${name} ${size} bytes: native ${native.toFixed(0)} ns, JavaScript ${script.toFixed(0)} ns`)
    if (native >= script) from = undefined
    else from ??= size
  }
  return from ?? /** @type {number} */ (SIZES.at(-1))
}

const source = `'use strict'

// From how many bytes on native code is called; below, a loop in JavaScript is done before the crossing would be.
// Made by \`node scripts/measure-buffer-thresholds.mjs --write\`.

module.exports = {
${Object.keys(subjects)
  .map((name) => `  ${name}: ${crossing(name)},\n`)
  .join('')}}
`
if (process.argv.includes('--write')) {
  writeFileSync(fileURLToPath(new URL('../lib/buffer/thresholds.js', import.meta.url)), source)
} else console.log(source)
if (sink > 0) process.exitCode = 1
