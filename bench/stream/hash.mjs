// A digest of 64 MB in chunks of 64 KB: how fast, and how much of it is this thread's time.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { randomBytes } from '../harness/random.js'

const CHUNK = 65_536
const TOTAL = 1024 * CHUNK
const TICK_MS = 10

/** Milliseconds of processor time of this thread, where the system tells them by thread. */
function threadMs() {
  const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

const rows = []
for (const algorithm of ['sha256', 'sha512']) {
  rows.push({ name: `${algorithm}, MB/s`, algorithm, atLeast: { 'node:crypto': 1 } })
  rows.push({
    name: `${algorithm}, MB per second of this thread`,
    algorithm,
    loop: true,
    atLeast: { 'node:crypto': 3 },
  })
}

async function measure({ chunks, digestOf }, { loop, algorithm, quick }) {
  const times = quick ? 1 : 6
  const [started, began] = [threadMs(), performance.now()]
  for (let n = 0; n < times; n++) await digestOf(algorithm, chunks)
  const ms = loop ? threadMs() - started : performance.now() - began
  return (TOTAL * times) / 1e6 / (Math.max(ms, TICK_MS) / 1000)
}

async function digestBy(stream, chunks) {
  let digest
  await pipeline(Readable.from(chunks), stream, async (source) => {
    for await (const part of source) digest = part
  })
  return digest.toString('hex')
}

const contender = (load) => ({
  absent: () => (process.platform === 'linux' ? undefined : 'times of one thread are read from /proc'),
  setup: async (_, chunks) => ({ chunks, digestOf: await load() }),
  measure,
  answer: ({ chunks, digestOf }, { algorithm }) => digestOf(algorithm, chunks),
})

export default {
  title: 'a digest of 64 MB in chunks of 64 KB as a stream',
  unit: 'MB/s, or MB per CPU second of the loop',
  better: 'higher',
  rounds: 5,
  params: { bytes: TOTAL },
  rows,
  fixture: () => {
    const bytes = randomBytes(TOTAL, 3)
    return Array.from({ length: TOTAL / CHUNK }, (_, n) => bytes.subarray(n * CHUNK, (n + 1) * CHUNK))
  },
  contenders: {
    ironloop: contender(async () => {
      const { hash } = await import('ironloop/stream')
      return (algorithm, chunks) => digestBy(hash(algorithm), chunks)
    }),
    'node:crypto': contender(async () => (algorithm, chunks) => digestBy(createHash(algorithm), chunks)),
  },
}
