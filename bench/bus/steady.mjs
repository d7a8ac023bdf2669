// What a steady trickle costs: CPU time of the whole process while the main thread sends 1,000 messages a second, one
// by one, to a worker. The timer that paces them is in all figures; alone it is the last column.
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'

const PER_MS = 1

/** Sends what is due at each tick of a timer for so long; the CPU milliseconds that this took per second. */
async function trickle(send, seconds) {
  const cpu = process.cpuUsage()
  const started = performance.now()
  let sent = 0
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - started
      while (sent < elapsed * PER_MS) send(sent++)
      if (elapsed < seconds * 1000) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / (performance.now() - started)
}

const contender = (how, open) => ({
  async setup({ count }) {
    const name = `bench-steady-${process.pid}`
    const workerData = { how, name, payload: 'number', count }
    const worker = new Worker(new URL('steady.worker.mjs', import.meta.url), { workerData })
    await once(worker, 'message')
    return { worker, ...(await open({ worker, name })) }
  },
  measure: ({ send }, { quick, seconds }) => trickle(send, quick ? 0.1 : seconds),
  async answer({ worker, send }, { count }) {
    const done = once(worker, 'message')
    for (let at = 0; at < count; at++) send(at)
    const [checksum] = await done
    return checksum
  },
  async teardown({ worker, close }) {
    close()
    await worker.terminate()
  },
})

const nobody = { send: () => {}, close: () => {} }

export default {
  title: 'CPU time at a steady 1,000 messages a second',
  unit: 'CPU ms per s',
  better: 'lower',
  rounds: 7,
  rows: [{ name: 'numbers', seconds: 1, count: 500, atLeast: { postMessage: 1 } }],
  contenders: {
    ironloop: contender('bus', async ({ name }) => {
      const { Bus } = (await import('ironloop/events')).default
      const bus = Bus.open(name)
      return { send: (value) => bus.publish('bench.steady', value), close: () => bus.close() }
    }),
    postMessage: contender('each', ({ worker }) => ({
      send: (value) => worker.postMessage(value),
      close: () => {},
    })),
    'the timer alone': { ratio: false, ...contender('none', () => nobody), answer: () => undefined },
  },
}
