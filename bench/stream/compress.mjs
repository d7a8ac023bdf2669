// 16 MB of log in chunks of 64 KB to gzip and back: against zlib's own streams.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import { log } from './log.js'

const CHUNK = 65_536
const TOTAL = 256 * CHUNK

function fixture() {
  const bytes = log(7, TOTAL)
  const cut = (whole) =>
    Array.from({ length: Math.ceil(whole.length / CHUNK) }, (_, n) => whole.subarray(n * CHUNK, (n + 1) * CHUNK))
  return { plain: cut(bytes), packed: cut(zlib.gzipSync(bytes)) }
}

async function through(chunks, stream) {
  let length = 0
  await pipeline(Readable.from(chunks), stream, async (source) => {
    for await (const part of source) length += part.length
  })
  return length
}

const peer = 'node:zlib'
const rows = [1, 6, 9].map((level) => ({ name: `gzip, level ${level}`, level, atLeast: { [peer]: 1 } }))

export default {
  title: 'gzip and gunzip of 16 MB of log in chunks of 64 KB as streams',
  unit: 'MB/s',
  better: 'higher',
  rounds: 5,
  params: { bytes: TOTAL },
  rows: [...rows, { name: 'gunzip', atLeast: { [peer]: 1 } }],
  fixture,
  contenders: {
    ironloop: {
      setup: async (_, chunks) => ({ chunks, api: await import('ironloop/stream') }),
      run: ({ chunks, api }, { level }) =>
        level === undefined
          ? through(chunks.packed, api.decompress('gzip'))
          : through(chunks.plain, api.compress('gzip', level)),
      // Sizes of what is compressed differ: what comes back must not.
      answer: ({ chunks, api }) => through(chunks.packed, api.decompress('gzip')),
    },
    [peer]: {
      setup: async (_, chunks) => ({ chunks }),
      run: ({ chunks }, { level }) =>
        level === undefined
          ? through(chunks.packed, zlib.createGunzip())
          : through(chunks.plain, zlib.createGzip({ level })),
      answer: ({ chunks }) => through(chunks.packed, zlib.createGunzip()),
    },
  },
}
