'use strict'

// What is written to a run while it runs: from a stream or an iterable, or by the user through a Writable.

const { Writable } = require('node:stream')
const { codes } = require('../internal/errors.js')
const { brokenPipe } = require('./result.js')

/** The writing side of one run: knows when there is room, and when nobody reads any more. */
class InputPipe {
  /** @type {import('./desk.js').Handle | undefined} */
  #handle
  /** What was written before the run was started. @type {[Uint8Array, (error?: Error) => void][]} */
  #early = []
  /** Who waits for room. @type {((error?: Error) => void)[]} */
  #waiting = []
  #ended = false
  #broken = false
  /** Whether the source of this input has more than it gave. */
  pumping = false
  /** Tells the source that nothing more is wanted of it. */
  leaveSource = () => {}
  #refused = false

  /** Whether something is left that nobody will read. */
  get lost() {
    return this.#refused || this.pumping
  }

  /** @param {import('./desk.js').Handle} handle */
  open(handle) {
    this.#handle = handle
    for (const [bytes, done] of this.#early.splice(0)) this.write(bytes, done)
    if (this.#ended) handle.endInput()
  }

  /**
   * @param {Uint8Array} bytes
   * @param {(error?: Error) => void} done called when more may be written, or with why not
   */
  write(bytes, done) {
    if (this.#broken) return done(brokenPipe())
    if (this.#handle === undefined) return void this.#early.push([bytes, done])
    const room = this.#handle.write(bytes)
    if (room > 0) return done()
    if (room === 0) return void this.#waiting.push(done)
    this.#refused = this.#broken = true
    done(brokenPipe())
  }

  end() {
    if (this.#ended) return
    this.#ended = true
    if (!this.#broken) this.#handle?.endInput()
  }

  /** @param {boolean} open whether anybody still reads */
  onNews(open) {
    this.#broken ||= !open
    const early = open ? [] : this.#early.splice(0).map(([, done]) => done)
    for (const done of [...early, ...this.#waiting.splice(0)]) done(open ? undefined : brokenPipe())
  }
}

/**
 * Writes all that `source` gives. Ends early, without an error, when nobody reads any more: the run says so itself.
 * @param {InputPipe} pipe
 * @param {AsyncIterable<unknown> | Iterable<unknown>} source
 */
async function pump(pipe, source) {
  pipe.pumping = true
  const any = /** @type {any} */ (source)
  const iterator = any[Symbol.asyncIterator]?.() ?? any[Symbol.iterator]()
  pipe.leaveSource = () => void leave(any, iterator).catch(() => {})
  for await (const chunk of { [Symbol.asyncIterator]: () => iterator }) {
    const bytes = bytesOf(await chunk)
    const broken = await new Promise((resolve) => pipe.write(bytes, resolve))
    if (broken) return
  }
  pipe.pumping = false
  pipe.end()
}

/**
 * A stream that gives nothing must be destroyed: what its iterator is asked for waits for the next chunk.
 * @param {any} source
 * @param {any} iterator
 */
async function leave(source, iterator) {
  if (typeof source.destroy === 'function') source.destroy()
  else await iterator.return?.()
}

/** @param {unknown} chunk */
function bytesOf(chunk) {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (!ArrayBuffer.isView(chunk)) {
    throw new codes.ERR_INVALID_ARG_TYPE(
      'chunk of options.input',
      ['string', 'Buffer', 'TypedArray', 'DataView'],
      chunk
    )
  }
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}

/**
 * The `stdin` of a run.
 * @param {InputPipe} pipe
 */
function makeStdin(pipe) {
  const stdin = new Writable({
    /** @param {Buffer} chunk @param {BufferEncoding} _encoding @param {(error?: Error) => void} done */
    write(chunk, _encoding, done) {
      pipe.write(chunk, done)
    },
    /** @param {() => void} done */
    final(done) {
      pipe.end()
      done()
    },
    /** @param {Error | null} error @param {(error: Error | null) => void} done */
    destroy(error, done) {
      pipe.end()
      done(error)
    },
  })
  // A process that ends before it has read everything is no reason to end ours: the Result reports it.
  stdin.on('error', () => {})
  return stdin
}

module.exports = { InputPipe, bytesOf, makeStdin, pump }
