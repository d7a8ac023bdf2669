// Lines of 16 MB that come in chunks of 64 KB from a Readable, as from a file or a socket.
import { Readable } from 'node:stream'
import { log } from './log.js'

const CHUNK = 65_536
const TOTAL = 256 * CHUNK

function fixture() {
  const bytes = log(11, TOTAL)
  return Array.from({ length: TOTAL / CHUNK }, (_, n) => bytes.subarray(n * CHUNK, (n + 1) * CHUNK))
}

const load = async (_, chunks) => ({
  chunks,
  lines: (await import('ironloop/stream')).lines,
  split2: (await import('split2')).default,
  readline: await import('node:readline'),
})

/** Characters and lines: every line has been a string. */
async function countLines(lines) {
  let [count, characters] = [0, 0]
  for await (const line of lines) {
    count++
    characters += line.length
  }
  return [count, characters]
}

export default {
  title: 'lines of 16 MB as strings from a stream: against split2 and readline',
  unit: 'MB/s',
  better: 'higher',
  params: { bytes: TOTAL },
  rounds: 5,
  rows: [
    { name: 'arrays of lines', batch: true, atLeast: { split2: 8, 'node:readline': 8 } },
    { name: 'line by line', batch: false, atLeast: { split2: 1 } },
  ],
  fixture,
  contenders: {
    ironloop: {
      setup: load,
      async run({ chunks, lines }, { batch }) {
        const stream = Readable.from(chunks).pipe(lines({ batch }))
        if (!batch) return countLines(stream)
        let [count, characters] = [0, 0]
        for await (const some of stream) {
          count += some.length
          for (const line of some) characters += line.length
        }
        return [count, characters]
      },
    },
    split2: {
      setup: load,
      run: ({ chunks, split2 }) => countLines(Readable.from(chunks).pipe(split2())),
    },
    'node:readline': {
      setup: load,
      run: ({ chunks, readline }) =>
        countLines(readline.createInterface({ input: Readable.from(chunks), crlfDelay: Number.POSITIVE_INFINITY })),
    },
  },
}
