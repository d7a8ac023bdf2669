// What a thread that waits costs: resident memory of the process, per thread of a pool that has run one task on each.
import { contenders, pools } from './peers/pools.mjs'

const names = ['ironloop', 'piscina', 'tinypool']
const settle = () => new Promise((resolve) => setTimeout(resolve, 300))

const residentMegabytes = () => {
  globalThis.gc?.()
  return process.memoryUsage.rss() / 2 ** 20
}

export default {
  title: 'resident memory per thread that waits',
  unit: 'MB',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  warmup: false,
  rows: [{ name: '8 threads', threads: 8, atLeast: { piscina: 1 } }],
  contenders: Object.fromEntries(
    Object.entries(contenders(names, 'plain', {})).map(([name, contender]) => [
      name,
      {
        ...contender,
        // The packages and one thread are there before.
        setup: (params) => contender.setup({ ...params, threads: 1 }),
        async measure({ run }, { threads }) {
          await run(1)
          await settle()
          const before = residentMegabytes()
          const [more, close] = await pools[name]('plain', threads)
          await Promise.all(Array.from({ length: threads * 4 }, (_, at) => more(at)))
          await settle()
          const after = residentMegabytes()
          await close()
          return (after - before) / threads
        },
        answer: ({ run }) => run(7),
      },
    ])
  ),
}
