'use strict'

// Reads a file through one buffer that is used again for every file: small files in one piece, large ones in windows
// that overlap, so that a hit on a border is seen whole by one of them.

const { readSync } = require('node:fs')

const WINDOW_BYTES = 4 * 1024 * 1024
const OVERLAP_BYTES = 4096

const buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES + OVERLAP_BYTES)

/**
 * @typedef {object} Window
 * @property {Buffer} bytes all of the window; valid until the next one is read
 * @property {Buffer} fresh the part that no window had before
 * @property {number} owned hits that start before it belong to this window, later ones to the next
 * @property {boolean} whole the window is the whole file
 */

/** @param {number} fd @param {number} start @param {number} wanted @returns {number} where the bytes end */
function fill(fd, start, wanted) {
  let end = start
  const limit = Math.min(start + wanted, buffer.length)
  while (end < limit) {
    const got = readSync(fd, buffer, end, limit - end, null)
    if (got === 0) break
    end += got
  }
  return end
}

/**
 * @param {number} fd
 * @param {number} size of the file when it was opened; what is appended meanwhile is not read
 * @returns {Generator<Window>}
 */
function* windows(fd, size) {
  let carried = 0
  for (let rest = size; rest > 0; ) {
    const end = fill(fd, carried, Math.min(rest, WINDOW_BYTES))
    rest = end === carried ? 0 : rest - (end - carried)
    const owned = rest > 0 ? end - OVERLAP_BYTES : end
    const whole = rest === 0 && end - carried === end && carried === 0
    yield { bytes: buffer.subarray(0, end), fresh: buffer.subarray(carried, end), owned, whole }
    carried = end - owned
    buffer.copyWithin(0, owned, end)
  }
}

module.exports = { windows, WINDOW_BYTES }
