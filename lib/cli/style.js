'use strict'

// Colours for a terminal that wants them: not where NO_COLOR is set (no-color.org), and not into a file or a pipe.

/** @type {Record<string, [number, number]>} */
const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] }

function colours() {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0'
  return process.stderr.isTTY === true && TERM !== 'dumb'
}

/**
 * @param {string} style
 * @param {string} text
 */
function styleText(style, text) {
  if (!colours()) return text
  const [on, off] = CODES[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

module.exports = { styleText }
