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

module.exports = { raw, staged }
