'use strict'

const { abortError, codes } = require('../internal/errors.js')

/**
 * Until a connection drains; rejects if it closes before, or when the signal fires.
 * @param {import('./connection.js').FramedConnection} connection
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
function drained(connection, signal) {
  return new Promise((resolve, reject) => {
    const done = () => settle(resolve)
    const closed = () => settle(reject, connection.error ?? new codes.ERR_STREAM_PREMATURE_CLOSE())
    const aborted = () => settle(reject, abortError(signal?.reason))
    /**
     * @param {Function} how
     * @param {unknown} [value]
     */
    const settle = (how, value) => {
      connection.off('drain', done)
      connection.off('close', closed)
      signal?.removeEventListener('abort', aborted)
      how(value)
    }
    connection.on('drain', done)
    connection.on('close', closed)
    signal?.addEventListener('abort', aborted)
  })
}

module.exports = { drained }
