'use strict'

const { getSystemErrorName } = require('node:util')

const { abortError, codes, systemError } = require('../internal/errors.js')
const { runJob } = require('../internal/jobs.js')
const { native } = require('../internal/native.js')

/** How native code says it ended. */
const CANCELLED = 1
const FAILED = 2
/** What the kernel answers where it cannot do it for these two descriptors; 0 where there is no such call. */
const CANNOT = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'ENOTSOCK']

/** @returns {any} the raw functions; undefined where the platform has none, or there is no binding */
function raw() {
  try {
    const { net } = native().raw
    return net.sendFile === undefined ? undefined : net
  } catch {
    return undefined
  }
}

/**
 * The descriptor of a plain socket, or undefined.
 * @param {any} socket
 */
function descriptorOf(socket) {
  const fd = socket.encrypted ? undefined : socket._handle?.fd
  return fd >= 0 && raw() !== undefined ? fd : undefined
}

/**
 * Sends by native threads, for as long as it takes or until the socket closes.
 * @param {import('node:net').Socket} socket
 * @param {number} fd its descriptor
 * @param {import('./file-source.js').FileSource} source
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<number | undefined>} bytes; undefined if the kernel cannot, and nothing was sent
 */
async function transfer(socket, fd, source, signal) {
  const binding = raw()
  /** @type {any} */
  let sending
  const cancel = () => binding.sendFileCancel(sending)
  const job = runJob((port, id) => {
    sending = binding.sendFile(port, id, fd, source.fd, source.start, source.length)
  })
  const progress = keepAwake(socket, () => binding.sendFileSent(sending))
  socket.once('close', cancel)
  signal?.addEventListener('abort', cancel)
  try {
    return outcome(await job, socket, signal)
  } finally {
    clearInterval(progress)
    socket.off('close', cancel)
    signal?.removeEventListener('abort', cancel)
  }
}

/**
 * @param {Buffer} value
 * @param {import('node:net').Socket} socket
 * @param {AbortSignal | undefined} signal
 */
function outcome(value, socket, signal) {
  const sent = value.readDoubleLE(5)
  if (value[0] === CANCELLED) {
    if (signal?.aborted) throw abortError(signal.reason)
    throw socket.errored ?? new codes.ERR_STREAM_PREMATURE_CLOSE()
  }
  if (value[0] !== FAILED) return sent
  const errno = value.readInt32LE(1)
  const code = errno === 0 ? 'ENOSYS' : getSystemErrorName(-errno)
  if (sent === 0 && CANNOT.includes(code)) return undefined
  throw systemError(code, errno, 'sendfile')
}

/**
 * A socket's timeout sees its own writes only: as long as bytes go out, it is put off.
 * @param {import('node:net').Socket} socket
 * @param {() => number} sentSoFar
 */
function keepAwake(socket, sentSoFar) {
  const { timeout } = socket
  if (!timeout) return undefined
  let before = 0
  const look = () => {
    const sent = sentSoFar()
    if (sent > before) socket.setTimeout(timeout)
    before = sent
  }
  return setInterval(look, Math.max(1, timeout / 3)).unref()
}

module.exports = { descriptorOf, transfer }
