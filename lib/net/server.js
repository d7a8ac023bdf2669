'use strict'

const net = require('node:net')
const tls = require('node:tls')

const { validateFunction, validateObject } = require('../internal/validators.js')
const { kKeepOpen } = require('./connection.js')
const { framed, validateCodec } = require('./framed.js')

/** @typedef {import('./connection.js').FramedConnection} FramedConnection */
/** @typedef {(connection: FramedConnection) => unknown} Listener */

/**
 * @param {import('../../types/stream.js').Codec<any, any>} codec
 * @param {import('../../types/net.js').FramedServerOptions | Listener} [options]
 * @param {Listener} [listener]
 * @returns {net.Server}
 */
function createFramedServer(codec, options = {}, listener = undefined) {
  validateCodec(codec)
  if (typeof options === 'function') return createFramedServer(codec, {}, options)
  validateObject(options, 'options')
  if (listener !== undefined) validateFunction(listener, 'listener')
  const { allowHalfOpen = false, tls: secure, ...own } = options
  const opened = { noDelay: true, ...own, allowHalfOpen: true }
  const server = secure === undefined ? net.createServer(opened) : tls.createServer({ ...opened, ...secure })
  server.on(secure === undefined ? 'connection' : 'secureConnection', (socket) => {
    const connection = framed(socket, codec, { allowHalfOpen })
    server.emit('framed', connection)
    if (listener !== undefined) follow(server, connection, listener)
  })
  return server
}

/**
 * Ends a connection with the promise of whoever serves it.
 * @param {net.Server} server
 * @param {FramedConnection} connection
 * @param {Listener} listener
 */
function follow(server, connection, listener) {
  const served = listener(connection)
  if (typeof (/** @type {any} */ (served)?.then) !== 'function') return
  // Whoever returns a promise hears of errors there.
  connection.on('error', () => {})
  connection[kKeepOpen]()
  Promise.resolve(served).then(
    () => connection.end(),
    (error) => {
      const isItsOwn = error === connection.error
      // After a broken frame what was sent before still goes out.
      if (isItsOwn) connection.end()
      else connection.destroy()
      if (!server.emit('connectionError', error, connection) && !isItsOwn) throw error
    }
  )
}

module.exports = { createFramedServer }
