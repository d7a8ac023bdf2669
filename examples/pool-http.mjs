// An HTTP server that gives the heavy part of each request to the pool, with a deadline: the server's own loop stays
// free, a request that takes too long is answered with 503 and costs no other anything, one whose client has gone is
// cancelled, and when too many wait new ones are refused at once.
//   node examples/pool-http.mjs [PORT]        then: curl 'localhost:PORT/hash?rounds=50000', /stats, /metrics
//   node examples/pool-http.mjs --demo        serves and asks itself, prints what came back, and ends

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { isWorkerThread, Pool } from 'ironloop/pool'

const DEADLINE_MS = 250
const MOST_ROUNDS = 1e9

/**
 * Runs in a worker: this file is its module, too.
 * @param {{ text: string, rounds: number }} task
 * @param {import('ironloop/pool').TaskContext} context
 */
export default function stretch({ text, rounds }, { cancelled }) {
  let digest = text
  for (let round = 0; round < rounds; round++) {
    if (round % 1000 === 0 && cancelled()) return ''
    digest = createHash('sha256').update(digest).digest('hex')
  }
  return digest
}

/** @type {Record<string, number>} */
const statusOf = { ERR_POOL_TASK_TIMEOUT: 503, ERR_POOL_QUEUE_FULL: 503, ERR_POOL_CLOSED: 503, ABORT_ERR: 499 }

/** @param {Pool<typeof stretch>} pool */
function createApp(pool) {
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/stats') return response.end(`${JSON.stringify(pool.stats())}\n`)
    if (pathname === '/metrics') return response.end(pool.metrics())
    const rounds = Number(searchParams.get('rounds') ?? 1)
    if (pathname !== '/hash' || !(rounds >= 0 && rounds <= MOST_ROUNDS)) {
      response.writeHead(pathname === '/hash' ? 400 : 404).end()
      return
    }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      const task = { text: searchParams.get('text') ?? '', rounds }
      // The handler heeds `cancelled`, so it may share its thread.
      const digest = await pool.run(task, { signal: gone.signal, timeout: DEADLINE_MS, cooperative: true })
      response.end(`${digest}\n`)
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
      response.writeHead(statusOf[code ?? ''] ?? 500, { 'retry-after': '1' }).end(`${code}: ${message}\n`)
    }
  })
}

/** @param {number} port */
async function demo(port) {
  const ask = async (/** @type {string} */ path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return `${response.status} ${(await response.text()).trim()}`
  }
  const quick = Array.from({ length: 20 }, (_, i) => ask(`/hash?text=${i}&rounds=10`))
  const endless = ask(`/hash?rounds=${MOST_ROUNDS}`)
  const answers = await Promise.all(quick)
  console.log(`${answers.filter((answer) => answer.startsWith('200')).length} of ${quick.length} answered`)
  console.log(`the endless one: ${await endless}`)
  console.log(`and the server goes on: ${(await ask('/hash?text=ironloop')).slice(0, 12)}...`)
}

async function main() {
  const pool = new Pool({ filename: new URL(import.meta.url), maxQueue: 1000 })
  await pool.warmUp()
  const isDemo = process.argv[2] === '--demo'
  const server = createApp(/** @type {Pool<typeof stretch>} */ (pool))
  await new Promise((resolve) => server.listen(isDemo ? 0 : Number(process.argv[2] ?? 8080), () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const stop = async () => {
    server.close()
    server.closeIdleConnections()
    await pool.close()
  }
  if (!isDemo) {
    console.log(`listening on http://localhost:${port}`)
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    return
  }
  await demo(port)
  server.closeAllConnections()
  await stop()
}

if (!isWorkerThread) await main()
