'use strict'

const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { Bus } = require('../../lib/events')

const fixture = (name) => path.join(__dirname, '../fixtures/events', name)

async function start(file, workerData) {
  const worker = new Worker(fixture(file), { workerData })
  await once(worker, 'message')
  return worker
}

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`workers ${process.pid} ${count++}`)
})
afterEach(() => bus.close())

test('messages cross threads both ways, in the order of each publisher', async () => {
  const workers = [await start('echo-worker.js', { name: bus.name }), await start('echo-worker.js', { name: bus.name })]
  const got = new Map(workers.map((worker) => [worker.threadId, []]))
  const metas = []
  const all = new Promise((resolve) => {
    let left = 20_000
    bus.subscribe('answer.*', (payload, topic, meta) => {
      got.get(Number(topic.split('.')[1])).push(payload.i)
      metas.push(meta)
      if (--left === 0) resolve()
    })
  })
  for (let i = 0; i < 10_000; i++) if (!bus.publish('ask', { i, text: `number ${i}` })) await bus.drain()
  await all
  const expected = Array.from({ length: 10_000 }, (_, i) => i)
  for (const worker of workers) {
    expect(got.get(worker.threadId)).toEqual(expected)
    const own = metas.filter((meta) => meta.threadId === worker.threadId)
    expect(own.map((meta) => meta.sequence)).toEqual(expected)
  }
  const exits = workers.map((worker) => once(worker, 'exit'))
  bus.publish('stop', null) // nothing else keeps them alive
  expect(await Promise.all(exits)).toEqual([[0], [0]])
  expect(bus.stats().subscriptions).toBe(1)
})

test('a group spans threads', async () => {
  const workerData = { name: bus.name, group: 'g' }
  const workers = [await start('echo-worker.js', workerData), await start('echo-worker.js', workerData)]
  const got = []
  const threads = new Set()
  bus.subscribe('answer.*', (payload, topic) => {
    got.push(payload)
    threads.add(topic)
  })
  for (let i = 0; i < 1000; i++) bus.publish('ask', i)
  while (got.length < 1000) await new Promise(setImmediate)
  expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  expect(threads.size).toBe(2)
  await Promise.all(workers.map((worker) => worker.terminate()))
})

test('workers may be terminated under traffic: the others lose nothing, nothing of the dead stays', async () => {
  const stable = await start('echo-worker.js', { name: bus.name })
  let noise = 0
  let answers = 0
  bus.subscribe('noise.>', () => noise++)
  bus.subscribe('answer.*', () => answers++)
  let asked = 0
  const asking = setInterval(() => bus.publish('ask', asked++), 1)
  for (let i = 0; i < 20; i++) {
    const worker = await start('traffic-worker.js', { name: bus.name })
    const before = noise
    while (i % 2 === 0 && noise === before) await new Promise(setImmediate)
    await worker.terminate()
  }
  clearInterval(asking)
  while (answers < asked) await new Promise(setImmediate)
  expect(answers).toBe(asked)
  expect(asked).toBeGreaterThan(0)
  await stable.terminate()
  expect(bus.stats().subscriptions).toBe(2)
})
