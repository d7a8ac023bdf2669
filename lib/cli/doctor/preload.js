'use strict'

// What is loaded into the watched program, before it (node --require). It changes nothing that the program can notice but
// by looking for it: it watches the loop, samples it, and times synchronous calls; what it sees is appended to a file.

const { monitorStart } = require('./start-up.js')
const { Records } = require('./records.js')
const { sampleLoop } = require('./samples.js')
const { SyncCalls } = require('./sync-calls.js')
const { isMainThread } = require('node:worker_threads')

const { IRONLOOP_DOCTOR: configured } = process.env
// The threads of the program inherit its --require, and so does the one that takes stacks.
if (configured !== undefined && isMainThread) {
  const { directory, thresholdMs } = JSON.parse(configured)
  attempt(directory, thresholdMs)
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
    begin(records, thresholdMs)
  } catch (error) {
    records?.write({ kind: 'trouble', message: /** @type {Error} */ (error).message })
  }
}

/**
 * @param {Records} records
 * @param {number} thresholdMs
 */
function begin(records, thresholdMs) {
  const startUp = monitorStart((at) => {
    records.write({ kind: 'up', at })
    calls.start()
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
