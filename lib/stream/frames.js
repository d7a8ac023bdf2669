'use strict'

const { Transform } = require('node:stream')

const { validateFunction, validateObject } = require('../internal/validators.js')
const { batchSize, pushAll } = require('./batches.js')

/**
 * @typedef {object} Decoder
 * @property {(chunk: Buffer, messages: any[]) => void} push appends the messages that end in this chunk
 * @property {(messages: any[]) => void} [end] there is no more: throws if a message has begun
 */

class Frames extends Transform {
  #decoder
  #batch

  /**
   * @param {Decoder} decoder
   * @param {import('../../types/stream.js').FramesOptions} options
   */
  constructor(decoder, options) {
    const size = batchSize(options.batch ?? false)
    super({ readableObjectMode: true, readableHighWaterMark: size === 0 ? 16 : 2, signal: options.signal })
    this.#decoder = decoder
    this.#batch = size
  }

  /**
   * @param {Buffer} chunk
   * @param {string} _encoding
   * @param {(error?: Error | null) => void} callback
   */
  _transform(chunk, _encoding, callback) {
    this.#hand((messages) => this.#decoder.push(chunk, messages), callback)
  }

  /** @param {(error?: Error | null) => void} callback */
  _flush(callback) {
    this.#hand((messages) => this.#decoder.end?.(messages), callback)
  }

  /**
   * Also what was decoded before a failure is handed over.
   * @param {(messages: any[]) => void} decode
   * @param {(error?: Error | null) => void} callback
   */
  #hand(decode, callback) {
    /** @type {any[]} */
    const messages = []
    let failure
    try {
      decode(messages)
    } catch (error) {
      failure = /** @type {Error} */ (error)
    }
    pushAll(this, messages, this.#batch)
    callback(failure)
  }
}

/**
 * @param {import('../../types/stream.js').Codec<any, any>} codec
 * @param {import('../../types/stream.js').FramesOptions} [options]
 */
function frames(codec, options = {}) {
  validateObject(codec, 'codec')
  validateFunction(codec.createDecoder, 'codec.createDecoder')
  validateObject(options, 'options')
  return new Frames(codec.createDecoder(), options)
}

module.exports = { frames }
