'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')
const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`delivery ${count++}`)
})
afterEach(() => bus.close())

/** Resolves when everything published on this thread has been delivered on it. */
const delivered = () => bus.flush()

test('a message reaches every matching subscription, in order, and never inside publish()', async () => {
  const got = []
  bus.subscribe('order.*', (payload, topic) => got.push(['order', topic, payload]))
  bus.subscribe('>', (payload, topic) => got.push(['all', topic, payload]))
  for (const topic of ['order.1', 'order.2', 'other', 'order.3']) expect(bus.publish(topic, topic.length)).toBe(true)
  expect(got).toEqual([])
  await delivered()
  const of = (name) => got.filter((one) => one[0] === name).map((one) => one[1])
  expect(of('order')).toEqual(['order.1', 'order.2', 'order.3'])
  expect(of('all')).toEqual(['order.1', 'order.2', 'other', 'order.3'])
  expect(got[0][2]).toBe(7)
})

test('values are captured when publish() is called, each receiver has its own', async () => {
  const got = []
  for (let i = 0; i < 2; i++) {
    bus.subscribe('t', (payload) => {
      payload.list.push('seen')
      payload.bytes[0]++
      got.push(payload)
    })
  }
  const value = { list: [1], bytes: Buffer.from([1]) }
  for (let i = 0; i < 3; i++) {
    value.list[0] = i
    value.bytes[0] = i
    bus.publish('t', value)
  }
  value.list.push('late')
  await delivered()
  expect(got.map((one) => [one.list, one.bytes[0]])).toEqual([
    [[0, 'seen'], 1],
    [[1, 'seen'], 2],
    [[2, 'seen'], 3],
    [[0, 'seen'], 1],
    [[1, 'seen'], 2],
    [[2, 'seen'], 3],
  ])
})

test('what cannot be cloned throws there and then, and costs nobody else anything', async () => {
  const got = []
  bus.subscribe('t', (payload) => got.push(payload))
  bus.publish('t', 'before')
  let thrown
  try {
    bus.publish('t', { text: 'x', deep: [() => {}] })
  } catch (error) {
    thrown = error
  }
  expect([thrown.name, thrown.code]).toEqual(['DataCloneError', 25])
  bus.publish('t', 'after')
  await delivered()
  expect(got).toEqual(['before', 'after'])
})

test('text of every kind arrives as it was, alone and in one batch', async () => {
  const texts = ['', 'ascii', 'é', '\u20ac', '\u{1f600}', '\ud800', 'x'.repeat(70_000), 'ü'.repeat(70_000), 'end']
  const got = []
  bus.subscribe('>', (payload, topic) => got.push([payload, topic]))
  for (const text of texts) bus.publish('one.ü', text)
  await delivered()
  for (const text of texts) {
    bus.publish('two', text)
    await delivered()
  }
  expect(got).toEqual([...texts.map((text) => [text, 'one.ü']), ...texts.map((text) => [text, 'two'])])
})

test('strings of every length and width, mixed with objects that hold some, keep their characters and order', async () => {
  let seed = 7
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % below
  }
  const alphabets = ['abc', 'abc', 'abc', 'aüÿ', 'a\u20ac\u{1f600}']
  const text = () => {
    const alphabet = [...alphabets[random(100) === 0 ? 4 : random(4)]]
    const length = [random(8), 159 + random(3), random(300), random(20) === 0 ? 40_000 : 50][random(4)]
    return Array.from({ length }, () => alphabet[random(alphabet.length)]).join('')
  }
  const all = Array.from({ length: 2000 }, (_, at) => [text, text, text, () => ({ at, text: text() })][random(4)]())
  const got = []
  bus.subscribe('text.*', (payload) => got.push(payload))
  for (const [at, value] of all.entries()) {
    bus.publish(`text.${random(10) === 0 ? 1 : 0}`, value)
    if (at % 97 === 0) await delivered()
  }
  await delivered()
  expect(got).toEqual(all)
})

test('messages of every size arrive, also larger than the memory of one take', async () => {
  const sizes = [0, 1, 1000, 65_000, 65_536, 70_000, 1 << 20, 3, 200_000, 5]
  const got = []
  bus.subscribe('t', (bytes) => got.push(bytes))
  for (const size of sizes) bus.publish('t', Buffer.alloc(size, size & 255))
  await delivered()
  expect(got.map((bytes) => bytes.length)).toEqual(sizes)
  // They are kept, and hold what they held.
  for (const bytes of got) expect(bytes.every((byte) => byte === (bytes.length & 255))).toBe(true)
})

test('more topics than have a number arrive by name', async () => {
  let wrong = 0
  let got = 0
  bus.subscribe('many.*', (payload, topic) => {
    got++
    if (topic !== `many.${payload}`) wrong++
  })
  for (let i = 0; i < 66_000; i++) bus.publish(`many.${i}`, i)
  bus.publish('many.65999', 65_999)
  await delivered()
  expect([got, wrong]).toEqual([66_001, 0])
  expect(bus.stats().topics).toBe(65_536)
})

test('a listener that throws or rejects costs the others nothing and becomes the error event', async () => {
  const errors = []
  const got = []
  bus.on('error', (error, { subscription }) => errors.push([error.message, subscription.pattern]))
  bus.subscribe('a', () => {
    throw new Error('thrown')
  })
  bus.subscribe('*', async () => {
    throw new Error('rejected')
  })
  bus.subscribe('>', (payload) => got.push(payload))
  bus.publish('a', 1)
  bus.publish('a', 2)
  await delivered()
  expect(got).toEqual([1, 2])
  expect(errors.sort()).toEqual([
    ['rejected', '*'],
    ['rejected', '*'],
    ['thrown', 'a'],
    ['thrown', 'a'],
  ])
})

