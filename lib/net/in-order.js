'use strict'

// Work that has its place among a socket's writes: it begins when all that was written before has gone out, and what is
// written later waits for it. An empty chunk of its own stands for it in the socket's queue, so end(), destroy() and
// backpressure are those of the socket.

/** @typedef {(error?: Error | null) => void} Callback */
/** @typedef {(write: (chunk: Buffer) => Promise<void>) => Promise<void>} Work is given a way to write in its place */
/** @typedef {{ chunk: any, encoding: BufferEncoding }} Queued */

/** By socket and empty chunk. @type {WeakMap<object, Map<unknown, Work>>} */
const places = new WeakMap()

/**
 * @param {any} socket
 * @param {Work} work what it rejects with destroys the socket
 * @returns {Promise<void>}
 */
function inOrder(socket, work) {
  const place = Buffer.alloc(0)
  const works = places.get(socket) ?? install(socket)
  works.set(place, work)
  return new Promise((resolve, reject) => {
    socket.write(place, (/** @type {Error | null | undefined} */ error) => {
      works.delete(place)
      if (error) reject(error)
      else resolve()
    })
  })
}

/** @param {any} socket */
function install(socket) {
  /** @type {Map<unknown, Work>} */
  const works = new Map()
  places.set(socket, works)
  const { _write: write, _writev: writev } = socket
  /** @param {Queued[]} some @param {Callback} callback */
  const writeSome = (some, callback) => {
    if (some.length === 0) callback()
    else if (some.length === 1) write.call(socket, some[0].chunk, some[0].encoding, callback)
    else writev.call(socket, some, callback)
  }
  /** @param {Work} work @param {Callback} callback */
  const run = (work, callback) => {
    const one = (/** @type {Buffer} */ chunk) =>
      new Promise((resolve, reject) => {
        write.call(socket, chunk, 'buffer', (/** @type {Error | null} */ error) =>
          error ? reject(error) : resolve(undefined)
        )
      })
    connected(socket)
      .then(() => work(/** @type {any} */ (one)))
      .then(() => callback(), callback)
  }
  /** @param {Queued[]} chunks @param {Callback} callback */
  const writeAll = (chunks, callback) => {
    const at = chunks.findIndex(({ chunk }) => works.has(chunk))
    if (at === -1) return writeSome(chunks, callback)
    const work = /** @type {Work} */ (works.get(chunks[at].chunk))
    writeSome(part(chunks, 0, at), (error) => {
      if (error) return callback(error)
      run(work, (failure) => (failure ? callback(failure) : writeAll(part(chunks, at + 1), callback)))
    })
  }
  socket._write = (
    /** @type {any} */ chunk,
    /** @type {BufferEncoding} */ encoding,
    /** @type {Callback} */ callback
  ) => {
    const work = works.get(chunk)
    if (work === undefined) write.call(socket, chunk, encoding, callback)
    else run(work, callback)
  }
  socket._writev = writeAll
  return works
}

/**
 * @param {any} chunks
 * @param {number} start
 * @param {number} [end]
 */
function part(chunks, start, end) {
  const some = chunks.slice(start, end)
  // Node's sockets read from it whether there are strings.
  some.allBuffers = chunks.allBuffers
  return some
}

/** @param {any} socket */
function connected(socket) {
  if (!socket.connecting) return Promise.resolve()
  return new Promise((resolve) => {
    socket.once('connect', resolve)
    socket.once('close', resolve)
  })
}

module.exports = { inOrder }
