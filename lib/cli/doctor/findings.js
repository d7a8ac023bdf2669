'use strict'

// From the records of all processes to what is reported: blocks by culprit, calls by caller, the course of time.

const fs = require('node:fs')
const path = require('node:path')
const { culprit } = require('./caller.js')
const { codeFrame } = require('./code-frame.js')
const { blockThatNeverEnded } = require('./never-ended.js')

/** Reported in full; the others are counted. */
const MOST_CULPRITS = 10

/**
 * @typedef {import('./caller.js').Caller} Caller
 * @typedef {{ kind: 'block', at: number, ms: number, cause: string, gcMs?: number, frames?: Caller[], stackMissing?: string, ended?: false, worker?: true }} Block
 * @typedef {{ at: number, busy: number, poolMs?: number }} Sample
 * @typedef {{ name: string, caller?: Caller, count: number, ms: number, maxMs: number, maxAt: number }} Calls
 * @typedef {object} Culprit
 * @property {string} cause
 * @property {string} [call] the synchronous function of Node's that took most of it
 * @property {string} functionName
 * @property {string} [file]
 * @property {number} [line]
 * @property {number} count
 * @property {number} totalMs
 * @property {number} gcMs of that, in garbage collection
 * @property {number} maxMs
 * @property {string[]} [code]
 * @property {Caller[]} [frames] of the longest
 * @property {string} [stackMissing]
 * @property {false} [ended] the program ended within it
 * @property {true} [worker] it was in worker threads
 * @typedef {object} Findings
 * @property {number} thresholdMs
 * @property {boolean} started
 * @property {number} startedMs
 * @property {number} ranMs
 * @property {number} longestMs
 * @property {number} blockedMs
 * @property {number} blocks
 * @property {number} stoppedMs in which nothing of the process ran, as after SIGSTOP: no fault of its own
 * @property {Culprit[]} culprits
 * @property {{ atMs: number, ms: number, cause: string }[]} course blocks in time
 * @property {{ atMs: number, busy: number, poolMs?: number }[]} samples of the program's own process
 * @property {Calls[]} calls
 * @property {Calls[]} spawns
 * @property {string[]} trouble
 */

/**
 * @param {string} directory
 * @param {{ thresholdMs: number }} settings
 * @param {number} [endedAt] when the program had ended, since 1970
 * @returns {Findings}
 */
function findingsIn(directory, { thresholdMs }, endedAt = Date.now()) {
  const processes = fs
    .readdirSync(directory)
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => recordsOf(path.join(directory, file), thresholdMs, endedAt))
    .sort((a, b) => Number(a.worker ?? 0) - Number(b.worker ?? 0) || a.start - b.start)
  const main = processes[0] ?? { start: 0, up: undefined, last: 0, samples: [], unloaded: false }
  const calls = processes.flatMap(({ calls }) => calls)
  const spawns = added(calls.filter(({ name }) => name === 'child_process.spawn'))
  const all = processes.flatMap(({ blocks }) => blocks)
  const blocks = all.filter(({ cause }) => cause !== 'suspended')
  return {
    thresholdMs,
    started: main.up !== undefined && !main.unloaded,
    startedMs: (main.up ?? main.last) - main.start,
    ranMs: main.last - main.start,
    longestMs: Math.max(0, ...blocks.map(({ ms }) => ms)),
    blockedMs: blocks.reduce((sum, { ms }) => sum + ms, 0),
    blocks: blocks.length,
    culprits: culpritsOf(blocks, calls).slice(0, MOST_CULPRITS),
    stoppedMs: all.reduce((sum, { cause, ms }) => (cause === 'suspended' ? sum + ms : sum), 0),
    course: blocks.map(({ at, ms, cause }) => ({ atMs: at - main.start, ms, cause })),
    samples: main.samples.map(({ at, busy, poolMs }) => ({ atMs: at - main.start, busy, poolMs })),
    calls: added(calls.filter(({ name }) => name !== 'child_process.spawn')),
    spawns,
    trouble: [...new Set(processes.flatMap(({ trouble }) => trouble))],
  }
}

/**
 * @param {string} file
 * @param {number} thresholdMs
 * @param {number} endedAt
 */
