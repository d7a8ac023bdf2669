'use strict'

/** @typedef {(text: string) => string} Paint */
/** @typedef {{ bold: Paint, dim: Paint, red: Paint, yellow: Paint, green: Paint, cyan: Paint }} Style */

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], green: [32, 39], cyan: [36, 39] }

/** @param {import('node:tty').WriteStream} stream @returns {boolean} a terminal with colours, and no NO_COLOR */
const wantsColor = (stream) => Boolean(stream.isTTY && !process.env.NO_COLOR && stream.hasColors())

/** @param {boolean} enabled @returns {Style} */
function createStyle(enabled) {
  const paints = Object.entries(CODES).map(([name, [on, off]]) => [
    name,
    (/** @type {string} */ text) => (enabled && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text),
  ])
  return Object.fromEntries(paints)
}

module.exports = { createStyle, wantsColor }
