// Checksums and hashes of whole Buffers, and of 64 KB pieces.
import zlib from 'node:zlib'

import { randomBytes } from '../harness/random.js'

const size = (bytes) =>
  bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : bytes >= 1024 ? `${bytes / 1024} KB` : `${bytes} bytes`

const bars = {
  crc32: { 'node:zlib': 10, '@node-rs/crc32': 2.5 },
  crc32c: { '@node-rs/crc32': 2.5 },
  xxh3: { 'hash-wasm': 3 },
  xxh64: { 'xxhash-wasm': 1.5 },
  blake3: { 'hash-wasm': 8 },
}

const rows = [
  ...Object.entries(bars).flatMap(([task, atLeast]) =>
    [32, 1024, 65_536, 2 ** 20].map((bytes) => ({
      name: `${task}, ${size(bytes)}`,
      task,
      bytes,
      ...(bytes >= 65_536 ? { atLeast } : {}),
    }))
  ),
  { name: 'xxh3 in pieces of 64 KB, 1 MB', task: 'xxh3', pieces: true, bytes: 2 ** 20 },
  {
    name: 'blake3 in pieces of 64 KB, 1 MB',
    task: 'blake3',
    pieces: true,
    bytes: 2 ** 20,
    atLeast: { 'hash-wasm': 8 },
  },
  { name: 'blake3 by all threads, 64 MB', task: 'threads', bytes: 2 ** 26, slow: true, atLeast: { 'hash-wasm': 8 } },
]

const PIECE = 65_536

function inPieces(hash, bytes) {
  for (let at = 0; at < bytes.length; at += PIECE) hash.update(bytes.subarray(at, at + PIECE))
  return hash.digest('hex')
}

const hex = (value, digits) => value.toString(16).padStart(digits, '0')

const ours = {
  crc32: ({ crc32 }, bytes) => crc32(bytes),
  crc32c: ({ crc32c }, bytes) => crc32c(bytes),
  xxh3: ({ xxh3 }, bytes) => xxh3(bytes),
  xxh64: ({ xxh64 }, bytes) => xxh64(bytes),
  blake3: ({ blake3 }, bytes) => blake3(bytes),
  threads: ({ promises }, bytes) => promises.blake3(bytes),
}

async function wasm(task, pieces) {
  const api = (await import('hash-wasm')).default
  const hash = await { blake3: api.createBLAKE3, threads: api.createBLAKE3, xxh3: api.createXXHash3 }[task]()
  return pieces ? (bytes) => inPieces(hash.init(), bytes) : (bytes) => hash.init().update(bytes).digest('hex')
}

const text = (value, { task }) =>
  (task === 'xxh3' || task === 'xxh64') && typeof value === 'bigint' ? hex(value, 16) : value

export default {
  title: 'checksums and hashes: against zlib, @node-rs/crc32, xxhash-wasm and hash-wasm',
  unit: 'MB/s',
  better: 'higher',
  rows,
  fixture: ({ bytes }) => randomBytes(bytes, 6),
  contenders: {
    ironloop: {
      async setup({ pieces, task }, bytes) {
        const api = (await import('ironloop/buffer')).default
        if (pieces) return { bytes, hash: () => inPieces(api.createHash(task), bytes) }
        return { bytes, hash: () => ours[task](api, bytes) }
      },
      run: ({ hash }) => hash(),
      answer: async ({ hash }, params) => text(await hash(), params),
    },
    'node:zlib': {
      absent: ({ task }) => {
        if (task !== 'crc32') return 'has CRC-32 only'
        return zlib.crc32 ? undefined : 'has no crc32() before Node 22'
      },
      run: (bytes) => zlib.crc32(bytes),
    },
    '@node-rs/crc32': {
      absent: ({ task }) => (task.startsWith('crc') ? undefined : 'has checksums only'),
      setup: async ({ task }, bytes) => ({ bytes, checksum: (await import('@node-rs/crc32')).default[task] }),
      run: ({ bytes, checksum }) => checksum(bytes),
    },
    'xxhash-wasm': {
      absent: ({ task }) => (task === 'xxh64' ? undefined : 'has XXH32 and XXH64 only'),
      setup: async (_, bytes) => ({ bytes, api: await (await import('xxhash-wasm')).default() }),
      run: ({ api, bytes }) => api.h64Raw(bytes),
      answer: ({ api, bytes }) => hex(api.h64Raw(bytes), 16),
    },
    'hash-wasm': {
      absent: ({ task }) => (['blake3', 'threads', 'xxh3'].includes(task) ? undefined : 'others are quicker'),
      setup: async ({ pieces, task }, bytes) => ({ bytes, hash: await wasm(task, pieces) }),
      run: ({ bytes, hash }) => hash(bytes),
    },
  },
}