function recordsOf(file, thresholdMs, endedAt) {
  const found = {
    start: 0,
    last: 0,
    /** @type {number | undefined} */ up: undefined,
    /** @type {Block[]} */ blocks: [],
    /** @type {Sample[]} */ samples: [],
    /** @type {Calls[]} */ calls: [],
    /** @type {string[]} */ trouble: [],
    /** @type {number | undefined} */ worker: undefined,
    ended: false,
    /** An ES module that could not be loaded, though it was taken for started meanwhile. */
    unloaded: false,
  }
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const record = parsed(line)
    if (record !== undefined) take(found, record)
  }
  // What was loaded before the program had started is no fault.
  const { up = Infinity } = found
  found.blocks = found.blocks.map((block) => sinceStarted(block, up)).filter(({ ms }) => ms >= thresholdMs)
  const last = found.ended ? undefined : blockThatNeverEnded(file.replace(/jsonl$/, 'blocks'), endedAt)
  if (last !== undefined) {
    found.blocks.push(last)
    found.last = Math.max(found.last, last.at + last.ms)
  }
  if (found.worker !== undefined) for (const block of found.blocks) block.worker = true
  return found
}

/**
 * The part of a block that lay behind the start-up.
 * @param {Block} block
 * @param {number} up
 */
function sinceStarted(block, up) {
  const before = Math.max(0, up - block.at)
  return { ...block, at: block.at + before, ms: block.ms - before }
}

/** @param {string} line */
function parsed(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // the last line of a process that was killed while it wrote
  }
}

/**
 * @param {any} found
 * @param {any} record
 */
function take(found, record) {
  const { at, kind } = record
  if (at !== undefined && kind !== 'block') found.last = Math.max(found.last, at)
  if (kind === 'start') Object.assign(found, { start: at, worker: record.worker })
  else if (kind === 'up') found.up = at
  else if (kind === 'end') found.ended = true
  else if (kind === 'unloaded') found.unloaded = true
  else if (kind === 'block') found.blocks.push(record)
  else if (kind === 'sample') found.samples.push(record)
  else if (kind === 'calls') found.calls.push(record)
  else if (kind === 'trouble') found.trouble.push(record.message)
}

/**
 * @param {Block[]} blocks
 * @param {Calls[]} calls
 */
function culpritsOf(blocks, calls) {
  /** @type {Map<string, Culprit>} */
  const all = new Map()
  for (const block of blocks.sort((a, b) => b.ms - a.ms)) {
    const call = block.worker ? undefined : longestCallIn(block, calls)
    const at = call?.caller ?? culprit(block.frames)
    const what = `${call?.name ?? block.cause}${block.worker ? ' in a worker' : ''}`
    const key = at === undefined ? what : `${what} ${at.functionName} ${at.file}:${at.line}`
    const known = all.get(key)
    if (known === undefined) all.set(key, described(block, call, at))
    else {
      known.count++
      known.totalMs += block.ms
      known.gcMs += block.gcMs ?? 0
    }
  }
  return [...all.values()].sort((a, b) => b.totalMs - a.totalMs)
}

/**
 * @param {Block} block
 * @param {Calls | undefined} call
 * @param {Caller | undefined} at
 * @returns {Culprit}
 */
function described({ cause, ended, gcMs = 0, ms, frames, stackMissing, worker }, call, at) {
  return {
    cause,
    call: call?.name,
    functionName: at?.functionName ?? '',
    file: at?.file,
    line: at?.line,
    count: 1,
    totalMs: ms,
    gcMs,
    maxMs: ms,
    code: at === undefined ? undefined : codeFrame(at.file, at.line),
    frames,
    stackMissing: at === undefined ? stackMissing : undefined,
    ended,
    worker,
  }
}

/**
 * The call that at least a third of a block went into: what was timed tells more than where the stack was when it was taken.
 * @param {Block} block
 * @param {Calls[]} calls
 */
function longestCallIn({ at, ms }, calls) {
  return calls.find(({ maxAt, maxMs }) => Math.min(at + ms, maxAt + maxMs) - Math.max(at, maxAt) >= ms / 3)
}

/** @param {Calls[]} calls */
function added(calls) {
  /** @type {Map<string, Calls>} */
  const all = new Map()
  for (const call of calls) {
    const key = `${call.name} ${call.caller?.file}:${call.caller?.line}`
    const known = all.get(key)
    if (known === undefined) {
      all.set(key, { ...call })
      continue
    }
    known.count += call.count
    known.ms += call.ms
    known.maxMs = Math.max(known.maxMs, call.maxMs)
  }
  return [...all.values()].sort((a, b) => b.ms - a.ms)
}

module.exports = { findingsIn }
