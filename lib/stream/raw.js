'use strict'

const { unshared } = require('../buffer/raw.js')
const { native } = require('../internal/native.js')

/** The module's raw native functions; loads the addon on first use. */
function raw() {
  return native().raw.stream
}

/**
 * Hands a chunk over to be copied.
 * @param {(task: unknown, chunk: NodeJS.ArrayBufferView) => any} stage
 * @param {unknown} task
 * @param {NodeJS.ArrayBufferView} chunk
 */
function staged(stage, task, chunk) {
  try {
    return stage(task, chunk)
  } catch (error) {
    return stage(task, unshared(chunk, error))
  }
}

/**
 * What a job comes to, told in a tick of its own: what a listener throws there is an uncaught exception, as of any stream,
 * and no rejection.
 * @param {Promise<any>} job
 * @param {(value: any) => void} done
 * @param {(error: Error) => void} failed
 */
function inTick(job, done, failed) {
  job.then(
    (value) => process.nextTick(done, value),
    (error) => process.nextTick(failed, error)
  )
}

module.exports = { inTick, raw, staged }
