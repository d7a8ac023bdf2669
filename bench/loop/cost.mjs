// What a turn of the loop costs more while it is watched, or kept account of. Turns are made by setImmediate; the
// difference of the best of several runs with and without, in a process of its own.
const TURNS = 100_000
const RUNS = 7

function turns(left) {
  return new Promise((resolve) => {
    const next = () => (left-- > 0 ? setImmediate(next) : resolve())
    next()
  })
}

/** Nanoseconds of a turn, at best. */
async function best() {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run++) {
    const began = process.hrtime.bigint()
    await turns(TURNS)
    least = Math.min(least, Number(process.hrtime.bigint() - began) / TURNS)
  }
  return least
}

const contender = (start) => ({
  async measure(_, params) {
    await turns(TURNS)
    const before = await best()
    const end = await start(params)
    await turns(TURNS)
    const during = await best()
    end?.()
    return during - before
  },
})

export default {
  title: 'what watching the loop costs in each of its turns',
  unit: 'ns a turn',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  warmup: false,
  rows: [
    { name: 'watch()', watched: true, limit: 250 },
    { name: 'stats()', accounted: true, limit: 250 },
    { name: 'both', watched: true, accounted: true, limit: 250 },
  ],
  contenders: {
    ironloop: contender(async ({ watched, accounted }) => {
      const { stats, watch } = await import('ironloop/loop')
      const running = watched ? watch({ thresholdMs: 50 }) : undefined
      if (accounted) stats()
      return () => running?.close()
    }),
    'node:perf_hooks monitorEventLoopDelay': {
      ...contender(async () => {
        const { monitorEventLoopDelay } = await import('node:perf_hooks')
        const delays = monitorEventLoopDelay({ resolution: 10 })
        delays.enable()
        return () => delays.disable()
      }),
      ratio: false,
    },
    'nothing (noise)': { ...contender(() => undefined), ratio: false },
  },
}
