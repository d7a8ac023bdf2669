// Work on 64 KB blobs off the main thread: our native jobs, against a pool of workers that run what is best there.
import os from 'node:os'

import { random } from '../harness/random.js'

const BLOB = 65_536
const COUNT = 64

const rows = [
  { name: 'SHA-256', task: 'sha256', peer: 'node:crypto' },
  { name: 'gzip', task: 'gzip', peer: 'node:zlib' },
  { name: 'BLAKE3', task: 'blake3', peer: 'hash-wasm' },
]

function fixture() {
  const next = random(17)
  return Array.from({ length: COUNT }, () => {
    let text = ''
    while (text.length < BLOB)
      text += `${Math.floor(next() * 1e9)} GET /api/items/${Math.floor(next() * 1e4)} 200 12 ms\n`
    return Buffer.from(text.slice(0, BLOB))
  })
}

const threads = os.availableParallelism()
const all = ({ blobs, work }) => Promise.all(blobs.map((blob) => work(blob)))

export default {
  title: '64 blobs of 64 KB hashed and compressed off the main thread: native jobs against piscina',
  unit: 'MB/s',
  better: 'higher',
  params: { bytes: BLOB * COUNT },
  rows,
  fixture,
  contenders: {
    ironloop: {
      async setup({ task }, blobs) {
        const { promises } = (await import('ironloop/buffer')).default
        return { blobs, work: promises[task] }
      },
      run: all,
      answer: async (state, { task }) => {
        const results = await all(state)
        if (task !== 'gzip') return results
        const zlib = await import('node:zlib')
        return results.every((one, n) => zlib.gunzipSync(one).equals(state.blobs[n]))
      },
    },
    piscina: {
      async setup({ task }, blobs) {
        const { Piscina } = await import('piscina')
        const pool = new Piscina({
          filename: new URL('./jobs.worker.mjs', import.meta.url).href,
          minThreads: threads,
          maxThreads: threads,
        })
        return { blobs, pool, work: (blob) => pool.run(blob, { name: task }) }
      },
      run: all,
      answer: async (state, { task }) => {
        const results = await all(state)
        if (task !== 'gzip') return results
        const zlib = await import('node:zlib')
        return results.every((one, n) => zlib.gunzipSync(one).equals(state.blobs[n]))
      },
      teardown: ({ pool }) => pool.destroy(),
    },
  },
}
