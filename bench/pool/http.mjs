// An HTTP server that gives each request's 16 KB to a thread for 2 ms of work: what callers wait for (p99), and how
// late the server's own loop is. Open arrivals (Poisson) from another process, at 70 % of the capacity of the slower of the
// two servers, which is measured first; loads of some seconds in turns, and the median of what they show, because one load
// says more about the machine at that moment than about either.
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { contenders } from './peers/pools.mjs'

const client = fileURLToPath(new URL('peers/http-client.mjs', import.meta.url))
const BYTES = 16_384
const WORK_MS = 2
const SHARE = 0.7
/** Requests that are always under way while a capacity is measured. */
const CONCURRENCY = 8
const SECONDS = 4
/** The sampler's own period, which it counts into what it says. */
const RESOLUTION_MS = 1

async function serve(run) {
  const payload = Buffer.alloc(BYTES, 'x')
  const server = createServer(async (_, response) => {
    const length = await run({ ms: WORK_MS, payload })
    response.end(String(length))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Asks the client process for a load: milliseconds of each request. */
function load(child, asked) {
  return new Promise((resolve) => {
    child.once('message', resolve)
    child.send(asked)
  })
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]

const base = contenders(['ironloop', 'piscina'], 'spin', {})

/** A server with its pool and its client, warm. */
async function open(name, params) {
  const state = await base[name].setup(params)
  const server = await serve(state.run)
  const child = fork(client)
  const { port } = server.address()
  const ask = (how) => load(child, { port, ...how })
  await ask({ seconds: params.quick ? 0.1 : 1, concurrency: CONCURRENCY })
  return { ...state, server, child, ask }
}

async function close({ server, child, close: end }) {
  child.kill()
  server.close()
  server.closeAllConnections()
  await end()
}

/** Requests a second of both alike: a share of what the slower one can do. Other work on the machine only hides a capacity. */
async function calibrate(params) {
  const capacities = []
  const seconds = params.quick ? 0.2 : 0.5
  for (const name of Object.keys(base)) {
    const state = await open(name, params)
    let most = 0
    for (let window = 0; window < 3; window++) {
      const times = await state.ask({ seconds, concurrency: CONCURRENCY })
      most = Math.max(most, times.length / seconds)
    }
    capacities.push(most)
    await close(state)
  }
  return { perSecond: SHARE * Math.min(...capacities) }
}

const contender = (name) => ({
  async setup(params, { perSecond }) {
    return { ...(await open(name, params)), perSecond }
  },
  async measure({ ask, perSecond }, { quick, figure }) {
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    delay.enable()
    const times = await ask({ seconds: quick ? 0.3 : SECONDS, perSecond })
    delay.disable()
    if (figure === 'loop') return Math.max(0.001, delay.percentile(99) / 1e6 - RESOLUTION_MS)
    return quantile(
      times.sort((a, b) => a - b),
      0.99
    )
  },
  answer: ({ run }) => run({ ms: 0, payload: 'four' }),
  teardown: close,
})

const row = (name, figure, threads) => ({ name, figure, threads, atLeast: { piscina: 1.2 } })

export default {
  title: 'an HTTP server that offloads 2 ms with 16 KB per request, at 70 % of its capacity: p99',
  unit: 'ms at p99',
  better: 'lower',
  rounds: 7,
  warmup: false,
  params: { load: `${SHARE} of the slower one's capacity`, seconds: SECONDS },
  rows: [row('latency, 1 thread', 'latency', 1), row("delay of the server's loop, 1 thread", 'loop', 1)],
  fixture: calibrate,
  contenders: Object.fromEntries(Object.keys(base).map((name) => [name, contender(name)])),
}
