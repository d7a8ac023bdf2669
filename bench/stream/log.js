'use strict'

const { random } = require('../harness/random.js')

/** So many bytes of a log, the same for a seed. */
function log(seed, bytes) {
  const next = random(seed)
  const lines = []
  for (let length = 0; length < bytes; ) {
    const number = Math.floor(next() * 1e9)
    const line = `2024-03-01T12:00:00Z INFO request ${number} /api/items/${number % 977} answered in ${number % 313} ms\n`
    lines.push(line)
    length += line.length
  }
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

module.exports = { log }
