// Messages from the main thread to one worker, as fast as both can. What is measured is wall time, from the first
// publish() until the main thread hears that the worker has seen all values: what a user waits for. CPU time would
// hide which side is the slower one, and a wake-up that comes late.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { postMessageIn } from './peers/other-runtime.mjs'
import { payloads } from './peers/payloads.js'
import { makeRing, sender } from './peers/ring.js'

const BATCH = 500

/** `open` makes, for a worker, the function that sends all values, and one that ends what it opened. */
const contender = (how, open) => ({
  async setup({ operations, payload, bytes = 1024 }, values) {
    const name = `bench-one-way-${process.pid}-${payload}`
    const ring = how === 'ring' ? makeRing() : undefined
    const workerData = { how, name, payload, count: operations, ring }
    const worker = new Worker(new URL('one-way.worker.mjs', import.meta.url), { workerData })
    await once(worker, 'message')
    const { send, close = () => {} } = await open({ worker, name, payload, bytes, ring })
    return { worker, values, send, close }
  },
  async run({ worker, values, send }) {
    const done = once(worker, 'message')
    send(values)
    const [checksum] = await done
    return checksum
  },
  async teardown({ worker, close }) {
    close()
    await worker.terminate()
  },
})

const row = (name, payload, operations, bytes, postMessage, batched) => ({
  name,
  payload,
  operations,
  bytes,
  atLeast: { postMessage, 'JS-batched postMessage': batched },
})

export default {
  title: 'messages from the main thread to a worker',
  unit: 'K ops/s',
  better: 'higher',
  rows: [
    row('numbers', 'number', 100_000, 8, 4, 0.5),
    row('100 B strings', 'string', 50_000, 100, 4, 0.9),
    row('1 KB Buffers', 'kilobyte', 20_000, 1024, 5, 1.5),
    row('distinct 100 B objects', 'object', 20_000, 200, 3, 0.9),
    row('64 KB Buffers', 'large', 400, 65_536, 1.1, 0.9),
  ],
  fixture: payloads,
  contenders: {
    ironloop: contender('bus', async ({ name }) => {
      const { Bus } = (await import('ironloop/events')).default
      const bus = Bus.open(name)
      return {
        send: (values) => {
          for (const value of values) bus.publish('bench.one.way', value)
        },
        close: () => bus.close(),
      }
    }),
    postMessage: contender('each', ({ worker }) => ({
      send: (values) => {
        for (const value of values) worker.postMessage(value)
      },
    })),
    'JS-batched postMessage': contender('batched', ({ worker }) => ({
      send(values) {
        for (let at = 0; at < values.length; at += BATCH) worker.postMessage(values.slice(at, at + BATCH))
      },
    })),
    'SharedArrayBuffer ring': {
      // For one receiver that does nothing else: it blocks its thread, and has neither topics nor bounds.
      ratio: false,
      ...contender('ring', ({ ring, payload, bytes }) => {
        const put = sender(ring, payload, bytes)
        return {
          send: (values) => {
            for (const value of values) put(value)
          },
        }
      }),
    },
    'postMessage in Bun': postMessageIn('Bun'),
    'postMessage in Deno': postMessageIn('Deno'),
  },
}
