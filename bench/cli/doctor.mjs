// What the doctor costs: processor time that a busy HTTP server takes for a request, all its threads together, with and
// without being watched. Throughput would tell of the client as well.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('server.worker.mjs', import.meta.url))
const COMMAND = fileURLToPath(new URL('../../bin/ironloop.js', import.meta.url))

const ask = ({ agent, port }, path) =>
  new Promise((resolve, reject) => {
    const read = (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => resolve(text))
    }
    http.get({ agent, port, path }, read).on('error', reject)
  })

async function load(server, requests, clients) {
  let asked = 0
  const client = async () => {
    while (asked++ < requests) await ask(server, '/')
  }
  await Promise.all(Array.from({ length: clients }, client))
}

const contender = (args) => ({
  async setup() {
    const child = spawn(process.execPath, [...args, SERVER], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = await once(child.stdout, 'data')
    return { child, port: Number(line), agent: new http.Agent({ keepAlive: true }) }
  },
  /** Microseconds a request. */
  async measure(server, { requests, clients, quick }) {
    const count = quick ? 500 : requests
    await load(server, count / 2, clients)
    const before = Number(await ask(server, '/cpu'))
    await load(server, count, clients)
    return (Number(await ask(server, '/cpu')) - before) / count
  },
  async teardown({ agent, child }) {
    agent.destroy()
    child.kill('SIGTERM')
    await once(child, 'exit')
  },
})

export default {
  title: 'processor time of a request to an HTTP server that the doctor watches',
  unit: 'us CPU',
  better: 'lower',
  mode: 'alternating',
  rounds: 7,
  warmup: false,
  params: { requests: 6000, clients: 16 },
  rows: [{ name: 'JSON of 100 objects', atLeast: { node: 1 / 1.03 } }],
  contenders: {
    ironloop: contender([COMMAND, 'doctor']),
    node: contender([]),
  },
}
