'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')
const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`requests ${process.pid} ${count++}`)
})
afterEach(() => bus.close())

test('a request gets its answer, however many are under way', async () => {
  bus.reply('square', (n) => n * n)
  bus.reply('later.*', async (n, topic) => {
    await new Promise(setImmediate)
    return `${topic} ${n}`
  })
  const squares = await Promise.all(Array.from({ length: 500 }, (_, n) => bus.request('square', n)))
  expect(squares).toEqual(Array.from({ length: 500 }, (_, n) => n * n))
  expect(await bus.request('later.x', 1)).toBe('later.x 1')
  expect(await bus.request('square', { no: 'number' })).toBeNaN()
})

test('what the handler throws, or cannot be cloned, is the rejection', async () => {
  bus.reply('throws', () => {
    throw Object.assign(new RangeError('too far'), { code: 'E_FAR' })
  })
  bus.reply('function', () => () => {})
  await expect(bus.request('throws', 1)).rejects.toMatchObject({ message: 'too far', code: 'E_FAR' })
  await expect(bus.request('function', 1)).rejects.toMatchObject({ name: 'DataCloneError' })
  await expect(bus.request('throws', () => {})).rejects.toMatchObject({ name: 'DataCloneError' })
})

test('a request that nobody can or does answer ends', async () => {
  await expect(bus.request('nobody', 1)).rejects.toMatchObject({ code: 'ERR_EVENTS_NO_SUBSCRIBERS' })
  bus.subscribe('silent', () => {})
  const late = bus.request('silent', 1, { timeoutMs: 5 })
  await expect(late).rejects.toMatchObject({ code: 'ERR_EVENTS_REQUEST_TIMEOUT' })
  const controller = new AbortController()
  const aborted = bus.request('silent', 1, { signal: controller.signal })
  await new Promise(setImmediate)
  controller.abort()
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
  const closed = bus.request('silent', 1)
  await null
  bus.close()
  await expect(closed).rejects.toMatchObject({ code: 'ERR_EVENTS_BUS_CLOSED' })
})

test('the first answer counts; a message that is no request gets none', async () => {
  const got = []
  bus.subscribe('>', (payload, topic) => got.push([topic, payload]))
  bus.reply('q', () => 1)
  bus.reply('q', () => 1)
  expect(await bus.request('q', 'asked')).toBe(1)
  bus.publish('q', 'published')
  await bus.flush()
  expect(got).toEqual([
    ['q', 'asked'],
    ['q', 'published'],
  ])
})

test('arguments are checked', async () => {
  for (const topic of ['*', 'a.>', '$ironloop.x', '']) {
    await expect(bus.request(topic, 1)).rejects.toMatchObject({ code: 'ERR_EVENTS_INVALID_TOPIC' })
  }
  await expect(bus.request('a', 1, { timeoutMs: -1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  await expect(bus.request('a', 1, { signal: 1 })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(() => bus.reply('a', 1)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
})

test('the asker keeps its AsyncLocalStorage context', async () => {
  const storage = new AsyncLocalStorage()
  bus.reply('t', (n) => n)
  const got = await storage.run('asker', async () => {
    await bus.request('t', 1)
    return storage.getStore()
  })
  expect(got).toBe('asker')
})

test('requests cross threads, a group shares them', async () => {
  const file = path.join(__dirname, '../fixtures/events/replying-worker.js')
  const workers = [0, 1].map(() => new Worker(file, { workerData: { name: bus.name } }))
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => bus.request('work', { n })))
  expect(answers.map((one) => one.n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  expect(new Set(answers.map((one) => one.thread)).size).toBe(2)
  await Promise.all(workers.map((worker) => worker.terminate()))
})

test('each request ends at its own deadline, whatever the others have', async () => {
  bus.subscribe('silent', () => {})
  bus.reply('answers', (n) => n)
  const ended = []
  const ask = (topic, timeoutMs) =>
    bus.request(topic, 1, { timeoutMs }).then(
      () => ended.push('answered'),
      ({ code }) => ended.push(`${code} ${timeoutMs}`)
    )
  const late = 'ERR_EVENTS_REQUEST_TIMEOUT'
  await Promise.all([
    ask('silent', 300),
    ask('silent', 10),
    ask('answers', 5000),
    ask('silent', 150),
    ask('silent', 10),
  ])
  expect(ended).toEqual(['answered', `${late} 10`, `${late} 10`, `${late} 150`, `${late} 300`])
  // The queue of a length is there again once it was empty.
  ended.length = 0
  await ask('silent', 10)
  expect(ended).toEqual([`${late} 10`])
})

test('an answer reaches nobody but the one who asked', async () => {
  const seen = []
  bus.subscribe('>', (_, topic) => seen.push(topic))
  for (const pattern of ['$ironloop.>', '$ironloop.answer', '$ironloop.answer.*']) {
    bus.subscribe(pattern, (_, topic) => seen.push(topic))
  }
  bus.reply('q', (n) => n + 1)
  expect(await bus.request('q', 1)).toBe(2)
  await bus.flush()
  expect(seen).toEqual(['q'])
})
