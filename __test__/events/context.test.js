'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')
const { tracingChannel } = require('node:diagnostics_channel')
const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { Bus } = require('../../lib/events')

const storage = new AsyncLocalStorage()
let bus
let count = 0
function open(context) {
  bus = Bus.open(`context ${process.pid} ${count++}`, { context })
  return bus
}
afterEach(() => bus.close())

test('chosen values go from who publishes to who listens', async () => {
  open({ capture: () => storage.getStore(), restore: (store, next) => storage.run(store, next) })
  const got = []
  bus.subscribe('t', (payload) => got.push([payload, storage.getStore()]))
  const store = { id: 1 }
  for (const payload of [1, 'text', Buffer.from('b'), { deep: [1] }]) {
    storage.run(store, () => bus.publish('t', payload))
    store.id++
  }
  await bus.flush()
  expect(got).toEqual([
    [1, { id: 1 }],
    ['text', { id: 2 }],
    [Buffer.from('b'), { id: 3 }],
    [{ deep: [1] }, { id: 4 }],
  ])
})

test('and between threads, with requests and their answers', async () => {
  open({ capture: () => storage.getStore() })
  const file = path.join(__dirname, '..', 'fixtures', 'events', 'context-worker.js')
  const worker = new Worker(file, { workerData: { name: bus.name } })
  await once(worker, 'message')
  expect(await storage.run('request 7', () => bus.request('who', 1))).toBe('1 request 7')
  expect(await bus.request('who', 2)).toBe('2 undefined')
  await worker.terminate()
})

test('what capture throws or returns in vain, publish() throws; what restore throws is the listener’s failure', async () => {
  const errors = []
  let captured = () => {
    throw new Error('captured')
  }
  const restore = () => {
    throw new Error('restored')
  }
  open({ capture: () => captured(), restore })
  bus.on('error', (error) => errors.push(error.message))
  bus.subscribe('t', () => {})
  expect(() => bus.publish('t', 1)).toThrow('captured')
  captured = () => () => {}
  expect(() => bus.publish('t', 1)).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
  captured = () => 1
  bus.publish('t', 'text')
  await bus.flush()
  expect(errors).toEqual(['restored'])
  for (const wrong of [1, { capture: 1 }, { restore: 1 }]) {
    expect(() => Bus.open('a', { context: wrong })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
  }
})

test('requests are traced', async () => {
  open()
  bus.reply('t', (n) => n + 1)
  const seen = []
  const handlers = {
    start: (message) => seen.push(['start', message.bus, message.topic, message.payload]),
    asyncEnd: (message) => seen.push(['asyncEnd', message.result]),
    error: (message) => seen.push(['error', message.error.code]),
  }
  const channel = tracingChannel('ironloop:events:request')
  channel.subscribe(handlers)
  expect(await bus.request('t', 1)).toBe(2)
  channel.unsubscribe(handlers)
  expect(await bus.request('t', 2)).toBe(3)
  expect(seen).toEqual([
    ['start', bus.name, 't', 1],
    ['asyncEnd', 2],
  ])
})

test.each([
  ['none', 'one', 'two'],
  ['one', 'none', 'two'],
])('listeners of %s, %s and %s are each in their own context, also when the first has ended', async (...stores) => {
  open()
  const heard = []
  const subscriptions = stores.map((store) => {
    const listen = () => {
      heard.push(`${store} in ${storage.getStore() ?? 'none'}`)
      Promise.resolve().then(() => heard.push(`after ${store} in ${storage.getStore() ?? 'none'}`))
    }
    const subscribe = () => bus.subscribe('t', listen)
    return store === 'none' ? storage.exit(subscribe) : storage.run(store, subscribe)
  })
  for (const left of [stores, stores.slice(1), stores.slice(2)]) {
    for (let published = 0; published < 3; published++) {
      heard.splice(0)
      storage.run('publisher', () => bus.publish('t', published))
      while (heard.length < left.length * 2) await new Promise(setImmediate)
      const expected = left.flatMap((store) => [`${store} in ${store}`, `after ${store} in ${store}`])
      expect([...heard].sort()).toEqual(expected.sort())
    }
    subscriptions.shift().unsubscribe()
  }
})
