'use strict'

// A reference: what a ring in a SharedArrayBuffer does for exactly one sender and one receiver that blocks while it
// waits. Records are { length u32, bytes }, padded to 4; a length of WRAP says that the next one is at the start.

const RING_BYTES = 4 << 20
const WRAP = 0xffffffff
const [WRITTEN, READ, READER_WAITS, WRITER_WAITS, WORDS] = [0, 1, 2, 3, 4]

const padded = (/** @type {number} */ length) => (length + 7) & ~3

/** How values become bytes. @type {Record<string, { write: (b: Buffer, at: number, v: any) => number, read: any }>} */
const codecs = {
  number: {
    write: (bytes, at, value) => bytes.writeDoubleLE(value, at) - at,
    read: (/** @type {Buffer} */ bytes, /** @type {number} */ at) => bytes.readDoubleLE(at),
  },
  string: {
    write: (bytes, at, value) => bytes.write(value, at, 'latin1'),
    read: (/** @type {any} */ bytes, /** @type {number} */ at, /** @type {number} */ end) => bytes.latin1Slice(at, end),
  },
  object: {
    write: (bytes, at, value) => bytes.write(JSON.stringify(value), at, 'utf8'),
    read: (/** @type {any} */ bytes, /** @type {number} */ at, /** @type {number} */ end) =>
      JSON.parse(bytes.utf8Slice(at, end)),
  },
  bytes: {
    write(bytes, at, value) {
      bytes.set(value, at)
      return value.length
    },
    read: (/** @type {Buffer} */ bytes, /** @type {number} */ at, /** @type {number} */ end) =>
      Buffer.from(bytes.subarray(at, end)),
  },
}

const codecOf = (/** @type {string} */ payload) => codecs[payload] ?? codecs.bytes

const makeRing = () => new SharedArrayBuffer(WORDS * 4 + RING_BYTES)

/** @param {SharedArrayBuffer} memory */
const open = (memory) => ({
  words: new Int32Array(memory, 0, WORDS),
  bytes: Buffer.from(memory, WORDS * 4, RING_BYTES),
})

/**
 * @param {SharedArrayBuffer} memory
 * @param {string} payload
 * @param {number} largest bytes of the largest value
 */
function sender(memory, payload, largest) {
  const { words, bytes } = open(memory)
  const { write } = codecOf(payload)
  const needed = padded(largest) + 8
  let at = Atomics.load(words, WRITTEN)

  /** Positions never meet: a full ring keeps `needed` bytes free. */
  function waitForRoom() {
    for (;;) {
      const read = Atomics.load(words, READ)
      const free = read > at ? read - at : RING_BYTES - at + read
      if (free > 2 * needed) return
      Atomics.store(words, WRITER_WAITS, 1)
      if (Atomics.load(words, READ) === read) Atomics.wait(words, READ, read, 100)
      Atomics.store(words, WRITER_WAITS, 0)
    }
  }

  return (/** @type {any} */ value) => {
    waitForRoom()
    if (RING_BYTES - at < needed) {
      bytes.writeUInt32LE(WRAP, at)
      at = 0
    }
    const length = write(bytes, at + 4, value)
    bytes.writeUInt32LE(length, at)
    at += padded(length)
    Atomics.store(words, WRITTEN, at)
    if (Atomics.load(words, READER_WAITS) === 1) Atomics.notify(words, WRITTEN)
  }
}

/**
 * Blocks this thread for good.
 * @param {SharedArrayBuffer} memory
 * @param {string} payload
 * @param {(value: any) => void} take
 */
function receive(memory, payload, take) {
  const { words, bytes } = open(memory)
  const { read } = codecOf(payload)
  let at = 0
  for (;;) {
    const written = Atomics.load(words, WRITTEN)
    if (written === at) {
      Atomics.store(words, READER_WAITS, 1)
      Atomics.wait(words, WRITTEN, at)
      Atomics.store(words, READER_WAITS, 0)
      continue
    }
    const length = bytes.readUInt32LE(at)
    if (length === WRAP) at = 0
    else {
      take(read(bytes, at + 4, at + 4 + length))
      at += padded(length)
    }
    Atomics.store(words, READ, at)
    if (Atomics.load(words, WRITER_WAITS) === 1) Atomics.notify(words, READ)
  }
}

module.exports = { makeRing, receive, sender }
