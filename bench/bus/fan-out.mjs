// From the main thread to four subscribers, two in each of two workers: each of them gets every message, as a value of
// its own. Wall time until the main thread hears that all four have seen all.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { payloads } from './peers/payloads.js'

const contender = (how, open) => ({
  async setup({ operations, payload }, values) {
    const name = `bench-fan-out-${process.pid}-${payload}`
    const workerData = { how, name, payload, count: operations }
    const make = () => new Worker(new URL('fan-out.worker.mjs', import.meta.url), { workerData })
    const workers = [make(), make()]
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    return { workers, values, ...(await open(name)) }
  },
  async run({ workers, values, send }) {
    const done = Promise.all(workers.map((worker) => once(worker, 'message')))
    for (const value of values) send(value)
    return (await done).flat(2)
  },
  async teardown({ workers, close }) {
    close()
    await Promise.all(workers.map((worker) => worker.terminate()))
  },
})

const row = (name, payload, operations) => ({ name, payload, operations, atLeast: { BroadcastChannel: 3 } })

export default {
  title: 'messages to four subscribers on two workers',
  unit: 'K ops/s',
  better: 'higher',
  rows: [
    row('numbers', 'number', 20_000),
    row('100 B strings', 'string', 10_000),
    row('1 KB Buffers', 'kilobyte', 10_000),
    row('distinct 100 B objects', 'object', 5000),
  ],
  fixture: payloads,
  contenders: {
    ironloop: contender('bus', async (name) => {
      const { Bus } = (await import('ironloop/events')).default
      const bus = Bus.open(name)
      return { send: (value) => bus.publish('bench.fan.out', value), close: () => bus.close() }
    }),
    BroadcastChannel: contender('BroadcastChannel', (name) => {
      const channel = new BroadcastChannel(name)
      return { send: (value) => channel.postMessage(value), close: () => channel.close() }
    }),
  },
}
