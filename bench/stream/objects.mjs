// Objects through a chain of three streams: in arrays of 256, and each by itself.
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const COUNT = 100_000

function fixture() {
  const lines = Array.from({ length: COUNT }, (_, id) => `{"id":${id},"name":"item ${id}","price":${id % 1000}}`)
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  return Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, n) =>
    bytes.subarray(n * 65_536, (n + 1) * 65_536)
  )
}

const each = (make) =>
  new Transform({
    objectMode: true,
    transform(item, _, callback) {
      callback(null, make(item))
    },
  })

const read = (line) => ({ length: line.length, even: line.length % 2 === 0 })
const priced = (item) => ({ ...item, price: item.length * 2 })

async function total(batched, streams) {
  let sum = 0
  await pipeline(...streams, async (source) => {
    if (batched) for await (const items of source) for (const item of items) sum += item.price
    else for await (const item of source) sum += item.price
  })
  return sum
}

export default {
  title: 'objects through three streams: arrays of 256, and one by one',
  unit: 'K ops/s',
  better: 'higher',
  params: { operations: COUNT },
  rounds: 5,
  rows: [{ name: 'lines, two steps, a sum', atLeast: { 'split2, one by one': 4 } }],
  fixture,
  contenders: {
    ironloop: {
      setup: async (_, chunks) => ({ chunks, lines: (await import('ironloop/stream')).lines }),
      run: ({ chunks, lines }) =>
        total(true, [
          Readable.from(chunks),
          lines({ batch: 256 }),
          each((batch) => batch.map(read)),
          each((batch) => batch.map(priced)),
        ]),
    },
    'split2, one by one': {
      peer: 'split2',
      setup: async (_, chunks) => ({ chunks, split2: (await import('split2')).default }),
      run: ({ chunks, split2 }) => total(false, [Readable.from(chunks), split2(), each(read), each(priced)]),
    },
  },
}
