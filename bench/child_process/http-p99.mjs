// What the clients of an HTTP server notice when it holds 512 MB of Buffers and starts 20 children a second.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import starters from './starters.js'

const CLIENT = fileURLToPath(new URL('http-p99.worker.mjs', import.meta.url))
const execute = promisify(execFile)

/** Answers in microseconds, of which 99 in 100 are at least as good. */
async function p99({ port, start }, { perSecond, seconds, connections, settle, childrenPerSecond }) {
  const args = [CLIENT, port, perSecond, seconds, connections, settle].map(String)
  const asked = execute(process.execPath, args, { maxBuffer: 1 << 26 })
  const running = new Set()
  const timer = setInterval(() => {
    const ended = start?.()?.finally(() => running.delete(ended))
    if (ended) running.add(ended)
  }, 1000 / childrenPerSecond)
  const { stdout } = await asked
  clearInterval(timer)
  await Promise.all(running)
  const latencies = JSON.parse(stdout).sort((a, b) => a - b)
  return latencies[Math.floor(latencies.length * 0.99)]
}

const contender = (starterFor) => ({
  async setup(params, held) {
    const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { server, port: server.address().port, start: await starterFor(params), held }
  },
  measure: p99,
  teardown: ({ server }) => {
    server.close()
    server.closeAllConnections()
  },
})

const row = (api) => ({
  name: api,
  api,
  slow: true,
  atLeast: { 'node:child_process': 5, 'no children': 1 / 1.5 },
})

export default {
  title: 'p99 latency of an HTTP server with 512 MB of Buffers that starts 20 children a second',
  unit: 'us p99',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  warmup: false,
  params: { megabytes: 512, childrenPerSecond: 20, perSecond: 500, seconds: 3, settle: 0.5, connections: 16 },
  rows: [row('run()'), row('spawn()')],
  fixture: ({ megabytes }) => starters.held(megabytes),
  contenders: {
    ironloop: contender(starters.ironloop),
    'node:child_process': contender(starters.node),
    'no children': contender(() => undefined),
  },
}
