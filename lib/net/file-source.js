'use strict'

const fs = require('node:fs')
const { promisify } = require('node:util')

const { codes, systemError } = require('../internal/errors.js')
const { validateInteger } = require('../internal/validators.js')

const EISDIR = 21
/** Streams close what they read, at the latest when they are destroyed; a descriptor is closed by who opened it. */
const READING = {
  open: fs.open,
  read: fs.read,
  /** @param {number} _fd @param {(error: Error | null) => void} callback */
  close: (_fd, callback) => process.nextTick(callback, null),
}

/**
 * @typedef {object} FileSource
 * @property {number} fd
 * @property {number} start
 * @property {number | undefined} length of the part; undefined for what is no regular file
 * @property {(signal?: AbortSignal) => fs.ReadStream} stream
 * @property {() => Promise<void>} close when nothing reads it any more
 */

/**
 * @param {any} source
 * @param {{ start?: number, end?: number }} options
 * @returns {Promise<FileSource>}
 */
async function openSource(source, { start, end }) {
  if (start !== undefined) validateInteger(start, 'options.start', 0)
  if (end !== undefined) validateInteger(end, 'options.end', 0)
  if (start !== undefined && end !== undefined && start > end) {
    throw new codes.ERR_OUT_OF_RANGE('options.start', `<= "options.end" (here: ${end})`, start)
  }
  const { fd, stat, close } = await descriptorOf(source)
  try {
    const stats = await stat()
    if (stats.isDirectory()) throw systemError('EISDIR', EISDIR, 'read')
    const first = start ?? 0
    const length = stats.isFile() ? Math.max(0, Math.min(stats.size, (end ?? stats.size) + 1) - first) : undefined
    // A descriptor's own position counts only where there is no other.
    const range = length === undefined ? { start, end } : { start: first, end: first + Math.max(0, length - 1) }
    /** @type {fs.ReadStream | undefined} */
    let reading
    const stream = (/** @type {AbortSignal | undefined} */ signal) => {
      reading = fs.createReadStream('', { fd, fs: READING, highWaterMark: 2 ** 18, signal, ...range })
      // Whoever reads hears of errors; those of the end are nobody's.
      return reading.on('error', () => {})
    }
    return { fd, start: first, length, stream, close: () => ended(reading).then(close) }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Until a stream is not at its file any more: who closes a descriptor amid a read may have another file read.
 * @param {fs.ReadStream | undefined} reading
 */
async function ended(reading) {
  if (reading === undefined || reading.closed) return
  const closed = new Promise((resolve) => reading.once('close', () => resolve(undefined)))
  reading.destroy()
  await closed
}

/**
 * @param {any} source
 * @returns {Promise<{ fd: number, stat: () => Promise<fs.Stats>, close: () => Promise<void> }>}
 */
async function descriptorOf(source) {
  if (typeof source === 'number') {
    validateInteger(source, 'source', 0, 2 ** 31 - 1)
    return { fd: source, stat: () => promisify(fs.fstat)(source), close: async () => {} }
  }
  if (typeof source?.fd === 'number' && typeof source.stat === 'function') {
    return { fd: source.fd, stat: () => source.stat(), close: async () => {} }
  }
  if (typeof source !== 'string' && !Buffer.isBuffer(source) && !(source instanceof URL)) {
    throw new codes.ERR_INVALID_ARG_TYPE('source', ['string', 'number', 'Buffer', 'URL', 'FileHandle'], source)
  }
  const file = await fs.promises.open(source)
  return { fd: file.fd, stat: () => file.stat(), close: () => file.close() }
}

module.exports = { openSource }
