'use strict'

// What is loaded into the watched program, before it (node --require). It changes nothing that the program can notice but
// by looking for it: it watches the loop, samples it, and times synchronous calls; what it sees is appended to a file.

const { monitorStart } = require('./start-up.js')
const { Records } = require('./records.js')
const { sampleLoop } = require('./samples.js')
const { SyncCalls } = require('./sync-calls.js')
const { isMainThread } = require('node:worker_threads')

const { IRONLOOP_DOCTOR: configured } = process.env
// The worker threads of the program inherit its --require; the one that takes stacks does not.
if (configured !== undefined) {
  const { directory, thresholdMs, workers } = JSON.parse(configured)
  if (isMainThread || workers) attempt(directory, thresholdMs)
}

/**
 * Whatever becomes of the watching, the program runs.
 * @param {string} directory
 * @param {number} thresholdMs
 */
function attempt(directory, thresholdMs) {
  /** @type {Records | undefined} */
  let records
  try {
    records = new Records(directory)
    if (isMainThread) begin(records, thresholdMs)
    else beginInWorker(records, thresholdMs)
  } catch (error) {
    records?.write({ kind: 'trouble', message: /** @type {Error} */ (error).message })
  }
}

/**
 * @param {Records} records
 * @param {number} thresholdMs
 */
function begin(records, thresholdMs) {
  let surely = false
  const startUp = monitorStart((at, sure) => {
    surely = sure
    records.write({ kind: 'up', at })
    calls.start()
  })
  process.on('uncaughtExceptionMonitor', (error) => {
    if (!surely && ofLoading(error)) records.write({ kind: 'unloaded' })
  })
  const calls = new SyncCalls()
  const watch = watchLoop(records, thresholdMs)
  const flush = sampleLoop(records, calls, startUp)
  process.prependListener('exit', (code) => {
    for (const block of watch?.takeRecords() ?? []) records.block(block)
    flush()
    records.write({ kind: 'end', at: records.now(), code })
  })
}

/**
 * Whether it is an ES module that could not be found or parsed: Node's loader alone is in the stack.
 * @param {any} error
 */
function ofLoading(error) {
  const frames = String(error?.stack).match(/^ {4}at .*$/gm) ?? []
  return (
    frames.length > 0 && frames.every((/** @type {string} */ frame) => /node:internal\/(modules|process)\//.test(frame))
  )
}

/**
 * Its loop alone: there synchronous calls hold nobody up but the worker.
 * @param {Records} records
 * @param {number} thresholdMs
 */
function beginInWorker(records, thresholdMs) {
  records.write({ kind: 'up', at: records.now() })
  const watch = watchLoop(records, thresholdMs)
  process.prependListener('exit', (code) => {
    for (const block of watch?.takeRecords() ?? []) records.block(block)
    records.write({ kind: 'end', at: records.now(), code })
  })
}

/**
 * @param {Records} records
 * @param {number} thresholdMs
 */
function watchLoop(records, thresholdMs) {
  try {
    const { watch } = require('../../loop/index.js')
    return watch({ thresholdMs, stack: true, report: records.blocksFile }, (block) => records.block(block))
  } catch (error) {
    records.write({ kind: 'trouble', message: /** @type {Error} */ (error).message })
    return undefined
  }
}
