'use strict'

// What native code publishes of children and workers; nothing of it passes through the loop of the thread it is about.

const { once } = require('node:events')
const path = require('node:path')
const { threadId, Worker } = require('node:worker_threads')
const { run } = require('../../lib/child_process')
const { Bus } = require('../../lib/events')
const { Pool } = require('../../lib/pool')

const fixture = (name) => path.join(__dirname, '..', 'fixtures', name)

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`native news ${process.pid} ${count++}`)
})
afterEach(() => bus.close())

async function until(condition) {
  while (!condition()) await new Promise(setImmediate)
}

/** What is published on a topic from now on. */
function listen(pattern) {
  const news = []
  bus.subscribe(pattern, (payload, topic, meta) => news.push({ topic, payload, thread: meta.threadId }))
  return news
}

test('the ends of children that run() starts', async () => {
  const news = listen('$ironloop.child_process.exit')
  const failing = run(process.execPath, ['-e', 'process.exit(3)'], { reject: false })
  const killed = run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { reject: false })
  await killed.spawned
  killed.kill('SIGKILL')
  const pids = [failing.pid, killed.pid]
  await Promise.all([failing, killed])
  await until(() => news.filter(({ payload }) => pids.includes(payload.pid)).length === 2)
  const found = pids.map((pid) => news.find(({ payload }) => payload.pid === pid))
  expect(found).toEqual([
    { topic: '$ironloop.child_process.exit', payload: { pid: pids[0], exitCode: 3, signal: null }, thread: threadId },
    {
      topic: '$ironloop.child_process.exit',
      payload: { pid: pids[1], exitCode: null, signal: 'SIGKILL' },
      thread: threadId,
    },
  ])
})

test('the ends of children of spawn(), also while their thread is blocked', async () => {
  if (process.platform !== 'linux') return // they are Node's own there
  const worker = new Worker(fixture('events/blocked-parent.js'))
  const news = listen('$ironloop.child_process.exit')
  const [{ pid, words }] = await once(worker, 'message')
  await until(() => news.some(({ payload }) => payload.pid === pid))
  const [{ payload, thread }] = news.filter((one) => one.payload.pid === pid)
  expect([payload, thread]).toEqual([{ pid, exitCode: 5, signal: null }, worker.threadId])
  Atomics.store(words, 0, 1)
  Atomics.notify(words, 0)
  const [status] = await once(worker, 'message')
  expect(status).toEqual([5, null])
  await worker.terminate()
})

test('the workers of a pool, and what their tasks emit', async () => {
  const news = listen('$ironloop.pool.*')
  const pool = new Pool({ filename: fixture('pool/emitting.js'), minThreads: 1, maxThreads: 1 })
  const shared = { deep: [1, 'two', null] }
  const worker = await pool.run([{ at: 1 }, [shared, shared], 'text \u{1f600}'])
  await pool.destroy()
  await until(() => news.some(({ topic }) => topic === '$ironloop.pool.exited'))
  const { pool: number } = news[0].payload
  expect(news).toEqual([
    { topic: '$ironloop.pool.started', payload: { threadId: worker, pool: number }, thread: worker },
    { topic: '$ironloop.pool.progress', payload: { at: 1 }, thread: worker },
    { topic: '$ironloop.pool.progress', payload: [shared, shared], thread: worker },
    { topic: '$ironloop.pool.progress', payload: 'text \u{1f600}', thread: worker },
    { topic: '$ironloop.pool.exited', payload: { threadId: worker, pool: number }, thread: worker },
  ])
  expect(news[2].payload[0]).toBe(news[2].payload[1])
})
