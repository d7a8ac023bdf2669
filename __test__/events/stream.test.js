'use strict'

const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`stream ${count++}`)
})
afterEach(() => bus.close())

test('messages come in order, also those published before they are asked for', async () => {
  const stream = bus.stream('t.*')
  for (let i = 0; i < 1000; i++) bus.publish(`t.${i}`, { i })
  const got = []
  for await (const { topic, payload, meta } of stream) {
    expect(topic).toBe(`t.${payload.i}`)
    expect(meta.sequence).toBe(payload.i)
    got.push(payload.i)
    if (payload.i === 999) break
  }
  expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  expect(bus.hasSubscribers('t.1')).toBe(false)
  expect(await stream.next()).toEqual({ value: undefined, done: true })
})

test('several readers may wait, each gets the next message', async () => {
  const stream = bus.stream('t')
  const waiting = [stream.next(), stream.next(), stream.next()]
  for (const i of [1, 2]) bus.publish('t', i)
  const [first, second] = await Promise.all(waiting.slice(0, 2))
  expect([first.value.payload, second.value.payload]).toEqual([1, 2])
  await stream.return()
  expect(await waiting[2]).toEqual({ value: undefined, done: true })
})

test('what nobody asks for stays in the bounded queue', async () => {
  const overflows = []
  bus.on('overflow', (one) => overflows.push(one.dropped))
  const stream = bus.stream('t', { maxQueuedBytes: 100 })
  for (let i = 0; i < 10; i++) bus.publish('t', i)
  await new Promise(setImmediate)
  expect((await stream.next()).value.payload).toBe(5)
  expect(overflows).toEqual([5])
})

test('ends with the error of its policy, after what it had', async () => {
  const stream = bus.stream('t', { maxQueuedBytes: 100, overflow: 'error' })
  for (let i = 0; i < 10; i++) bus.publish('t', i)
  // On a slow machine the first ones go out before the others: they shall all be there before anything is read.
  await new Promise(setImmediate)
  const got = []
  const reading = (async () => {
    for await (const { payload } of stream) got.push(payload)
  })()
  await expect(reading).rejects.toMatchObject({ code: 'ERR_EVENTS_QUEUE_OVERFLOW' })
  expect(got).toEqual([0, 1, 2, 3, 4])
})

test('ends by a signal and by close', async () => {
  const controller = new AbortController()
  const aborted = bus.stream('t', { signal: controller.signal }).next()
  controller.abort()
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
  await expect(bus.stream('t', { signal: AbortSignal.abort() }).next()).rejects.toMatchObject({ code: 'ABORT_ERR' })
  const waiting = bus.stream('t').next()
  bus.close()
  expect(await waiting).toEqual({ value: undefined, done: true })
})
