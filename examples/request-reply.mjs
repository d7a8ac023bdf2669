// A service across threads: two workers answer requests, each request goes to the one with less to do. Nobody knows
// where the service runs, how many threads it has, or that one of them has just gone.
//   node examples/request-reply.mjs

import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { isMainThread, threadId, Worker, workerData } from 'node:worker_threads'
import { Bus } from 'ironloop/events'

const REQUESTS = 200
const bus = Bus.open('services')

if (isMainThread) await ask()
else serve(workerData)

/** @param {{ rounds: number }} settings */
function serve({ rounds }) {
  // Members of a group share the requests; what a handler throws is the requester's rejection.
  bus.reply(
    'hash.*',
    (text, topic) => {
      if (typeof text !== 'string') throw new TypeError(`cannot hash ${typeof text}`)
      let digest = text
      for (let i = 0; i < rounds; i++) digest = createHash(topic.split('.')[1]).update(digest).digest('hex')
      return { digest: digest.slice(0, 16), by: threadId }
    },
    { group: 'hashers' }
  )
  bus.publish('service.ready', threadId)
}

async function ask() {
  const file = fileURLToPath(import.meta.url)
  const ready = bus.stream('service.ready')
  const workers = [1, 2].map(() => new Worker(file, { workerData: { rounds: 200 } }))
  for (const _ of workers) await ready.next()

  const texts = Array.from({ length: REQUESTS }, (_, i) => `text ${i}`)
  const answers = await Promise.all(texts.map((text) => bus.request('hash.sha256', text)))
  const threads = new Set(answers.map(({ by }) => by))
  console.log(`${answers.length} answers from ${threads.size} threads; the first: ${answers[0].digest}`)

  await bus.request('hash.sha256', 42).catch((error) => console.log(`refused: ${error.name}: ${error.message}`))
  await workers[0].terminate()
  const { by } = await bus.request('hash.md5', 'again')
  console.log(`after one has gone, the other answers: ${by === workers[1].threadId}`)
  await workers[1].terminate()
  await bus.request('hash.md5', 'nobody').catch((error) => console.log(`then nobody does: ${error.code}`))
  bus.close()
}
