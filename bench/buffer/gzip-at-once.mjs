// A burst of large Buffers to compress while the loop has other things to do: 64 of 1 MB, as a server that packs its
// answers. Beside the time, the longest time in which the loop did not turn.
import zlib from 'node:zlib'

import { random } from '../harness/random.js'

const MIB = 2 ** 20

function fixture({ count }) {
  const next = random(9)
  return Array.from({ length: count }, () => {
    const bytes = Buffer.allocUnsafe(MIB)
    for (let at = 0; at < MIB; at += 64) {
      const line = `${Math.floor(next() * 1e9)} GET /api/items/${Math.floor(next() * 1e4)} 200 and some text that does not change`
      bytes.write(line.slice(0, 63).padEnd(63), at, 'latin1')
      bytes[at + 63] = 10
    }
    return bytes
  })
}

/** The longest time between two turns of the loop while `work` runs, in ms. */
async function longestBlock(work) {
  let longest = 0
  let last = performance.now()
  let running = true
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  running = false
  turn()
  return longest
}

const packed = (gzip, blobs) => Promise.all(blobs.map((blob) => gzip(blob)))

async function measure({ blobs, gzip, whole }, { what }) {
  const work = whole ? () => whole(blobs) : () => packed(gzip, blobs)
  if (what === 'block') return longestBlock(work)
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function answer({ blobs, gzip, whole }) {
  const results = whole ? [await whole(blobs.slice(0, 2))] : await packed(gzip, blobs.slice(0, 2))
  return Buffer.concat(results.map((one) => zlib.gunzipSync(one))).equals(Buffer.concat(blobs.slice(0, 2)))
}

const nodes = (blob) =>
  new Promise((resolve, reject) => zlib.gzip(blob, (error, out) => (error ? reject(error) : resolve(out))))

export default {
  title: 'gzip of 64 Buffers of 1 MB at once, and of one of 64 MB: time, and the longest block of the loop',
  unit: 'ms',
  better: 'lower',
  rounds: 3,
  warmup: false,
  rows: [
    { name: '64 of 1 MB: time', what: 'time', count: 64, atLeast: { 'node:zlib': 2.5 }, slow: true },
    { name: '64 of 1 MB: longest block', what: 'block', count: 64, atLeast: { 'node:zlib': 4 }, slow: true },
    { name: '8 of 1 MB: time', what: 'time', count: 8 },
    { name: 'one of 16 MB, gzipParallel: time', what: 'time', count: 16, parallel: true, slow: true },
  ],
  fixture,
  contenders: {
    ironloop: {
      async setup({ parallel }, blobs) {
        const { gzipParallel, promises } = (await import('ironloop/buffer')).default
        return { blobs, gzip: promises.gzip, whole: parallel && ((all) => gzipParallel(Buffer.concat(all))) }
      },
      measure,
      answer,
    },
    'node:zlib': {
      setup: ({ parallel }, blobs) => ({ blobs, gzip: nodes, whole: parallel && ((all) => nodes(Buffer.concat(all))) }),
      measure,
      answer,
    },
  },
}
