'use strict'

// What an output is shown on while it is kept: a terminal, a log.

/** @typedef {import('node:stream').Writable} Writable */

/**
 * @param {import('./options.js').RunOptions} options
 * @returns {{ stdout?: Writable, stderr?: Writable }}
 */
function teesOf({ tee, merge }) {
  if (!tee) return {}
  const both = tee === true || typeof tee.write === 'function'
  const { stdout, stderr } = both ? { stdout: tee, stderr: tee } : tee
  return {
    stdout: stdout === true ? process.stdout : stdout || undefined,
    stderr: merge ? undefined : stderr === true ? process.stderr : stderr || undefined,
  }
}

/**
 * Writes pieces to a stream, at its pace while the process lasts. Whoever reads the stream may go, or the stream may fail:
 * then the rest is only kept.
 * @param {() => Promise<Buffer | undefined>} nextPiece
 * @param {Writable} stream
 * @param {Promise<void>} over when the process is over, so that nobody is slowed down by waiting any more
 */
async function show(nextPiece, stream, over) {
  let broken = false
  const onBroken = () => {
    broken = true
  }
  stream.on('error', onBroken)
  stream.on('close', onBroken)
  for (let piece = await nextPiece(); piece !== undefined; piece = await nextPiece()) {
    if (!broken && !stream.write(piece)) await Promise.race([room(stream), over])
  }
  stream.off('error', onBroken)
  stream.off('close', onBroken)
}

/**
 * Pieces as they come, in a file too as soon as they are more than memory is to hold.
 * @param {() => Promise<Buffer | undefined>} nextPiece
 * @param {number} mostBytes
 * @param {() => import('./spill.js').SpillFile} openFile
 */
function spilling(nextPiece, mostBytes, openFile) {
  /** What is in no file yet. @type {Buffer[]} */
  let held = []
  let bytes = 0
  /** @type {import('./spill.js').SpillFile | undefined} */
  let file
  return async () => {
    const piece = await nextPiece()
    if (piece === undefined) return undefined
    held.push(piece)
    bytes += piece.length
    if (bytes <= mostBytes) return piece
    file ??= openFile()
    for (const one of held) await file.write(one)
    held = []
    return piece
  }
}

/** @param {Writable} stream */
function room(stream) {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error']
    function done() {
      for (const event of events) stream.off(event, done)
      resolve(undefined)
    }
    for (const event of events) stream.on(event, done)
  })
}

module.exports = { room, show, spilling, teesOf }
