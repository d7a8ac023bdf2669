// How long short tasks wait while 1 % of tasks take 50 ms: open arrivals (Poisson) that keep the threads half busy.
import { contenders } from './peers/pools.mjs'

const SHORT_MS = 0.2
const LONG_MS = 50
const LONG_SHARE = 0.01
const MEAN_MS = LONG_SHARE * LONG_MS + (1 - LONG_SHARE) * SHORT_MS
const UTILIZATION = 0.5

/** mulberry32 */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One clock for all threads: their time origins are read off the wall, each when it starts. */
const now = () => Number(process.hrtime.bigint()) / 1e6

/**
 * When tasks come and which are long: of each hundred exactly one, and all of them together keep the threads busy as
 * they should, whatever was drawn. Two seconds of plain draws load them between 40 and 75 %.
 */
function arrivals({ threads, seconds }) {
  const next = random(7)
  const block = Math.round(1 / LONG_SHARE)
  const count = Math.ceil((seconds * 1000 * threads * UTILIZATION) / MEAN_MS / block) * block
  const found = []
  let at = 0
  let long = 0
  for (let index = 0; index < count; index++) {
    if (index % block === 0) long = index + Math.floor(next() * block)
    found.push({ at, isLong: index === long })
    at -= Math.log(1 - next())
  }
  const stretch = (count * MEAN_MS) / (threads * UTILIZATION) / at
  for (const arrival of found) arrival.at *= stretch
  return found
}

/** Milliseconds that short tasks waited, over so many seconds of arrivals. */
async function waits(run, { threads, seconds, prioritized }) {
  // Threads that are still starting are no matter of priorities: pool/start measures them.
  await Promise.all(Array.from({ length: threads * 8 }, () => run({ ms: 20 })))
  const coming = arrivals({ threads, seconds })
  const found = []
  const open = []
  const submit = (isLong) => {
    const submitted = now()
    const how = prioritized ? { priority: isLong ? 0 : 1 } : undefined
    const done = run({ ms: isLong ? LONG_MS : SHORT_MS }, how)
    open.push(done.then((began) => isLong || found.push(Math.max(0, began - submitted))))
  }
  await new Promise((resolve) => {
    const started = now()
    let index = 0
    const step = () => {
      const elapsed = now() - started
      for (; index < coming.length && coming[index].at <= elapsed; index++) submit(coming[index].isLong)
      if (index < coming.length) setTimeout(step, Math.max(0, coming[index].at - elapsed))
      else resolve()
    }
    step()
  })
  await Promise.all(open)
  return found.sort((a, b) => a - b)
}

const measured = {
  async measure({ run }, { quick, ...params }) {
    const sorted = await waits(run, { ...params, seconds: quick ? 0.3 : 2 })
    return sorted[Math.floor(sorted.length * 0.99)]
  },
  answer: async ({ run }) => typeof (await run({ ms: 0 })),
}

export default {
  title: 'p99 of how long short tasks wait beside tasks of 50 ms',
  unit: 'ms waited',
  better: 'lower',
  mode: 'alternating',
  rounds: 3,
  warmup: false,
  rows: [
    { name: 'short ones first, 2 threads', threads: 2, prioritized: true, limit: LONG_MS + 1 },
    { name: 'equal priority, 2 threads', threads: 2, prioritized: false, atLeast: { piscina: 0.95 } },
    { name: 'equal priority, 1 thread', threads: 1, prioritized: false, atLeast: { piscina: 0.95 } },
  ],
  contenders: contenders(['ironloop', 'piscina', 'tinypool'], 'spin', measured),
}
