// One message to a worker and its answer, one after the other: how long until the answer is here. `publish` sends and
// subscribes on both sides; `request` is bus.request() against what one writes for it around postMessage.
//
// The scheduler puts the two threads on one processor or on two, and stays with it for seconds: figures of one run are of
// the one or of the other. So on Linux there are rows for each, in which all contenders' threads are put where the row says
// (by `taskset`; where there is none, or one processor only, these rows are like the others).
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

const SAMPLES = 2000

/** Lets a thread run on these processors only; false where that cannot be. */
function pin(thread, processors) {
  if (process.platform !== 'linux' || availableParallelism() < 2) return false
  try {
    execFileSync('taskset', ['-pc', processors, String(thread)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Puts the main thread and a worker on one processor, or on two. */
function place({ main, worker }, processors) {
  if (processors === undefined) return
  if (pin(main, '0')) pin(worker, processors === 1 ? '0' : '1')
}

async function trips(ask, samples) {
  const times = []
  for (let at = 0; at < samples; at++) {
    const started = process.hrtime.bigint()
    const answer = await ask(at)
    times.push(Number(process.hrtime.bigint() - started) / 1000)
    if (answer !== at + 1) throw new Error(`the answer to ${at} was ${answer}`)
  }
  return times
}

const contender = (how, open) => ({
  async setup({ way, processors }) {
    const name = `bench-round-trip-${process.pid}-${way}-${processors}`
    const worker = new Worker(new URL('round-trip.worker.mjs', import.meta.url), { workerData: { how, way, name } })
    const [thread] = await once(worker, 'message')
    place({ main: process.pid, worker: thread }, processors)
    return { worker, ...(await open({ worker, name, way })) }
  },
  async measure({ ask }, { percentile, quick }) {
    const times = await trips(ask, quick ? 200 : SAMPLES)
    if (percentile === undefined) return times
    return times.sort((a, b) => a - b)[Math.floor(times.length * percentile)]
  },
  answer: async ({ ask }) => [await ask(1), await ask(41)],
  async teardown({ worker, close }, { processors }) {
    close()
    await worker.terminate()
    if (processors !== undefined) pin(process.pid, `0-${availableParallelism() - 1}`)
  },
})

/** The promise of the answer under way. */
function waiter() {
  let settle
  return {
    next: () => new Promise((resolve) => (settle = resolve)),
    settle: (value) => settle(value),
  }
}

/** What everybody writes: numbered requests, a map of those who wait. */
function correlated(worker) {
  const waiting = new Map()
  let last = 0
  worker.on('message', ({ id, value }) => {
    waiting.get(id)(value)
    waiting.delete(id)
  })
  return (value) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve)
      worker.postMessage({ id: last, value })
    })
}

const PLACES = [[], [', one processor', 1], [', two processors', 2]]

const rowsOf = (way) =>
  PLACES.flatMap(([where = '', processors]) =>
    [undefined, 0.99].map((percentile) => ({
      name: `${way}${where}, ${percentile === undefined ? 'p50' : 'p99'}`,
      way,
      percentile,
      processors,
      atLeast: { postMessage: 1 },
    }))
  )

export default {
  title: 'a message to a worker and its answer',
  unit: 'us',
  better: 'lower',
  rows: [...rowsOf('publish'), ...rowsOf('request')],
  contenders: {
    ironloop: contender('bus', async ({ name, way }) => {
      const { Bus } = (await import('ironloop/events')).default
      const bus = Bus.open(name)
      const close = () => bus.close()
      if (way === 'request') return { ask: (value) => bus.request('bench.ask', value), close }
      const { next, settle } = waiter()
      bus.subscribe('bench.answer', settle)
      const ask = (value) => {
        bus.publish('bench.ask', value)
        return next()
      }
      return { ask, close }
    }),
    postMessage: contender('each', ({ worker, way }) => {
      const close = () => {}
      if (way === 'request') return { ask: correlated(worker), close }
      const { next, settle } = waiter()
      worker.on('message', settle)
      const ask = (value) => {
        worker.postMessage(value)
        return next()
      }
      return { ask, close }
    }),
  },
}
