'use strict'

// A to-do mark counts when it stands as a word of its own behind something that begins a comment.

const COMMENT = /\/\/|#|\/\*|^\s*\*|<!--|--\s|;;|^\s*;|%|^\s*$/
const WORD = /\w/
const MAX_TEXT = 160

/**
 * @param {string} mark
 * @param {string} line
 * @param {number} column where the mark is in the line
 * @returns {string | undefined} what the mark says
 */
function confirmMark(mark, line, column) {
  if (column > 0 && WORD.test(line[column - 1])) return undefined
  if (WORD.test(line[column + mark.length] ?? '')) return undefined
  if (!COMMENT.test(line.slice(0, column))) return undefined
  return line
    .slice(column, column + MAX_TEXT)
    .replace(/\s*(\*\/|-->)\s*$/, '')
    .trim()
}

module.exports = { confirmMark }
