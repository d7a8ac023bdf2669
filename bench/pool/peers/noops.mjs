// Tasks that return their argument, through every pool: everything measured is overhead.
import { contenders, pools } from './pools.mjs'

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

/** The bars: so many times each pool; `batched` against the measure that is no pool. */
export const bars = (times, batched) => ({
  ...Object.fromEntries(peers.map((peer) => [peer, times])),
  ...(batched && { 'JS-batched': batched }),
})

export const noops = contenders(Object.keys(pools), 'noop', { run })
