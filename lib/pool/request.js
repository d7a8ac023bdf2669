'use strict'

// What the scheduler is told of a task beside its value.

const { flags } = require('./wire.js')

/**
 * The words of a task.
 * @typedef {object} Request
 * @property {number} id
 * @property {number} handler
 * @property {number} flags
 * @property {number} priority
 * @property {number} timeout milliseconds, 0 for none
 * @property {number} route the seat it is pinned to, or the hash of its affinity key
 * @property {number} retries
 */

/**
 * Fills in the words of a task.
 * @param {Request} request
 * @param {number} id
 * @param {number} handler
 * @param {Record<string, any> | undefined} options
 * @param {number} asked
 */
function describe(request, id, handler, options, asked) {
  request.id = id
  request.handler = handler
  request.flags = asked
  request.priority = request.timeout = request.route = request.retries = 0
  if (options === undefined) return
  const { priority = 0, timeout = 0, retries = 0, affinity, cooperative } = options
  request.priority = priority
  request.timeout = Math.ceil(timeout)
  request.retries = retries
  if (timeout > 0) request.flags |= flags.TIMED
  if (request.flags & (flags.TIMED | flags.CANCELLABLE) && cooperative !== true) request.flags |= flags.EXCLUSIVE
  if (affinity == null || asked & flags.HELD) return
  request.flags |= flags.AFFINE
  request.route = hash(String(affinity))
}

/**
 * @param {Request} request
 * @param {{ serial: number, seat: number }} sent
 */
function pin(request, { serial, seat }) {
  request.flags |= flags.PORTED
  if (seat < 0) return serial
  request.flags |= flags.PINNED
  request.route = seat
  return serial
}

/**
 * FNV-1a.
 * @param {string} text
 */
function hash(text) {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum >>> 0
}

module.exports = { describe, pin }
