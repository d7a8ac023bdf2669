// The pool over real files: reads every text file below a folder in worker threads and shows which words occur most,
// with a progress bar on a terminal and plain lines in a pipe. Ctrl-C ends it at once, and says what it had.
//   node examples/pool-text.mjs [FOLDER] [--top N] [--ext md,txt,js]

import { opendir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { isWorkerThread, Pool } from 'ironloop/pool'

/** Files per task: enough that a task is worth its way, few enough that a signal is heard soon. */
const FILES_PER_TASK = 16
const LARGEST_BYTES = 4 << 20

/** @typedef {{ files: number, bytes: number, skipped: number, words: [string, number][] }} Counted */

/**
 * Runs in a worker: this file is its module, too.
 * @param {string[]} files
 * @param {import('ironloop/pool').TaskContext} context
 * @returns {Promise<Counted>}
 */
export default async function countWords(files, { cancelled }) {
  const words = new Map()
  const counted = { files: 0, bytes: 0, skipped: 0 }
  for (const file of files) {
    if (cancelled()) break
    const bytes = await readFile(file).catch(() => undefined)
    if (bytes === undefined || bytes.length > LARGEST_BYTES || bytes.includes(0)) {
      counted.skipped++ // not readable, too large, or no text
      continue
    }
    counted.files++
    counted.bytes += bytes.length
    for (const [word] of bytes
      .toString()
      .toLowerCase()
      .matchAll(/\p{L}{4,}/gu)) {
      words.set(word, (words.get(word) ?? 0) + 1)
    }
  }
  return { ...counted, words: [...words] }
}

/**
 * Paths of files in groups, while they are found.
 * @param {string} folder
 * @param {Set<string> | undefined} extensions
 */
async function* groups(folder, extensions) {
  let group = []
  for await (const file of walk(folder)) {
    if (extensions !== undefined && !extensions.has(extname(file).slice(1))) continue
    group.push(file)
    if (group.length < FILES_PER_TASK) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/**
 * @param {string} folder
 * @returns {AsyncGenerator<string>}
 */
async function* walk(folder) {
  const directory = await opendir(folder).catch(() => undefined)
  if (directory === undefined) return
  for await (const entry of directory) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}

/** On a terminal a bar that is drawn over itself, in a pipe a line now and then; on stderr, so stdout is the answer. */
class Progress {
  #isTerminal = process.stderr.isTTY === true
  #everyMs = this.#isTerminal ? 80 : 1000
  #shownAt = performance.now()
  #started = performance.now()

  /**
   * @param {{ files: number, bytes: number }} total
   * @param {import('ironloop/pool').PoolStats} stats
   */
  show({ files, bytes }, { queued, running, threads }) {
    const now = performance.now()
    if (now - this.#shownAt < this.#everyMs) return
    this.#shownAt = now
    const rate = Math.round(files / ((now - this.#started) / 1000))
    const text = `${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${rate} files/s, ${queued + running} tasks at hand`
    if (!this.#isTerminal) process.stderr.write(`${text}\n`)
    else process.stderr.write(`\r${bar(Math.min(1, running / threads))} ${text}\x1b[K`)
  }

  end() {
    if (this.#isTerminal) process.stderr.write('\r\x1b[K')
  }
}

/** @param {number} share of the threads that work */
function bar(share) {
  const full = Math.round(share * 10)
  return `[${'#'.repeat(full)}${'.'.repeat(10 - full)}]`
}

/** @param {string[]} args */
function settings(args) {
  const options = /** @type {const} */ ({
    top: { type: 'string', default: '10' },
    ext: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  })
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const top = Number(values.top)
  if (!Number.isInteger(top) || top < 1) throw new TypeError(`--top needs a number, not '${values.top}'`)
  const extensions = values.ext === undefined ? undefined : new Set(values.ext.split(','))
  return { folder: positionals[0] ?? '.', top, extensions, help: values.help }
}

async function main() {
  const { folder, top, extensions, help } = settings(process.argv.slice(2))
  if (help) return console.log('usage: node examples/pool-text.mjs [FOLDER] [--top N] [--ext md,txt,js]')
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())

  const pool = new Pool({ filename: new URL(import.meta.url) })
  const progress = new Progress()
  const total = { files: 0, bytes: 0, skipped: 0 }
  const words = new Map()
  try {
    const results = pool.map(groups(folder, extensions), { ordered: false, signal: interrupted.signal })
    for await (const counted of results) {
      total.files += counted.files
      total.bytes += counted.bytes
      total.skipped += counted.skipped
      for (const [word, count] of counted.words) words.set(word, (words.get(word) ?? 0) + count)
      progress.show(total, pool.stats())
    }
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.exitCode = 130
  } finally {
    progress.end()
    await pool.destroy()
  }
  const first = [...words].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, top)
  for (const [word, count] of first) console.log(`${String(count).padStart(8)}  ${word}`)
  const end = interrupted.signal.aborted ? 'interrupted after' : 'in'
  console.log(`${end} ${total.files} files of ${(total.bytes / 1e6).toFixed(1)} MB, ${total.skipped} skipped`)
}

if (!isWorkerThread) {
  await main().catch((error) => {
    console.error(`pool-text: ${error.message}`)
    process.exitCode = 2
  })
}
