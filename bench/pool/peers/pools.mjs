// Every pool that is measured, behind one face: open(kind of task, threads, options) -> [run, close].
import { fileURLToPath } from 'node:url'

const file = (name) => fileURLToPath(new URL(`../${name}.worker.${name === 'plain' ? 'cjs' : 'mjs'}`, import.meta.url))

const ironloop = (options) => async (task, threads, more) => {
  const { Pool } = (await import('ironloop/pool')).default
  const pool = new Pool({ filename: file(task), minThreads: threads, maxThreads: threads, ...options, ...more })
  return [(value, how) => pool.run(value, how), () => pool.destroy(), pool]
}

const piscina = (options) => async (task, threads, more) => {
  const { Piscina } = await import('piscina')
  const pool = new Piscina({ filename: file(task), minThreads: threads, maxThreads: threads, ...options, ...more })
  return [(value, how) => pool.run(value, how), () => pool.destroy(), pool]
}

export const pools = {
  ironloop: ironloop({}),
  piscina: piscina({}),
  'piscina tuned': piscina({ concurrentTasksPerWorker: 16 }),
  tinypool: async (task, threads) => {
    const { Tinypool } = await import('tinypool')
    const pool = new Tinypool({ filename: file(task), minThreads: threads, maxThreads: threads })
    return [(value, how) => pool.run(value, how), () => pool.destroy()]
  },
  // The two below name their tasks in a file of their own: noop, which returns what it gets.
  workerpool: async (task, threads) => {
    const { default: workerpool } = await import('workerpool')
    const options = { minWorkers: threads, maxWorkers: threads, workerType: 'thread' }
    const pool = workerpool.pool(file(`${task}-workerpool`), options)
    return [(value) => pool.exec('noop', [value]), () => pool.terminate()]
  },
  poolifier: async (task, threads) => {
    const { FixedThreadPool } = await import('poolifier')
    const pool = new FixedThreadPool(threads, file(`${task}-poolifier`))
    return [(value) => pool.execute(value), () => pool.destroy()]
  },
  'JS-batched': async (_, threads) => {
    const { BatchedPool } = await import('./batched-pool.mjs')
    const pool = new BatchedPool(threads)
    return [(value) => pool.run(value), () => pool.close()]
  },
}

/** A pool lives as long as its server: what counts is what a task costs once the code of both sides is compiled. */
const WARM_MS = 1000

/** Contenders that share how they are measured: `open`, warmed by `run` if there is one, and `close` are added to it. */
export function contenders(names, task, measured) {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        async setup(params, fixture) {
          const [run, close, pool] = await pools[name](task, params.threads, params.options)
          const state = { run, close, pool, fixture }
          const until = performance.now() + (params.quick ? 0 : WARM_MS)
          while (measured.run !== undefined && performance.now() < until) await measured.run(state, params)
          return state
        },
        ...measured,
        teardown: ({ close }) => close(),
      },
    ])
  )
}
