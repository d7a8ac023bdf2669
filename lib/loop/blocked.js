'use strict'

const { native } = require('../internal/native.js')
const { validateInteger } = require('../internal/validators.js')
const { blockOf } = require('./block.js')

/**
 * The block that lasts now: the longest of all watched threads, or that of one thread.
 * @param {number} [threadId]
 */
function blocked(threadId) {
  if (threadId !== undefined) validateInteger(threadId, 'threadId', 0, 0xffffffff)
  const record = native().loopBlocked(threadId)
  return record === null ? undefined : blockOf(record)
}

module.exports = { blocked }
