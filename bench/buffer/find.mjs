// One needle: where Node's search flies, where it stumbles, and where it falls.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { randomBytes } from '../harness/random.js'

const MIB = 2 ** 20

const rows = [
  { name: 'a rare word at the end, source', data: 'source', needle: 'ZQXJ_rare', atLeast: { 'Buffer.indexOf': 0.77 } },
  { name: 'random bytes', data: 'random', needle: 'ZQXJ_rare', atLeast: { 'Buffer.indexOf': 0.77 } },
  { name: 'a common beginning, source', data: 'source', needle: 'function ZQ', atLeast: { 'Buffer.indexOf': 5 } },
  {
    name: 'a common beginning, log',
    data: 'log',
    needle: '2024-01-01T00:00:00Z ERROR',
    atLeast: { 'Buffer.indexOf': 5 },
  },
  { name: 'b and many a, which Node skips by whole needles', data: 'a', needle: `b${'a'.repeat(200)}` },
  { name: 'adversarial: many a and b', data: 'a', needle: `${'a'.repeat(200)}b`, atLeast: { 'Buffer.indexOf': 30 } },
  {
    name: 'adversarial: b amid many a',
    data: 'a',
    needle: `${'a'.repeat(100)}b${'a'.repeat(100)}`,
    atLeast: { 'Buffer.indexOf': 30 },
  },
  {
    name: 'adversarial: a long period',
    data: 'period',
    needle: `${'ab'.repeat(100)}c`,
    atLeast: { 'Buffer.indexOf': 30 },
  },
  { name: 'all boundaries, multipart', data: 'multipart', needle: '\r\n--frontier', all: true },
  { name: 'a short line', data: 'short', needle: 'end of', bytes: 100, atLeast: { 'Buffer.indexOf': 0.77 } },
]

function sourceText() {
  const require = createRequire(import.meta.url)
  const text = readFileSync(require.resolve('typescript/lib/typescript.js'))
  return Buffer.from(text.subarray(text.length >> 1, (text.length >> 1) + MIB))
}

const makers = {
  source: () => sourceText(),
  random: () => randomBytes(MIB, 3),
  log: () => Buffer.alloc(MIB, '2024-01-01T00:00:00Z INFO a request was answered\n'),
  a: () => Buffer.alloc(MIB, 'a'),
  period: () => Buffer.alloc(MIB, 'ab'),
  multipart: () =>
    Buffer.alloc(MIB, `\r\n--frontier\r\nContent-Type: text/plain\r\n\r\n${'some text in a part, '.repeat(100)}`),
  short: () => Buffer.alloc(100, 'some words and then the end of it'),
}

function fixture({ all, data, needle }) {
  const bytes = makers[data]()
  if (!all && data !== 'short') Buffer.from(needle).copy(bytes, bytes.length - needle.length)
  return { bytes, needle: Buffer.from(needle), all }
}

function indexOf({ all, bytes, needle }) {
  if (!all) return bytes.indexOf(needle)
  const found = []
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) found.push(at)
  return found
}

export default {
  title: 'one needle in 1 MB: find and findAll against Buffer.indexOf and streamsearch',
  unit: 'MB/s',
  better: 'higher',
  rows: rows.map((row) => ({ bytes: MIB, ...row })),
  fixture,
  contenders: {
    ironloop: {
      async setup(_, state) {
        const { Finder } = await import('ironloop/buffer')
        return { ...state, finder: new Finder(state.needle) }
      },
      run: ({ all, bytes, finder }) => (all ? finder.findAll(bytes) : finder.find(bytes)),
      answer: ({ all, bytes, finder }) => (all ? [...finder.findAll(bytes)] : finder.find(bytes)),
    },
    'Buffer.indexOf': { run: indexOf },
    streamsearch: {
      absent: ({ data }) => (data === 'short' ? 'is for streams' : undefined),
      async setup(_, state) {
        const { default: StreamSearch } = await import('streamsearch')
        return { ...state, StreamSearch }
      },
      run: streamsearch,
      answer: (state) => (state.all ? streamsearch(state) : streamsearch(state)[0]),
    },
  },
}

function streamsearch({ StreamSearch, bytes, needle }) {
  const found = []
  let before = 0
  const search = new StreamSearch(needle, (isMatch, data, start, end) => {
    if (data) before += end - start
    if (isMatch) {
      found.push(before)
      before += needle.length
    }
  })
  search.push(bytes)
  search.destroy()
  return found
}
