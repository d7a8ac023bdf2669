// What a pool itself costs: a task that returns its argument, so that everything measured is overhead.
import { fileURLToPath } from 'node:url'

const file = (name) => fileURLToPath(new URL(`${name}.worker.mjs`, import.meta.url))
const noop = file('noop')

/** `operations` tasks, `inFlight` of them at any time; the sum of their results is the answer. */
async function run({ run }, { operations, inFlight }) {
  let next = 0
  async function lane() {
    let sum = 0
    while (next < operations) sum += await run(next++)
    return sum
  }
  const sums = await Promise.all(Array.from({ length: inFlight }, lane))
  return sums.reduce((total, sum) => total + sum, 0)
}

/** `open` returns a pool's [run, close]. */
const contender = (open) => ({
  async setup({ threads }) {
    const [run, close] = await open(threads)
    return { run, close }
  },
  run,
  teardown: ({ close }) => close(),
})

const piscina = (options) => async (threads) => {
  const { Piscina } = await import('piscina')
  const pool = new Piscina({ filename: noop, minThreads: threads, maxThreads: threads, ...options })
  return [(task) => pool.run(task), () => pool.destroy()]
}

const peers = ['piscina', 'piscina tuned', 'tinypool', 'workerpool', 'poolifier']
const atLeast = (times, batched) => ({
  ...Object.fromEntries(peers.map((peer) => [peer, times])),
  ...(batched && { 'JS-batched': batched }),
})
const row = (name, threads, operations, inFlight, bars) => ({ name, threads, operations, inFlight, atLeast: bars })

export default {
  title: 'tasks that do nothing, through a pool of worker threads',
  unit: 'us',
  better: 'lower',
  mode: 'alternating',
  rows: [
    row('100 in flight, 1 thread', 1, 10_000, 100, atLeast(8, 0.9)),
    row('100 in flight, 2 threads', 2, 10_000, 100, atLeast(8, 0.9)),
    row('burst of 20,000, 2 threads', 2, 20_000, 20_000, atLeast(8, 0.9)),
    row('one at a time, 1 thread', 1, 500, 1, atLeast(1.3)),
  ],
  contenders: {
    ironloop: contender(async (threads) => {
      const { Pool } = (await import('ironloop/pool')).default
      const pool = new Pool({ filename: noop, minThreads: threads, maxThreads: threads })
      return [(task) => pool.run(task), () => pool.destroy()]
    }),
    piscina: contender(piscina({})),
    'piscina tuned': contender(piscina({ concurrentTasksPerWorker: 16 })),
    tinypool: contender(async (threads) => {
      const { Tinypool } = await import('tinypool')
      const pool = new Tinypool({ filename: noop, minThreads: threads, maxThreads: threads })
      return [(task) => pool.run(task), () => pool.destroy()]
    }),
    workerpool: contender(async (threads) => {
      const { default: workerpool } = await import('workerpool')
      const options = { minWorkers: threads, maxWorkers: threads, workerType: 'thread' }
      const pool = workerpool.pool(file('noop-workerpool'), options)
      return [(task) => pool.exec('noop', [task]), () => pool.terminate()]
    }),
    poolifier: contender(async (threads) => {
      const { FixedThreadPool } = await import('poolifier')
      const pool = new FixedThreadPool(threads, file('noop-poolifier'))
      return [(task) => pool.execute(task), () => pool.destroy()]
    }),
    'JS-batched': contender(async (threads) => {
      const { BatchedPool } = await import('./peers/batched-pool.mjs')
      const pool = new BatchedPool(threads)
      return [(task) => pool.run(task), () => pool.close()]
    }),
  },
}
