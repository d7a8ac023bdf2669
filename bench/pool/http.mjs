// An HTTP server that gives each request's 16 KB to a thread for 2 ms of work: what callers wait for (p99), and how
// late the server's own loop is. Open arrivals (Poisson) at 70 % of what one thread can do, from another process.
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { contenders } from './peers/pools.mjs'

const client = fileURLToPath(new URL('peers/http-client.mjs', import.meta.url))
const BYTES = 16_384
const WORK_MS = 2
/** 70 % of the 1000 / 2.2 a second that a thread does, with what a request costs beside its work. */
const PER_SECOND = 320

async function serve(run) {
  const payload = Buffer.alloc(BYTES, 'x')
  const server = createServer(async (_, response) => {
    const length = await run({ ms: WORK_MS, payload })
    response.end(String(length))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Asks the client process for so many seconds of requests: milliseconds of each. */
function load(child, port, seconds) {
  return new Promise((resolve) => {
    child.once('message', resolve)
    child.send({ port, seconds, perSecond: PER_SECOND })
  })
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]

const base = contenders(['ironloop', 'piscina', 'tinypool'], 'spin', {})

const contender = (name) => ({
  async setup(params) {
    const state = await base[name].setup(params)
    const server = await serve(state.run)
    const child = fork(client)
    const { port } = server.address()
    await load(child, port, 0.5) // warms up server, pool and client
    return { ...state, server, child, port }
  },
  async measure({ child, port }, { quick, figure }) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const times = await load(child, port, quick ? 0.3 : 2)
    delay.disable()
    if (figure === 'loop') return delay.percentile(99) / 1e6
    return quantile(
      times.sort((a, b) => a - b),
      0.99
    )
  },
  answer: ({ run }) => run({ ms: 0, payload: 'four' }),
  async teardown({ server, child, close }) {
    child.kill()
    server.close()
    server.closeAllConnections()
    await close()
  },
})

const row = (name, figure, threads) => ({ name, figure, threads, atLeast: { piscina: 1.2 } })

export default {
  title: 'an HTTP server that offloads 2 ms with 16 KB per request, at 70 % of its capacity: p99',
  unit: 'ms at p99',
  better: 'lower',
  mode: 'alternating',
  rounds: 3,
  warmup: false,
  rows: [row('latency, 1 thread', 'latency', 1), row("delay of the server's loop, 1 thread", 'loop', 1)],
  contenders: Object.fromEntries(Object.keys(base).map((name) => [name, contender(name)])),
}
