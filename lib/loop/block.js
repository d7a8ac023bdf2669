'use strict'

// A native record of a block as users see it.

const { performance } = require('node:perf_hooks')

/**
 * @typedef {object} NativeBlock
 * @property {number} tag
 * @property {number} threadId
 * @property {number} blockedMs
 * @property {number} beganAgoMs
 * @property {string} cause
 * @property {boolean} ended
 * @property {string | null} stack
 * @property {string | null} frames as JSON
 * @property {string | null} reason
 */

/** @typedef {{ functionName: string, file: string, line: number, column: number }} Frame */

/**
 * @typedef {object} Block
 * @property {number} threadId
 * @property {number} blockedMs
 * @property {number} startTime
 * @property {'javascript' | 'gc' | 'native' | 'suspended'} cause
 * @property {boolean} ended
 * @property {string} [stack]
 * @property {Frame[]} [frames]
 * @property {string} [stackMissing]
 * @property {number} [gcMs]
 */

/**
 * @param {NativeBlock} record
 * @returns {Block}
 */
function blockOf({ threadId, blockedMs, beganAgoMs, cause, ended, stack, frames, reason }) {
  /** @type {any} */
  const block = { threadId, blockedMs, startTime: performance.now() - beganAgoMs, cause, ended }
  if (frames != null) Object.assign(block, { stack, frames: JSON.parse(frames) })
  else if (reason != null) block.stackMissing = reason
  return block
}

module.exports = { blockOf }
