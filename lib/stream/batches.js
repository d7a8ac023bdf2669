'use strict'

const { codes } = require('../internal/errors.js')
const { validateInteger } = require('../internal/validators.js')

/**
 * How many items an array has at most, or 0 for items one by one.
 * @param {boolean | number} batch
 */
function batchSize(batch) {
  if (batch === true) return Number.POSITIVE_INFINITY
  if (batch === false) return 0
  if (typeof batch !== 'number') throw new codes.ERR_INVALID_ARG_TYPE('options.batch', ['boolean', 'number'], batch)
  validateInteger(batch, 'options.batch', 1)
  return batch
}

/**
 * Hands items over: one by one, or in arrays.
 * @param {import('node:stream').Readable} stream
 * @param {any[]} items
 * @param {number} size from batchSize
 */
function pushAll(stream, items, size) {
  if (size === 0) for (const item of items) stream.push(item)
  else if (items.length > size) {
    for (let start = 0; start < items.length; start += size) stream.push(items.slice(start, start + size))
  } else if (items.length > 0) stream.push(items)
}

module.exports = { batchSize, pushAll }
