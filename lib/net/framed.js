'use strict'

const { codes } = require('../internal/errors.js')
const { validateBoolean, validateFunction, validateObject } = require('../internal/validators.js')
const { FramedConnection } = require('./connection.js')

/** @typedef {import('node:net').Socket} Socket */

/**
 * @param {unknown} socket
 * @param {import('../../types/stream.js').Codec<any, any>} codec
 * @param {{ allowHalfOpen?: boolean }} [options]
 */
function framed(socket, codec, options = {}) {
  if (!isDuplex(socket)) throw new codes.ERR_INVALID_ARG_TYPE('socket', 'Socket', socket)
  validateCodec(codec)
  validateObject(options, 'options')
  if (options.allowHalfOpen !== undefined) validateBoolean(options.allowHalfOpen, 'options.allowHalfOpen')
  return new FramedConnection(/** @type {Socket} */ (socket), codec, options)
}

/** @param {any} socket */
function isDuplex(socket) {
  return typeof socket?.write === 'function' && typeof socket.pause === 'function' && typeof socket.on === 'function'
}

/** @param {any} codec */
function validateCodec(codec) {
  validateObject(codec, 'codec')
  validateFunction(/** @type {any} */ (codec).createDecoder, 'codec.createDecoder')
  validateFunction(/** @type {any} */ (codec).encode, 'codec.encode')
}

module.exports = { framed, validateCodec }
