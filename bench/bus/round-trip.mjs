// One message to a worker and its answer, one after the other: how long until the answer is here. `publish` sends and
// subscribes on both sides; `request` is bus.request() against what one writes for it around postMessage.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const SAMPLES = 2000

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
  async setup({ way }) {
    const name = `bench-round-trip-${process.pid}-${way}`
    const worker = new Worker(new URL('round-trip.worker.mjs', import.meta.url), { workerData: { how, way, name } })
    await once(worker, 'message')
    return { worker, ...(await open({ worker, name, way })) }
  },
  async measure({ ask }, { percentile, quick }) {
    const times = await trips(ask, quick ? 200 : SAMPLES)
    if (percentile === undefined) return times
    return times.sort((a, b) => a - b)[Math.floor(times.length * percentile)]
  },
  answer: async ({ ask }) => [await ask(1), await ask(41)],
  async teardown({ worker, close }) {
    close()
    await worker.terminate()
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

const row = (way, percentile) => ({
  name: `${way}, ${percentile === undefined ? 'p50' : 'p99'}`,
  way,
  percentile,
  atLeast: { postMessage: 1 },
})

export default {
  title: 'a message to a worker and its answer',
  unit: 'us',
  better: 'lower',
  rows: [row('publish'), row('publish', 0.99), row('request'), row('request', 0.99)],
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