test('a listener may end itself and others in the middle of a delivery', async () => {
  const got = []
  const first = bus.subscribe('t', (payload) => {
    got.push(['first', payload])
    if (payload === 2) first.unsubscribe()
  })
  const second = bus.subscribe('t', (payload) => {
    got.push(['second', payload])
    third.unsubscribe()
  })
  const third = bus.subscribe('t', (payload) => got.push(['third', payload]))
  for (let i = 1; i <= 4; i++) bus.publish('t', i)
  await delivered()
  expect(got.filter((one) => one[0] === 'first').map((one) => one[1])).toEqual([1, 2])
  expect(got.filter((one) => one[0] === 'second').map((one) => one[1])).toEqual([1, 2, 3, 4])
  expect(got.filter((one) => one[0] === 'third')).toEqual([])
  second.unsubscribe()
  second.unsubscribe()
  expect(bus.hasSubscribers('t')).toBe(false)
})

test('a listener may publish and subscribe', async () => {
  const got = []
  bus.subscribe('ping', (n) => {
    if (n === 0) bus.subscribe('pong', (payload) => got.push(payload))
    if (n < 5) bus.publish('ping', n + 1)
    bus.publish('pong', n)
  })
  bus.publish('ping', 0)
  while (got.length < 6) await delivered()
  expect(got).toEqual([0, 1, 2, 3, 4, 5])
})

test('closing in the middle of a delivery ends it', async () => {
  const got = []
  const ended = new Promise((resolve) => {
    bus.subscribe('t', (payload) => {
      got.push(payload)
      bus.close()
      setImmediate(resolve)
    })
  })
  for (let i = 0; i < 5; i++) bus.publish('t', i)
  await ended
  expect(got).toEqual([0])
  expect(() => bus.publish('t', 1)).toThrow(expect.objectContaining({ code: 'ERR_EVENTS_BUS_CLOSED' }))
  expect(() => bus.subscribe('t', () => {})).toThrow(expect.objectContaining({ code: 'ERR_EVENTS_BUS_CLOSED' }))
  await expect(bus.flush()).rejects.toMatchObject({ code: 'ERR_EVENTS_BUS_CLOSED' })
})

test('a listener runs in the context of its subscribe()', async () => {
  const storage = new AsyncLocalStorage()
  const got = []
  storage.run('outer', () => bus.subscribe('t', () => got.push(storage.getStore())))
  bus.subscribe('t', () => got.push(storage.getStore()))
  storage.run('publisher', () => bus.publish('t', 1))
  await storage.run('flusher', delivered)
  expect(got).toEqual(['outer', undefined])
})

test('batches hold what has come, in order', async () => {
  const batches = []
  bus.subscribe('>', (messages) => batches.push(messages), { batch: true })
  for (let i = 0; i < 3000; i++) bus.publish(i % 2 ? 'odd' : 'even', { i })
  await delivered()
  expect(batches.length).toBeLessThan(20)
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(1024)
  const all = batches.flat()
  expect(all.map((one) => one.payload.i)).toEqual(Array.from({ length: 3000 }, (_, i) => i))
  expect(all[1]).toEqual({ payload: { i: 1 }, topic: 'odd', meta: { threadId: 0, sequence: 1 } })
})

test('microtasks run after a batch, or after each message where asked', async () => {
  const got = []
  const listener = (name) => () => {
    got.push(name)
    Promise.resolve().then(() => got.push(`${name} microtask`))
  }
  bus.subscribe('batch', listener('b'))
  bus.subscribe('each', listener('e'), { microtasks: 'each' })
  for (const topic of ['batch', 'batch', 'each', 'each']) bus.publish(topic, 1)
  await delivered()
  while (got.length < 8) await new Promise(setImmediate)
  expect(got.filter((one) => one.startsWith('b'))).toEqual(['b', 'b', 'b microtask', 'b microtask'])
  expect(got.filter((one) => one.startsWith('e'))).toEqual(['e', 'e microtask', 'e', 'e microtask'])
})

test('a signal ends a subscription', async () => {
  const got = []
  const controller = new AbortController()
  bus.subscribe('t', (payload) => got.push(payload), { signal: controller.signal })
  bus.publish('t', 1)
  await delivered()
  controller.abort()
  expect(bus.hasSubscribers('t')).toBe(false)
  bus.publish('t', 2)
  await delivered()
  expect(got).toEqual([1])
  bus.subscribe('t', () => {}, { signal: AbortSignal.abort() })
  expect(bus.hasSubscribers('t')).toBe(false)
})

test('a Bus of this thread is apart from the process', async () => {
  const apart = Bus.open(bus.name, { scope: 'thread' })
  const got = []
  apart.subscribe('t', (payload) => got.push(payload))
  apart.subscribe('t', (payload) => got.push(`each ${payload}`), { microtasks: 'each' })
  expect(Bus.open(bus.name, { scope: 'thread' })).toBe(apart)
  expect(bus.hasSubscribers('t')).toBe(false)
  bus.publish('t', 'process')
  await delivered()
  apart.publish('t', 'thread')
  while (got.length < 2) await new Promise(setImmediate)
  expect(got.sort()).toEqual(['each thread', 'thread'])
  apart.close()
})

test('an endless exchange within microtasks starves neither timers nor immediates', async () => {
  let going = true
  let last = -1
  bus.subscribe('ping', async (n) => {
    expect(n).toBe(++last)
    await null
    if (going) bus.publish('ping', n + 1)
  })
  bus.publish('ping', 0)
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    await new Promise(setImmediate)
  }
  going = false
  await delivered()
  expect(last).toBeGreaterThan(0)
})
