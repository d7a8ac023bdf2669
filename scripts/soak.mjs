// `npm run soak`: the named large sizes of tests that CI runs at a fiftieth, one after another; the memory of each
// program is watched from outside. Writes bench/results/soak.json. `npm run soak -- WORDS...` runs those whose titles,
// which end in `woken by uv-async` or `doorbell`, contain one of the words, and leaves the results of the others. All of them take an hour or more.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { root, Steps } from './steps.mjs'

const RESULTS = join(root, 'bench', 'results', 'soak.json')
const SAMPLE_MS = 500
/** What never ends has lost something. */
const MOST_MS = 60 * 60_000
/** Bytes that the second half of a run may lie above the first: heaps breathe. */
const ALLOWED_GROWTH = 64e6

/** By name: the program below __test__/fixtures, which takes its size as argument and prints `ok`, and that size. */
const soaks = {
  'results of 1 MB from the buffer module': { program: 'buffer/bounded-memory.js', size: 100_000 },
  'terminations of workers under jobs': { program: 'spine/worker-termination.js', size: 10_000 },
  'terminations of workers under traffic of the Bus': { program: 'events/terminations.js', size: 10_000 },
  'tasks of a pool, with all that can end them': { program: 'pool/random-lives.js', size: 1_000_000 },
  'megabytes of a child whose output is truncated': { program: 'child_process/endless-output.js', size: 10_240 },
  'children of run() and spawn(), one after another': { program: 'child_process/flat-memory.js', size: 100_000 },
  'children of run() at once, three rounds': { program: 'child_process/many-children.js', size: 2000 },
  'children of spawn() killed': { program: 'child_process/spawn-killed.js', size: 20_000 },
  'children of ours and of Node, mixed': { program: 'child_process/spawn-mixed.js', size: 1000 },
  'seconds of a busy server that is watched, without a false report': { program: 'loop/false-reports.js', size: 600 },
}

const chosen = process.argv.slice(2)
const steps = new Steps()
/** @typedef {{ name: string, wake: string, size: number, [fact: string]: unknown }} Result */

/** @type {Result[]} */
const results = []

for (const [name, { program, size }] of Object.entries(soaks)) {
  for (const wake of ['uv-async', 'doorbell']) {
    const title = `${size.toLocaleString('en')} ${name}, woken by ${wake}`
    if (chosen.length > 0 && !chosen.some((words) => title.includes(words))) continue
    await steps.step(title, () => soak(name, program, size, wake))
  }
}
steps.finish()

/** In the order of `soaks`; each says what it ran on, for they need not have been run together. */
function writeResults() {
  /** @type {{ results: Result[] }} */
  const before = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : { results: [] }
  const key = (/** @type {Result} */ { name, wake }) => `${name}, ${wake}`
  const byKey = new Map([...before.results, ...results].map((result) => [key(result), result]))
  const names = Object.keys(soaks)
  const kept = [...byKey.values()].filter(({ name }) => names.includes(name))
  const sorted = kept.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name) || a.wake.localeCompare(b.wake))
  writeFileSync(RESULTS, `${JSON.stringify({ results: sorted }, undefined, 2)}\n`)
}

/**
 * @param {string} name
 * @param {string} program
 * @param {number} size
 * @param {string} wake
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
async function soak(name, program, size, wake) {
  const started = performance.now()
  const args = ['--expose-gc', join('__test__', 'fixtures', program), String(size)]
  const env = { ...process.env, IRONLOOP_WAKE: wake }
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: MOST_MS })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  /** @type {number[]} */
  const memory = []
  const sampling = setInterval(() => memory.push(residentBytes(Number(child.pid))), SAMPLE_MS)
  const [status] = await once(child, 'close')
  clearInterval(sampling)
  const halves = compareHalves(memory.filter((bytes) => bytes > 0))
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const machine = { platform: platform(), arch: arch(), cpus: cpus().length, node: process.version }
  results.push({ name, wake, size, seconds, passed: status === 0, residentBytes: halves, machine })
  writeResults()
  const grown = halves.second - halves.first
  const note = `${seconds} s, resident ${Math.round(halves.first / 1e6)} then ${Math.round(halves.second / 1e6)} MB`
  if (status !== 0) return { failed: 1, note, output }
  return grown > ALLOWED_GROWTH ? { failed: 1, note, output: `memory grew by ${grown} bytes` } : { passed: 1, note }
}

/** @param {number} pid */
function residentBytes(pid) {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0 // gone, or no such file system
  }
}

/**
 * The medians of both halves of a run, its first tenth left out: that is the program growing up.
 * @param {number[]} samples
 */
function compareHalves(samples) {
  const grown = samples.slice(Math.floor(samples.length / 10))
  const middle = Math.floor(grown.length / 2)
  return { first: median(grown.slice(0, middle)), second: median(grown.slice(middle)) }
}

/** @param {number[]} samples */
function median(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0
}
