'use strict'

const net = require('node:net')
const { PassThrough } = require('node:stream')
const { pipeline } = require('node:stream/promises')

const { abortError, codes } = require('../internal/errors.js')
const { validateAbortSignal, validateObject } = require('../internal/validators.js')
const { openSource } = require('./file-source.js')
const { inOrder } = require('./in-order.js')
const { descriptorOf, transfer } = require('./native-transfer.js')

/** @typedef {import('./file-source.js').FileSource} FileSource */

/**
 * @param {any} target
 * @param {any} file
 * @param {{ start?: number, end?: number, signal?: AbortSignal }} [options]
 * @returns {Promise<number>}
 */
async function sendFile(target, file, options = {}) {
  if (typeof target?.write !== 'function' || typeof target.on !== 'function') {
    throw new codes.ERR_INVALID_ARG_TYPE('target', ['Socket', 'ServerResponse', 'Writable'], target)
  }
  validateObject(options, 'options')
  const { signal } = options
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw abortError(signal.reason)
  if (target.destroyed || target.writableEnded) throw new codes.ERR_STREAM_PREMATURE_CLOSE()
  const opening = openSource(file, options)
  // A socket's place for it is taken now: what is written from here on follows.
  if (target instanceof net.Socket) return sendOver(target, opening, signal)
  const source = await opening
  try {
    if (signal?.aborted) throw abortError(signal.reason)
    if (target.destroyed || target.writableEnded) throw new codes.ERR_STREAM_PREMATURE_CLOSE()
    if (typeof target.writeHead === 'function') return await respond(target, source, signal)
    return await pump(target, source, signal)
  } finally {
    await source.close()
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {FileSource} source
 * @param {AbortSignal | undefined} signal
 */
async function respond(response, source, signal) {
  const isBare = response.req?.method === 'HEAD'
  const isWithout = response.statusCode === 204 || response.statusCode === 304
  const { length } = source
  if (!response.headersSent && length !== undefined && !isWithout && !hasLength(response)) {
    response.setHeader('Content-Length', length)
  }
  if (isBare || isWithout || length === 0) {
    response.end()
    return 0
  }
  if (!goesStraight(response, length))
    return pump(response, source, signal, (sent) => refuseMissing(response, length, sent))
  response.flushHeaders()
  const sent = await sendOver(/** @type {net.Socket} */ (response.socket), Promise.resolve(source), signal)
  try {
    refuseMissing(response, length, sent)
  } catch (error) {
    response.destroy()
    throw error
  }
  response.end()
  return sent
}

/**
 * What is missing of a length that was told would be taken from the next response.
 * @param {import('node:http').ServerResponse} response
 * @param {number | undefined} length
 * @param {number} sent
 */
function refuseMissing(response, length, sent) {
  if (length === undefined || sent >= length || response.chunkedEncoding) return
  throw new codes.ERR_HTTP_CONTENT_LENGTH_MISMATCH(sent, length)
}

/** @param {import('node:http').ServerResponse} response */
function hasLength(response) {
  return response.hasHeader('content-length') || response.hasHeader('transfer-encoding')
}

/**
 * Whether a body's bytes go to the socket as they are: it is the response's turn on it, and there are no chunks.
 * @param {any} response
 * @param {number | undefined} length
 */
function goesStraight(response, length) {
  const { socket } = response
  if (
    length === undefined ||
    !(socket instanceof net.Socket) ||
    /** @type {any} */ (socket)._httpMessage !== response
  ) {
    return false
  }
  if (response.strictContentLength || response.outputData?.length > 0) return false
  if (response.headersSent) return response.chunkedEncoding === false
  return !response.hasHeader('transfer-encoding') && Number(response.getHeader('content-length')) === length
}

/**
 * In its place among the socket's writes.
 * @param {net.Socket} socket
 * @param {Promise<FileSource>} opening
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<number>}
 */
async function sendOver(socket, opening, signal) {
  let sent = 0
  /** Of which the socket is not to hear. @type {unknown} */
  let failure
  try {
    await inOrder(socket, async (write) => {
      /** @type {FileSource | undefined} */
      let source
      try {
        source = await opening
        signal?.throwIfAborted()
      } catch (error) {
        // Nothing of it has gone out, so the socket is as good as before.
        failure = error
      }
      if (source === undefined || failure !== undefined || source.length === 0) return
      if (socket.destroyed) throw gone(socket)
      try {
        sent = await sendNow(socket, source, signal, write)
      } catch (error) {
        if (!signal?.aborted) throw error
        failure = error
        socket.destroy()
      }
    })
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    throw code === 'ERR_STREAM_DESTROYED' ? gone(socket) : error
  } finally {
    await opening.then(
      (source) => source.close(),
      () => {}
    )
  }
  if (failure === undefined) return sent
  throw signal?.aborted ? abortError(signal.reason) : failure
}

/**
 * @param {net.Socket} socket
 * @param {FileSource} source
 * @param {AbortSignal | undefined} signal
 * @param {(chunk: Buffer) => Promise<void>} write
 */
async function sendNow(socket, source, signal, write) {
  const fd = source.length === undefined ? undefined : descriptorOf(socket)
  const sent = fd === undefined ? undefined : await transfer(socket, fd, source, signal)
  return sent ?? writeAll(socket, source, signal, write)
}

/**
 * @param {net.Socket} socket
 * @param {FileSource} source
 * @param {AbortSignal | undefined} signal
 * @param {(chunk: Buffer) => Promise<void>} write
 */
async function writeAll(socket, source, signal, write) {
  let sent = 0
  for await (const chunk of source.stream(signal)) {
    if (socket.destroyed) throw gone(socket)
    await write(chunk)
    sent += chunk.length
  }
  return sent
}

/** @param {net.Socket} socket */
function gone(socket) {
  return socket.errored ?? new codes.ERR_STREAM_PREMATURE_CLOSE()
}

/**
 * By streams, where the bytes have to pass through this process anyway.
 * @param {import('node:stream').Writable} target
 * @param {FileSource} source
 * @param {AbortSignal | undefined} signal
 * @param {(sent: number) => void} [check] before the target is ended, which it is not without
 */
async function pump(target, source, signal, check) {
  if (source.length === 0) return 0
  const stream = source.stream()
  if (check === undefined) await pipeline(stream, target, { signal, end: false })
  else
    await pipeline(
      stream,
      checked(() => check(stream.bytesRead)),
      target,
      { signal }
    )
  return stream.bytesRead
}

/**
 * Passes all on, and fails at the end where `check` throws.
 * @param {() => void} check
 */
function checked(check) {
  return new PassThrough({
    highWaterMark: 2 ** 18,
    flush(callback) {
      try {
        check()
        callback()
      } catch (error) {
        callback(/** @type {Error} */ (error))
      }
    },
  })
}

module.exports = { sendFile }
