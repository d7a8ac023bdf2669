'use strict'

/**
 * How many of the sorted offsets lie before `at`: the zero-based line of a byte.
 * @param {ArrayLike<number>} offsets
 * @param {number} at
 */
function countBefore(offsets, at) {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offsets[middle] < at) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The text of a zero-based line, cut where it is very long.
 * @param {Buffer} bytes
 * @param {ArrayLike<number>} newlines
 * @param {number} line
 * @param {number} at a byte of that line that must be in the text
 */
function lineAround(bytes, newlines, line, at) {
  const lineStart = line === 0 ? 0 : newlines[line - 1] + 1
  const lineEnd = line < newlines.length ? newlines[line] : bytes.length
  const start = Math.max(lineStart, at - 500)
  return { start, text: bytes.toString('latin1', start, Math.min(lineEnd, at + 500)) }
}

module.exports = { countBefore, lineAround }
