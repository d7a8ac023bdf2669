// Strings from the main thread to one worker, as fast as both can; a run ends when the worker says that it has all.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { random } from '../harness/random.js'

const BATCH = 500
const name = `bench-strings-${process.pid}`

/** Distinct strings, since clones would send a repeated object by reference. */
function stringsOf({ operations, length }) {
  const next = random(11)
  return Array.from({ length: operations }, (_, at) => {
    const head = `${at.toString(36)}-${next().toString(36)}`
    return head.padEnd(length, 'lorem ipsum dolor sit amet ').slice(0, length)
  })
}

/** `sender` makes, for a worker, the function that sends all strings, and one that ends what it opened. */
const contender = (how, sender) => ({
  async setup({ operations }, strings) {
    const workerData = { how, name, count: operations }
    const worker = new Worker(new URL('strings.worker.mjs', import.meta.url), { workerData })
    await once(worker, 'message')
    const { send, close = () => {} } = await sender(worker)
    return { worker, strings, send, close }
  },
  async run({ worker, strings, send }) {
    const done = once(worker, 'message')
    send(strings)
    const [characters] = await done
    return characters
  },
  async teardown({ worker, close }) {
    close()
    await worker.terminate()
  },
})

const row = (length, operations, atLeast) => ({ name: `${length} characters`, length, operations, atLeast })

export default {
  title: 'strings from the main thread to a worker',
  unit: 'K ops/s',
  better: 'higher',
  mode: 'alternating',
  rows: [
    row(10, 20_000, { postMessage: 4, 'JS-batched postMessage': 0.9 }),
    row(100, 20_000, { postMessage: 4, 'JS-batched postMessage': 0.9 }),
    row(1000, 20_000, { postMessage: 4, 'JS-batched postMessage': 0.9 }),
  ],
  fixture: stringsOf,
  contenders: {
    ironloop: contender('bus', async () => {
      const { Bus } = (await import('ironloop/events')).default
      const bus = Bus.open(name)
      return {
        send: (strings) => {
          for (const text of strings) bus.publish('bench.strings', text)
        },
        close: () => bus.close(),
      }
    }),
    postMessage: contender('each', (worker) => ({
      send: (strings) => {
        for (const text of strings) worker.postMessage(text)
      },
    })),
    'JS-batched postMessage': contender('batched', (worker) => ({
      send(strings) {
        for (let at = 0; at < strings.length; at += BATCH) worker.postMessage(strings.slice(at, at + BATCH))
      },
    })),
    BroadcastChannel: contender('BroadcastChannel', () => {
      const channel = new BroadcastChannel(name)
      return {
        send: (strings) => {
          for (const text of strings) channel.postMessage(text)
        },
        close: () => channel.close(),
      }
    }),
  },
}
