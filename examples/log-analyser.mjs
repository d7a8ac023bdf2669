// Reads a log of several hundred megabytes and says what is in it: how many lines, which statuses and errors, which paths
// were slow. It makes its own log if it is given none.
//
//     node examples/log-analyser.mjs [FILE | MEGABYTES]

import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import buffer from 'ironloop/buffer'

const { LineSplitter, MultiFinder, countByte, createHash } = buffer
const CHUNK = 2 ** 20

/**
 * A log of some services, the same each time.
 * @param {string} file
 * @param {number} megabytes
 */
async function makeLog(file, megabytes) {
  const levels = ['INFO', 'INFO', 'INFO', 'INFO', 'INFO', 'WARN', 'INFO', 'ERROR']
  const out = createWriteStream(file)
  let state = 1
  /** @param {number} below */
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
  for (let block = 0; block < megabytes; block++) {
    let text = ''
    while (text.length < CHUNK - 200) {
      const level = levels[next(8)]
      const why = level === 'ERROR' ? ['ECONNRESET', 'timeout of upstream', 'out of memory'][next(3)] : 'answered'
      text += `2024-03-01T12:${10 + next(50)}:${10 + next(50)}Z ${level} GET /api/items/${next(40)} ${why} ${next(900)} ms\n`
    }
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

/** @param {string} file */
async function analyse(file) {
  const names = ['ERROR', 'WARN', 'ECONNRESET', 'timeout', 'out of memory']
  const search = new MultiFinder(names).stream()
  const lines = new LineSplitter()
  const hash = createHash('xxh3', { bits: 128 })
  const found = new Array(names.length).fill(0)
  /** @type {Times} */
  const times = new Map()
  let total = 0
  /** @param {{ patternIds: Uint32Array }} matches */
  const take = ({ patternIds }) => {
    for (const id of patternIds) found[id]++
  }
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
    total += countByte(chunk, 10)
    hash.update(chunk)
    take(search.push(chunk))
    for (const line of lines.push(chunk)) add(times, line)
  }
  take(search.flush())
  for (const line of lines.flush()) add(times, line)
  return { total, digest: hash.digest('hex'), found: names.map((name, n) => ({ name, count: found[n] })), times }
}

/** @typedef {Map<string, { count: number, ms: number }>} Times */

/**
 * Adds up the time of a line's path: between `/` and the next space, and before ` ms`.
 * @param {Times} times
 * @param {string} line
 */
function add(times, line) {
  const start = line.indexOf(' /')
  if (start === -1 || !line.endsWith(' ms')) return
  const name = line.slice(start + 1, line.indexOf(' ', start + 1))
  const ms = Number(line.slice(line.lastIndexOf(' ', line.length - 4) + 1, -3))
  const sum = times.get(name)
  if (sum === undefined) times.set(name, { count: 1, ms })
  else {
    sum.count++
    sum.ms += ms
  }
}

const argument = process.argv[2] ?? '300'
const folder = /^\d+$/.test(argument) ? mkdtempSync(path.join(tmpdir(), 'ironloop-log-')) : undefined
const file = folder === undefined ? argument : path.join(folder, 'access.log')
try {
  if (folder !== undefined) await makeLog(file, Number(argument))
  const start = performance.now()
  const { digest, found, times, total } = await analyse(file)
  const seconds = (performance.now() - start) / 1000
  const megabytes = statSync(file).size / 1e6
  console.log(`${total} lines, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(2)} s; XXH3 ${digest}`)
  for (const { count, name } of found) console.log(`  ${name}: ${count}`)
  const slow = [...times].map(([name, { count, ms }]) => ({ name, ms: ms / count })).sort((a, b) => b.ms - a.ms)
  console.log(
    `slowest: ${slow
      .slice(0, 3)
      .map(({ ms, name }) => `${name} ${ms.toFixed(1)} ms`)
      .join(', ')}`
  )
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true })
}
