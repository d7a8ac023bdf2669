'use strict'

// What one end receives: records into messages. All of it was written by another process, and is believed only after it
// was copied out of shared memory; what makes no sense throws.

const { markAsUntransferable } = require('node:worker_threads')
const { codes } = require('../../internal/errors.js')
const { Decoder } = require('../../internal/values/index.js')
const kinds = require('./kinds.js')

const { ASCII, BINARY, CAPTURED, JSON_TEXT, KIND, MORE, SHAPE } = kinds
const { MOST_MESSAGE_BYTES, MOST_SHAPES } = kinds

/** What Node makes Buffers by, without the checks of Buffer.from(). */
const FastBuffer = /** @type {new (memory: ArrayBufferLike, offset: number, length: number) => Buffer} */ (
  /** @type {any} */ (Buffer)[Symbol.species]
)

/**
 * Node's Buffer as it is; its types leave these out.
 * @typedef {Buffer & Record<'latin1Slice' | 'utf8Slice', (start: number, end: number) => string>} Bytes
 */

/** Records that were copied out together, with what they have in common. */
class Batch {
  /** @type {string | undefined} */
  #text
  /** @type {Buffer | undefined} */
  #owned

  /**
   * @param {Bytes} bytes
   * @param {number} end
   * @param {boolean} [owned] whether `bytes` is only this batch's
   */
  constructor(bytes, end, owned = false) {
    this.bytes = bytes
    this.end = end
    if (owned) this.#owned = bytes
  }

  /**
   * Text whose bytes are characters: one string for all of the batch, of which V8 makes slices without copying.
   * @param {number} start
   * @param {number} end
   */
  text(start, end) {
    this.#text ??= this.bytes.latin1Slice(0, this.end)
    return this.#text.slice(start, end)
  }

  /**
   * Bytes that are their receiver's: all of the batch has one memory.
   * @param {number} start
   * @param {number} end
   */
  view(start, end) {
    if (this.#owned === undefined) {
      this.#owned = Buffer.allocUnsafeSlow(this.end)
      this.bytes.copy(this.#owned, 0, 0, this.end)
      // As with Node's own pool, transferring one of its views must not detach the others.
      markAsUntransferable(/** @type {any} */ (this.#owned.buffer))
    }
    return new FastBuffer(this.#owned.buffer, start, end - start)
  }
}

class Incoming {
  /** The shapes that the other end has numbered. @type {string[]} */
  #shapes = []
  #decoder = new Decoder({ shapes: { intern: () => -1, definition: (id) => /** @type {string} */ (this.#shapes[id]) } })
  /** The pieces of a message whose last has not come. @type {Buffer[]} */
  #pieces = []
  #pieceBytes = 0

  /**
   * @param {Batch} batch
   * @param {number} kind
   * @param {number} start
   * @param {number} end
   * @returns {['message' | 'binary', any] | undefined} the event and what it brings; undefined if there is more to come
   */
  read(batch, kind, start, end) {
    if ((kind & MORE) !== 0 || this.#pieceBytes > 0) return this.#readPiece(kind, batch.view(start, end))
    switch (kind & KIND) {
      case JSON_TEXT:
        return ['message', JSON.parse(kind & ASCII ? batch.text(start, end) : batch.bytes.utf8Slice(start, end))]
      case CAPTURED:
        return ['message', this.#readCaptured(batch.bytes, start, end)]
      case BINARY:
        return ['binary', batch.view(start, end)]
      case SHAPE:
        return this.#addShape(batch.bytes.utf8Slice(start, end))
      default:
        throw new codes.ERR_CHILD_PROCESS_IPC_CORRUPT()
    }
  }

  /**
   * @param {Buffer} bytes
   * @param {number} start
   * @param {number} end
   */
  #readCaptured(bytes, start, end) {
    this.#decoder.open(bytes, start)
    const value = this.#decoder.next()
    // Beyond its end are other processes' messages.
    if (this.#decoder.position !== end) throw new codes.ERR_CHILD_PROCESS_IPC_CORRUPT()
    return value
  }

  /** @param {string} definition @returns {undefined} */
  #addShape(definition) {
    const keys = JSON.parse(definition)
    const isList = Array.isArray(keys) && keys.every((key) => typeof key === 'string')
    if (!isList || this.#shapes.length === MOST_SHAPES) throw new codes.ERR_CHILD_PROCESS_IPC_CORRUPT()
    this.#shapes.push(definition)
  }

  /**
   * @param {number} kind
   * @param {Buffer} piece
   * @returns {['message' | 'binary', any] | undefined}
   */
  #readPiece(kind, piece) {
    this.#pieces.push(piece)
    this.#pieceBytes += piece.length
    if (piece.length === 0 || this.#pieceBytes > MOST_MESSAGE_BYTES) throw new codes.ERR_CHILD_PROCESS_IPC_CORRUPT()
    if ((kind & MORE) !== 0) return undefined
    const whole = /** @type {Bytes} */ (Buffer.concat(this.#pieces.splice(0)))
    this.#pieceBytes = 0
    if ((kind & KIND) === BINARY) return ['binary', whole]
    return this.read(new Batch(whole, whole.length, true), kind & ~ASCII, 0, whole.length)
  }
}

module.exports = { Batch, Incoming }
