// From making a pool to its first result: what a short program or a test pays.
import { contenders, pools } from './peers/pools.mjs'

const names = ['ironloop', 'piscina', 'tinypool']
const row = (threads) => ({ name: `${threads} thread${threads === 1 ? '' : 's'}`, threads, atLeast: { piscina: 1 } })

export default {
  title: 'from making a pool to its first result',
  unit: 'ms',
  better: 'lower',
  mode: 'alternating',
  rounds: 7,
  rows: [row(1), row(2)],
  contenders: Object.fromEntries(
    Object.entries(contenders(names, 'plain', {})).map(([name, contender]) => [
      name,
      {
        ...contender,
        async measure(_, { threads, quick }) {
          const samples = []
          for (let at = 0; at < (quick ? 1 : 5); at++) {
            const started = performance.now()
            const [run, close] = await pools[name]('plain', threads)
            await run(at)
            samples.push(performance.now() - started)
            await close()
          }
          return samples
        },
        answer: ({ run }) => run(7),
      },
    ])
  ),
}
