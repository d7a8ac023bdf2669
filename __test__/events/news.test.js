'use strict'

const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`news ${process.pid} ${count++}`)
})
afterEach(() => bus.close())

async function until(condition) {
  while (!condition()) await new Promise(setImmediate)
}

test('native code tells which threads come and go, also where one is terminated', async () => {
  const news = []
  const others = []
  bus.subscribe('$ironloop.bus.*', (payload, topic, { threadId }) => news.push([topic, payload, threadId]))
  for (const pattern of ['>', '*.bus.joined', '*.>']) bus.subscribe(pattern, (_, topic) => others.push(topic))
  const file = path.join(__dirname, '..', 'fixtures', 'events', 'echo-worker.js')
  const worker = new Worker(file, { workerData: { name: bus.name } })
  await once(worker, 'message')
  const { threadId } = worker
  await worker.terminate()
  await until(() => news.length === 2)
  expect(news).toEqual([
    ['$ironloop.bus.joined', { threadId }, threadId],
    ['$ironloop.bus.left', { threadId }, threadId],
  ])
  expect(others.filter((topic) => topic.startsWith('$'))).toEqual([])
})

test('stats() as OpenMetrics text', async () => {
  bus.subscribe('t', () => {}, { maxQueuedBytes: 50 })
  for (let i = 0; i < 10; i++) bus.publish('t', i)
  await bus.flush()
  const text = bus.metrics()
  const labels = `{bus="${bus.name}",thread="0"}`
  const stats = bus.stats()
  expect(text.endsWith('\n# EOF\n')).toBe(true)
  expect(text).toContain('# TYPE ironloop_bus_messages_published counter\n')
  expect(text).toContain(`ironloop_bus_messages_published_total${labels} 10\n`)
  expect(text).toContain(`ironloop_bus_messages_dropped_total${labels} ${stats.dropped}\n`)
  expect(text).toContain(`ironloop_bus_queued_bytes${labels} 0\n`)
  expect(text).toContain('# UNIT ironloop_bus_queued_bytes bytes\n')
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (TYPE|UNIT|HELP|EOF)|ironloop_bus_\w+\{bus="[^"]*",thread="\d+"\} \d+$)/)
  }
  const odd = Bus.open('a"b\\c\n', { scope: 'thread' })
  expect(odd.metrics()).toContain('bus="a\\"b\\\\c\\n"')
  odd.close()
})
