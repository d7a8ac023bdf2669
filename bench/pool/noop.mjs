// What a pool itself costs: a task that returns its argument, so that everything measured is overhead.
import { contenders, pools } from './peers/pools.mjs'

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
    row('burst of 20,000, 1 thread', 1, 20_000, 20_000, atLeast(8, 0.9)),
    row('burst of 20,000, 2 threads', 2, 20_000, 20_000, atLeast(8, 0.9)),
    row('one at a time, 1 thread', 1, 500, 1, atLeast(1.3)),
    row('one at a time, 2 threads', 2, 500, 1, atLeast(1.3)),
  ],
  contenders: contenders(Object.keys(pools), 'noop', { run }),
}
