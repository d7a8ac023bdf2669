// Measures from how many bytes on native code wins, for lib/buffer/thresholds.js. Minima of many short runs, because
// clocks of virtual machines flip between regimes; the proposal is the first size from which native code always wins.
//
//     node scripts/measure-buffer-thresholds.mjs [--write]
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const thresholds = /** @type {Record<string, number>} */ (require('../lib/buffer/thresholds.js'))
const buffer = require('../lib/buffer/index.js')
const { Finder, crc32, countByte, fromHex, newlineOffsets, promises, toHex, unmask } = buffer

const SIZES = [8, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512]
const ALTERNATIONS = 60
const CALLS = 500

const out = new Uint32Array(512)
const room = Buffer.alloc(4096)
const key = Buffer.from([1, 2, 3, 4])
const finder = new Finder('no such word')
/** @type {Record<string, (bytes: Buffer) => unknown>} */
const subjects = {
  countByte: (bytes) => countByte(bytes, 10),
  newlineOffsets: (bytes) => newlineOffsets(bytes, out),
  crc32: (bytes) => crc32(bytes),
  find: (bytes) => finder.find(bytes),
  fromHex: (bytes) => fromHex(bytes.fill('a'), room),
  mask: (bytes) => unmask(bytes, key) ?? 0,
  toHex: (bytes) => toHex(bytes, room),
}

const JOB_SIZES = Array.from({ length: 13 }, (_, n) => 256 << n)
const JOB_ALTERNATIONS = 8
const AT_ONCE = 16
/** Work that takes less than so often what it takes to hand a job over is done at once. */
const WORTH = 2

/**
 * What runs on the CPU threads, and what it is given.
 * @type {Record<string, { of: (bytes: Buffer) => Buffer, run: (bytes: Buffer) => Promise<unknown> }>}
 */
const jobs = {
  blake3Job: { of: (bytes) => bytes, run: (bytes) => promises.blake3(bytes) },
  deflateJob: { of: (bytes) => bytes, run: (bytes) => promises.gzip(bytes) },
  findJob: { of: (bytes) => bytes, run: (bytes) => promises.findAll(finder, bytes) },
  inflateJob: { of: (bytes) => buffer.gzip(bytes), run: (bytes) => promises.gunzip(bytes) },
  lz4Job: { of: (bytes) => bytes, run: (bytes) => promises.lz4.compress(bytes) },
  sha256Job: { of: (bytes) => bytes, run: (bytes) => promises.sha256(bytes) },
  xxh3Job: { of: (bytes) => bytes, run: (bytes) => promises.xxh3(bytes) },
}

/**
 * A log whose lines differ, as logs do.
 * @param {number} length
 */
function log(length) {
  let text = ''
  for (let line = 0; text.length < length; line++)
    text += `GET /api/items/${(line * 7919) % 10007} ${(line * 31) % 977} ms\n`
  return Buffer.from(text.slice(0, length))
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
  /** @type {number | undefined} */
  let from
  for (const size of SIZES) {
    const bytes = Buffer.alloc(size, 'a line of some thirty characters\n')
    let [native, script] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let turn = 0; turn < ALTERNATIONS; turn++) {
      thresholds[name] = 0
      native = Math.min(native, nanoseconds(subjects[name], bytes))
      thresholds[name] = Number.POSITIVE_INFINITY
      script = Math.min(script, nanoseconds(subjects[name], bytes))
    }
    console.error(`${name} ${size} bytes: native ${native.toFixed(0)} ns, JavaScript ${script.toFixed(0)} ns`)
    if (native >= script) from = undefined
    else from ??= size
  }
  return from ?? /** @type {number} */ (SIZES.at(-1))
}

/**
 * @param {(bytes: Buffer) => Promise<unknown>} run
 * @param {Buffer} bytes
 */
async function microseconds(run, bytes) {
  const start = process.hrtime.bigint()
  await Promise.all(Array.from({ length: AT_ONCE }, () => run(bytes)))
  return Number(process.hrtime.bigint() - start) / AT_ONCE / 1000
}

/**
 * The least time of one call among some at once.
 * @param {string} name
 * @param {Buffer} bytes
 * @param {number} threshold
 */
async function least(name, bytes, threshold) {
  thresholds[name] = threshold
  let time = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < JOB_ALTERNATIONS; turn++) time = Math.min(time, await microseconds(jobs[name].run, bytes))
  return time
}

/** @param {string} name */
async function handover(name) {
  const cost = await least(name, jobs[name].of(log(16)), 0)
  for (const size of JOB_SIZES) {
    const bytes = jobs[name].of(log(size))
    const work = await least(name, bytes, Number.POSITIVE_INFINITY)
    console.error(`${name} ${bytes.length} bytes: ${work.toFixed(1)} us at once, ${cost.toFixed(1)} us to hand over`)
    if (work >= WORTH * cost) return bytes.length
  }
  return /** @type {number} */ (JOB_SIZES.at(-1))
}

/** As numbers are written in sources. */
const written = (/** @type {number} */ size) => size.toLocaleString('en').replaceAll(',', '_')

const made = { script: '', job: '' }
for (const name of Object.keys(subjects)) made.script += `  ${name}: ${written(crossing(name))},\n`
for (const name of Object.keys(jobs)) made.job += `  ${name}: ${written(await handover(name))},\n`

const source = `'use strict'

// From how many bytes on native code is called; below, a loop in JavaScript (or Node's own function) is done before the
// crossing would be. Made by \`node scripts/measure-buffer-thresholds.mjs --write\`.

module.exports = {
${made.script}  // Of the promise forms: below, the work itself takes less than twice what handing it over takes.
${made.job}}
`
if (process.argv.includes('--write')) {
  writeFileSync(fileURLToPath(new URL('../lib/buffer/thresholds.js', import.meta.url)), source)
} else console.log(source)
if (sink > 0) process.exitCode = 1
