// How long compressed Buffers are: what the speeds of gzip are worth.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'

import { random } from '../harness/random.js'

const MIB = 2 ** 20
const require = createRequire(import.meta.url)
const typescript = (file) => readFileSync(require.resolve(`typescript/lib/${file}`))

/** Records as an API gives them. */
function json() {
  const next = random(7)
  const whole = (most) => Math.floor(next() * most)
  const items = Array.from({ length: 6000 }, (_, id) => ({
    id,
    name: `item ${whole(1e6)}`,
    price: whole(1e5) / 100,
    tags: ['new', 'sale', 'used', 'gift'].slice(whole(4)),
    stock: { here: whole(50), elsewhere: whole(500) },
  }))
  return Buffer.from(JSON.stringify(items))
}

function log() {
  const next = random(9)
  let text = ''
  while (text.length < MIB) {
    const number = Math.floor(next() * 1e6)
    text += `2024-03-01T12:${10 + (number % 50)}:00Z GET /api/items/${number} 200 ${number % 977} ms agent-${number % 31}\n`
  }
  return Buffer.from(text)
}

const DATA = {
  json,
  log,
  'machine code': () => readFileSync(process.execPath).subarray(4 * MIB, 6 * MIB),
  'source, 1 MB': () => typescript('typescript.js').subarray(3 * MIB, 4 * MIB),
  'source, 16 KB': () => typescript('typescript.js').subarray(MIB, MIB + 16_384),
  'type declarations': () => typescript('lib.dom.d.ts').subarray(0, MIB),
}

const all = () => Object.values(DATA).map((make) => make())

export default {
  title: 'the length of what gzip makes of whole Buffers, at the default level',
  unit: 'bytes',
  better: 'lower',
  rounds: 1,
  warmup: false,
  rows: [...Object.keys(DATA).map((name) => ({ name })), { name: 'all together', atLeast: { 'node:zlib': 1 } }],
  fixture: ({ name }) => (name in DATA ? [DATA[name]()] : all()),
  contenders: {
    ironloop: {
      setup: async (_params, buffers) => ({ buffers, gzip: (await import('ironloop/buffer')).default.gzip }),
      measure: ({ buffers, gzip }) => buffers.reduce((bytes, one) => bytes + gzip(one).length, 0),
    },
    'node:zlib': {
      setup: (_params, buffers) => buffers,
      measure: (buffers) => buffers.reduce((bytes, one) => bytes + gzipSync(one).length, 0),
    },
  },
}
