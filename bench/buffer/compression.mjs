// gzip, zlib and LZ4 of whole Buffers: a log, and source text.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import zlib from 'node:zlib'

import { random } from '../harness/random.js'

const size = (bytes) => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : `${bytes / 1024} KB`)

const rows = [
  ...['log', 'source'].flatMap((data) =>
    [65_536, 2 ** 20].map((bytes) => ({ task: 'gunzip', data, bytes, atLeast: { 'node:zlib': 2.5 } }))
  ),
  { task: 'gunzip', data: 'log', bytes: 1024 },
  { task: 'inflate', data: 'log', bytes: 2 ** 20, atLeast: { 'node:zlib': 2.5 } },
  ...[65_536, 2 ** 20].map((bytes) => ({ task: 'gzip', data: 'log', bytes })),
  { task: 'gzip', data: 'source', bytes: 2 ** 20 },
  ...[65_536, 2 ** 20].flatMap((bytes) => ['lz4', 'unlz4'].map((task) => ({ task, data: 'log', bytes }))),
].map((row) => ({ ...row, name: `${row.task}, ${row.data}, ${size(row.bytes)}` }))

/** A log whose lines differ, as logs do. */
function log(length) {
  const next = random(9)
  let text = ''
  while (text.length < length) {
    const number = Math.floor(next() * 1e6)
    text += `2024-03-01T12:${10 + (number % 50)}:00Z GET /api/items/${number} 200 ${number % 977} ms agent-${number % 31}\n`
  }
  return Buffer.from(text.slice(0, length))
}

function source(length) {
  const require = createRequire(import.meta.url)
  return readFileSync(require.resolve('typescript/lib/typescript.js')).subarray(3_000_000, 3_000_000 + length)
}

async function fixture({ bytes, data, task }) {
  const plain = data === 'log' ? log(bytes) : source(bytes)
  if (task === 'gunzip') return { plain, input: zlib.gzipSync(plain) }
  if (task === 'inflate') return { plain, input: zlib.deflateSync(plain) }
  if (task === 'unlz4') return { plain, input: (await import('lz4-napi')).default.compressSync(plain) }
  return { plain, input: plain }
}

const isLz4 = ({ task }) => task.endsWith('lz4')
const ours = (api) => ({ ...api, lz4: api.lz4.compressBlock, unlz4: api.lz4.decompressBlock })

/** What packs must give the input back when Node or the peer unpacks it. */
const proof = (undo) => (state) =>
  state.undoes ? undo(state).equals(state.plain) : state.task(state.input).equals(state.plain)

export default {
  title: 'compressing and decompressing whole Buffers: against zlib and lz4-napi',
  unit: 'MB/s',
  better: 'higher',
  rows,
  fixture,
  contenders: {
    ironloop: {
      async setup({ task }, state) {
        const api = (await import('ironloop/buffer')).default
        const undo = task === 'gzip' ? zlib.gunzipSync : (await import('lz4-napi')).default.uncompressSync
        return { ...state, task: ours(api)[task], undoes: task === 'gzip' || task === 'lz4', undo }
      },
      run: ({ input, task }) => task(input),
      answer: proof(({ input, task, undo }) => undo(task(input))),
    },
    'node:zlib': {
      absent: (params) => (isLz4(params) ? 'has no LZ4' : undefined),
      setup: ({ task }, state) => ({ ...state, task: zlib[`${task}Sync`], undoes: task === 'gzip' }),
      run: ({ input, task }) => task(input),
      answer: proof(({ input, task }) => zlib.gunzipSync(task(input))),
    },
    'lz4-napi': {
      absent: (params) => (isLz4(params) ? undefined : 'has LZ4 only'),
      async setup({ task }, state) {
        const api = (await import('lz4-napi')).default
        return {
          ...state,
          task: task === 'lz4' ? api.compressSync : api.uncompressSync,
          undoes: task === 'lz4',
          undo: api.uncompressSync,
        }
      },
      run: ({ input, task }) => task(input),
      answer: proof(({ input, task, undo }) => undo(task(input))),
    },
  },
}
