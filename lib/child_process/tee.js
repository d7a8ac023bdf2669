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
 * A stream that is written to at its pace while the process lasts. Whoever reads the stream may go, or the stream may fail:
 * then the rest is only kept.
 */
class Screen {
  #stream
  #isBroken
  /** Whether the process, too, is to wait. */
  #isPaced = true
  #goOn = () => {}
  #onBroken = () => {
    this.#isBroken = true
    this.#goOn()
  }
  #onRoom = () => this.#goOn()

  /**
   * @param {Writable} stream
   * @param {Promise<void>} over when the process is over, so that nobody is slowed down by waiting any more
   */
  constructor(stream, over) {
    this.#stream = stream
    this.#isBroken = stream.destroyed === true
    stream.on('error', this.#onBroken)
    stream.on('close', this.#onBroken)
    stream.on('drain', this.#onRoom)
    over.then(() => this.#hurry())
  }

  /** @param {Buffer} piece @returns {Promise<void>} when more may be written */
  async write(piece) {
    if (this.#isBroken || this.#stream.write(piece)) return
    if (this.#isPaced && !this.#isBroken) await new Promise((resolve) => this.#waitWith(resolve))
  }

  /** @param {(value?: undefined) => void} resolve */
  #waitWith(resolve) {
    this.#goOn = resolve
  }

  #hurry() {
    this.#isPaced = false
    this.#goOn()
  }

  /** Nothing more will be written. */
  close() {
    this.#hurry()
    this.#stream.off('error', this.#onBroken)
    this.#stream.off('close', this.#onBroken)
    this.#stream.off('drain', this.#onRoom)
  }
}

/**
 * Writes pieces to a stream until there are no more.
 * @param {() => Promise<Buffer | undefined>} nextPiece
 * @param {Screen} screen
 */
async function show(nextPiece, screen) {
  for (let piece = await nextPiece(); piece !== undefined; piece = await nextPiece()) await screen.write(piece)
  screen.close()
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

module.exports = { Screen, show, spilling, teesOf }
