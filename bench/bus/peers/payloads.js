'use strict'

// What the scenarios of the Bus send, and how a receiver proves that it got all of it, in order.

const { random, randomBytes } = require('../../harness/random.js')

/** Buffers with memory of their own: a clone of one from Node's pool would carry the whole pool. */
const bytesOf = (/** @type {number} */ size, /** @type {number} */ at) => {
  const bytes = Buffer.allocUnsafeSlow(size)
  randomBytes(64, at).copy(bytes)
  bytes.fill(at, 64)
  return bytes
}

/** About 100 bytes as JSON. */
const order = (/** @type {number} */ at, /** @type {() => number} */ next) => ({
  id: at,
  customer: `customer-${(next() * 1e6) | 0}`,
  total: next() * 1000,
  paid: at % 3 === 0,
  lines: [at & 7, at & 15],
  status: 'open',
})

/** Through bytes, so that it is flat from the start: whoever came first would flatten it for all who come later. */
const textOf = (/** @type {number} */ length, /** @type {string} */ head) =>
  Buffer.from(head.padEnd(length, 'lorem ipsum dolor ').slice(0, length)).toString('latin1')

/** @type {Record<string, (at: number, next: () => number, bytes: number) => any>} */
const makers = {
  number: (at) => at,
  string: (at, next, length) => textOf(length, `${at.toString(36)}-${next().toString(36)}`),
  bytes: (at, _next, size) => bytesOf(size, at),
  kilobyte: (at) => bytesOf(1024, at),
  object: order,
  large: (at) => bytesOf(65_536, at),
}

/**
 * Distinct values: clones send a repeated object by reference.
 * @param {{ payload: string, operations: number, bytes: number }} params
 */
function payloads({ payload, operations, bytes }) {
  const next = random(11)
  return Array.from({ length: operations }, (_, at) => makers[payload](at, next, bytes))
}

/** What a receiver adds to its checksum for a value. @type {Record<string, (value: any) => number>} */
const marks = {
  number: (value) => value,
  string: (value) => value.length + value.charCodeAt(3),
  bytes: (value) => value[0] + value[63] + value[value.length - 1],
  kilobyte: (value) => value[0] + value[63] + value[value.length - 1],
  object: (value) => value.id + value.total + value.lines[1] + value.customer.length,
  large: (value) => value[0] + value[63] + value[value.length - 1],
}

/**
 * A receiver: calls `done(checksum)` after every `count` values. The checksum depends on their order.
 * @param {{ payload: string, count: number }} params
 * @param {(checksum: number) => void} done
 */
function tally({ payload, count }, done) {
  const mark = marks[payload]
  let left = count
  let sum = 0
  return (/** @type {any} */ value) => {
    sum = (Math.imul(sum, 31) + mark(value)) | 0
    if (--left > 0) return
    const checksum = sum
    left = count
    sum = 0
    done(checksum)
  }
}

module.exports = { payloads, tally }
