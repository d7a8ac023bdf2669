'use strict'

// The lines of a run while it runs. Bytes are cut at newlines before they are decoded, so a character that two reads
// share is never broken.

const { splitLines } = require('./result.js')

const NEWLINE = 10

/**
 * @typedef {object} Pieces
 * @property {() => Promise<Buffer | undefined> | Buffer | undefined} nextPiece undefined at the end
 * @property {() => Promise<unknown>} outcome waits for the end; rejects if the run failed
 * @property {() => Promise<unknown>} leave ends the run because its reader has gone
 * @property {(pending: number) => boolean} overflows whether an unfinished line has grown too long
 */

/**
 * @param {Pieces} pieces
 * @returns {AsyncGenerator<string, void, undefined>}
 */
async function* linesOf({ nextPiece, outcome, leave, overflows }) {
  /** The beginnings of a line whose end has not come. @type {Buffer[]} */
  let begun = []
  let pending = 0
  let complete = false
  try {
    for (;;) {
      const piece = await nextPiece()
      if (piece === undefined) break
      const end = piece.lastIndexOf(NEWLINE) + 1
      if (end > 0) {
        const whole = begun.length === 0 ? piece.subarray(0, end) : Buffer.concat([...begun, piece.subarray(0, end)])
        begun = []
        pending = 0
        yield* splitLines(whole.toString('utf8'))
      }
      if (end < piece.length) begun.push(piece.subarray(end))
      pending += piece.length - end
      if (overflows(pending)) break
    }
    if (pending > 0) yield* splitLines(Buffer.concat(begun).toString('utf8'))
    complete = true
  } finally {
    if (!complete) await leave()
  }
  await outcome()
}

module.exports = { linesOf }
