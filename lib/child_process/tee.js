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

module.exports = { room, show, teesOf }
