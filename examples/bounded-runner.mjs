// Runs commands that may go wrong, within limits: of time, processor, memory, files; several at a time; and says of each
// how it ended and what it took. Nothing of a command stays behind.
//   node examples/bounded-runner.mjs [--timeout 10s] [--cpu 5s] [--memory 200M] [--file-size 10M] [--open-files 64] [--jobs N] < COMMANDS
// COMMANDS: one a line, words separated by spaces, or a JSON array. Lines with # are left out.
//
// These limits are no sandbox. They bound mistakes, not malice: a command still reads your files and uses your network.
// What you don't trust belongs to another user or into a container.

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { run } from 'ironloop/child_process'

/** @type {Record<string, number>} */
const TIMES = { ms: 1, s: 1000, m: 60_000 }
/** @type {Record<string, number>} */
const SIZES = { K: 1e3, M: 1e6, G: 1e9 }

/** @type {{ type: 'string' }} */
const text = { type: 'string' }
const options = { timeout: text, cpu: text, memory: text, 'file-size': text, 'open-files': text, jobs: text }
const { values } = parseArgs({ options })
/** @type {import('ironloop/child_process').RunOptions<'text'>} */
const bounds = {
  timeout: milliseconds(values.timeout ?? '10s'),
  killTree: true,
  dieWithParent: true,
  gracePeriodMs: 500,
  onOverflow: 'truncate',
  maxBuffer: 1 << 20,
  reject: false,
  limits: {
    cpuTimeMs: milliseconds(values.cpu ?? '5s'),
    memoryBytes: bytes(values.memory ?? '200M'),
    fileSizeBytes: bytes(values['file-size'] ?? '10M'),
    openFiles: Number(values['open-files'] ?? 64),
  },
}

/** @type {string[][]} */
const waiting = []
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '' && !line.startsWith('#')) waiting.push(words(line.trim()))
}
let failed = 0
console.log('result                 time     cpu      memory  command')
await Promise.all(Array.from({ length: Number(values.jobs ?? 2) }, worker))
process.exitCode = failed > 0 ? 1 : 0

async function worker() {
  for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
    const [file, ...args] = command
    const result = await run(file, args, bounds)
    if (result.error) failed++
    report(command, result)
  }
}

/**
 * @param {string[]} command
 * @param {import('ironloop/child_process').Result} result
 */
function report(command, { durationMs, userMs, systemMs, maxRssBytes, ...result }) {
  const columns = [
    outcome(result).padEnd(18),
    `${(durationMs / 1000).toFixed(2)} s`.padStart(8),
    `${((userMs + systemMs) / 1000).toFixed(2)} s`.padStart(8),
    (maxRssBytes === undefined ? '?' : `${(maxRssBytes / 1e6).toFixed(1)} MB`).padStart(10),
    ` ${command.join(' ')}`,
  ]
  console.log(columns.join(' '))
}

/**
 * In the order in which one explains the other.
 * @param {Pick<import('ironloop/child_process').Result, 'error' | 'exitCode' | 'signal'>} result
 */
function outcome({ error, exitCode, signal }) {
  /** @type {Record<string, string>} */
  const words = {
    ERR_CHILD_PROCESS_TIMEOUT: 'too slow',
    ERR_CHILD_PROCESS_MEMORY_LIMIT: 'too much memory',
  }
  if (error === undefined) return 'ok'
  if (words[error.code]) return words[error.code]
  if (signal === 'SIGXCPU' || (signal === 'SIGKILL' && !error.killed)) return 'too much cpu'
  if (signal === 'SIGXFSZ') return 'file too large'
  if (signal !== null) return signal
  return exitCode === null ? error.code : `exit code ${exitCode}`
}

/** @param {string} line */
function words(line) {
  return line.startsWith('[') ? JSON.parse(line) : line.split(/\s+/)
}

/** @param {string} text */
function milliseconds(text) {
  const [, number, unit = 's'] = /^([\d.]+)(ms|s|m)?$/.exec(text) ?? refuse(text)
  return Math.round(Number(number) * (TIMES[unit] ?? 1))
}

/** @param {string} text */
function bytes(text) {
  const [, number, unit = ''] = /^([\d.]+)([KMG]?)$/.exec(text) ?? refuse(text)
  return Math.round(Number(number) * (SIZES[unit] ?? 1))
}

/** @param {string} text @returns {never} */
function refuse(text) {
  console.error(`bounded-runner: what is '${text}'? Times are like 500ms, 10s, 2m; sizes like 64K, 200M, 1G.`)
  process.exit(2)
}
