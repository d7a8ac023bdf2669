'use strict'

// What a run came to: the numbers of src/process.rs as a Result, and why it failed, if it did.

const { getSystemErrorName } = require('node:util')
const { reasonOf, systemError } = require('../internal/errors.js')
const { signalName } = require('./signals.js')

/** In the order of src/process.rs. */
const numbers = new Float64Array(17)

/** @typedef {ReturnType<typeof readFacts>} Facts */

/** @param {import('./desk.js').Handle} handle */
function readFacts(handle) {
  handle.facts(numbers)
  // Written out: filled in a loop by name the object costs several times as much as all that is done with it.
  return {
    exitCode: at(0),
    signal: at(1),
    pid: at(2),
    durationMs: at(3),
    userMs: at(4),
    systemMs: at(5),
    maxRssBytes: at(6),
    timedOut: at(7),
    cancelled: at(8),
    killed: at(9),
    overflow: at(10),
    inputLost: at(11),
    stdoutLength: at(12),
    stderrLength: at(13),
    stdoutTruncated: at(14),
    stderrTruncated: at(15),
    outOfMemory: at(16),
  }
}

/** @param {number} index */
function at(index) {
  return /** @type {number} */ (numbers[index])
}

/** @type {Facts} */
const NOTHING = {
  exitCode: -1,
  signal: 0,
  pid: 0,
  durationMs: 0,
  userMs: 0,
  systemMs: 0,
  maxRssBytes: -1,
  timedOut: 0,
  cancelled: 0,
  killed: 0,
  overflow: 0,
  inputLost: 0,
  stdoutLength: -1,
  stderrLength: -1,
  stdoutTruncated: 0,
  stderrTruncated: 0,
  outOfMemory: 0,
}

/**
 * The facts of a run that never started.
 * @param {Partial<Facts>} facts
 */
function noFacts(facts) {
  return { ...NOTHING, ...facts }
}

/**
 * @param {Facts} facts
 * @param {unknown} stdout
 * @param {unknown} stderr
 */
function makeResult(facts, stdout, stderr) {
  return {
    exitCode: facts.exitCode < 0 ? null : facts.exitCode,
    signal: facts.signal === 0 ? null : signalName(facts.signal),
    stdout,
    stderr,
    pid: facts.pid === 0 ? undefined : facts.pid,
    durationMs: facts.durationMs,
    timedOut: facts.timedOut === 1,
    cancelled: facts.cancelled === 1,
    killed: facts.killed === 1,
    truncated: facts.stdoutTruncated + facts.stderrTruncated > 0,
    maxRssBytes: facts.maxRssBytes < 0 ? undefined : facts.maxRssBytes,
    userMs: facts.userMs,
    systemMs: facts.systemMs,
    stdinError: facts.inputLost === 1 ? brokenPipe() : undefined,
  }
}

function brokenPipe() {
  return systemError('EPIPE', 32, 'write')
}

/**
 * What was kept of an output, in the form that was asked for.
 * @param {import('./desk.js').Handle} handle
 * @param {0 | 1} at
 * @param {number} length
 * @param {import('./options.js').RunOptions} options
 */
function takeOutput(handle, at, length, { capture, stripFinalNewline }) {
  if (length < 0 || capture === 'none') return undefined
  if (capture === 'buffer') {
    const bytes = handle.kept(at, length)
    return stripFinalNewline ? bytes.subarray(0, lengthWithoutNewline(bytes)) : bytes
  }
  const text = /** @type {string} */ (handle.text(at))
  if (capture === 'lines') return splitLines(text)
  return stripFinalNewline ? withoutNewline(text) : text
}

/** @param {Buffer} bytes */
function lengthWithoutNewline(bytes) {
  if (bytes.at(-1) !== 10) return bytes.length
  return bytes.at(-2) === 13 ? bytes.length - 2 : bytes.length - 1
}

/** @param {string} text */
function withoutNewline(text) {
  if (!text.endsWith('\n')) return text
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1)
}

/**
 * Lines end with \n or \r\n; a last one need not.
 * @param {string} text
 */
function splitLines(text) {
  const whole = withoutNewline(text)
  if (text === '') return []
  return whole.includes('\r') ? whole.split(/\r?\n/) : whole.split('\n')
}

/**
 * Why the run counts as failed; undefined if it does not. What we did to it explains how it ended.
 * @param {Facts} facts
 * @param {import('./request.js').Request} request
 * @param {import('./options.js').RunOptions} options
 */
function failureOf(facts, request, { timeout, limits }) {
  const { cancelled, timedOut, outOfMemory, overflow } = facts
  if (facts.exitCode === 0 && !(cancelled || timedOut || outOfMemory || overflow)) return undefined
  const command = commandOf(request)
  if (facts.cancelled) return reasonOf('ABORT_ERR')
  if (facts.timedOut) return reasonOf('ERR_CHILD_PROCESS_TIMEOUT', command, timeout)
  if (facts.outOfMemory) return reasonOf('ERR_CHILD_PROCESS_MEMORY_LIMIT', command, limits.memoryBytes)
  if (facts.overflow) return reasonOf('ERR_CHILD_PROCESS_STDIO_MAXBUFFER', facts.overflow === 1 ? 'stdout' : 'stderr')
  return reasonOf('ERR_CHILD_PROCESS_FAILED', command, facts.exitCode, signalName(facts.signal))
}

/**
 * The error of a process that could not be started, as Node's own.
 * @param {number} errno
 * @param {import('./request.js').Request} request
 */
function spawnError(errno, { spawnFile, spawnArgs }) {
  const error = systemError(errno > 0 ? getSystemErrorName(-errno) : 'UNKNOWN', errno, `spawn ${spawnFile}`)
  return Object.assign(error, { path: spawnFile, spawnargs: spawnArgs.slice(1) })
}

/** @param {import('./request.js').Request} request */
function commandOf(request) {
  request.command ??= [request.file, ...request.args].map(quoted).join(' ')
  return request.command
}

/** @param {string} word */
function quoted(word) {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word)
}

module.exports = {
  brokenPipe,
  commandOf,
  failureOf,
  makeResult,
  noFacts,
  readFacts,
  spawnError,
  splitLines,
  takeOutput,
}
