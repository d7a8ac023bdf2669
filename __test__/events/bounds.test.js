'use strict'

const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`bounds ${count++}`)
})
afterEach(() => bus.close())

/** Publishes 0 to 9, each of 24 bytes in a queue: five fill one that is bounded at 100. */
function publishTen() {
  return Array.from({ length: 10 }, (_, i) => bus.publish('t', i))
}

test('a queue past its bound drops the oldest, and says so', async () => {
  const got = []
  const overflows = []
  const subscription = bus.subscribe('t', (payload) => got.push(payload), { maxQueuedBytes: 100 })
  bus.on('overflow', (one) => overflows.push([one.subscription === subscription, one.dropped]))
  publishTen()
  await bus.flush()
  expect(got).toEqual([5, 6, 7, 8, 9])
  expect(overflows).toEqual([[true, 5]])
  expect([subscription.dropped, subscription.queued]).toEqual([5, 0])
  publishTen()
  await bus.flush()
  expect(overflows[1]).toEqual([true, 5])
  expect(bus.stats()).toMatchObject({ dropped: 10, delivered: 10, published: 20, queued: 0, queuedBytes: 0 })
  subscription.unsubscribe()
  expect(subscription.dropped).toBe(10)
})

test('or drops the newest', async () => {
  const got = []
  bus.subscribe('t', (payload) => got.push(payload), { maxQueuedBytes: 100, overflow: 'drop-newest' })
  publishTen()
  await bus.flush()
  expect(got).toEqual([0, 1, 2, 3, 4])
})

test('or ends with an error, after what it had', async () => {
  const got = []
  const errors = []
  bus.on('error', (error) => errors.push(error.code))
  bus.subscribe('t', (payload) => got.push(payload), { maxQueuedBytes: 100, overflow: 'error' })
  publishTen()
  await bus.flush()
  while (errors.length === 0) await new Promise(setImmediate)
  expect(got).toEqual([0, 1, 2, 3, 4])
  expect(errors).toEqual(['ERR_EVENTS_QUEUE_OVERFLOW'])
  expect(bus.hasSubscribers('t')).toBe(false)
})

test('the bound of the Bus is that of subscriptions without one', async () => {
  const small = Bus.open('small', { maxQueuedBytes: 100 })
  const got = []
  small.subscribe('t', (payload) => got.push(payload))
  for (let i = 0; i < 10; i++) small.publish('t', i)
  await small.flush()
  expect(got.length).toBe(5)
  small.close()
})

test('publish() is false while a queue is full, also within one turn; who waits then loses nothing', async () => {
  let got = 0
  const subscription = bus.subscribe('t', () => got++, { maxQueuedBytes: 1000 })
  let waits = 0
  for (let i = 0; i < 500; i++) {
    if (!bus.publish('t', i)) {
      waits++
      await bus.drain()
    }
  }
  await bus.flush()
  expect([got, subscription.dropped]).toEqual([500, 0])
  expect(waits).toBeGreaterThan(5)
})

test('publish() without any subscription is true', () => {
  for (let i = 0; i < 10_000; i++) expect(bus.publish('nobody', i)).toBe(true)
})

test('a wait for room ends by a signal, by close, or at once where there is room', async () => {
  await bus.drain()
  const controller = new AbortController()
  await expect(bus.drain({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  bus.subscribe('t', () => {}, { maxQueuedBytes: 10 })
  bus.publish('t', 'more than half')
  const aborted = bus.drain({ signal: controller.signal })
  controller.abort('reason')
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'reason' })
  bus.publish('t', 'more than half')
  const closed = bus.drain()
  await null
  bus.close()
  await expect(closed).rejects.toMatchObject({ code: 'ERR_EVENTS_BUS_CLOSED' })
})

test('each message of a group goes to one member, and nothing is lost when one leaves', async () => {
  const got = { a: [], b: [], all: [] }
  bus.subscribe('job.*', (payload) => got.a.push(payload), { group: 'workers' })
  const b = bus.subscribe('job.>', (payload) => got.b.push(payload), { group: 'workers' })
  bus.subscribe('job.*', (payload) => got.all.push(payload))
  for (let i = 0; i < 100; i++) bus.publish('job.x', i)
  await bus.flush()
  expect([got.a.length, got.b.length, got.all.length]).toEqual([50, 50, 100])
  for (let i = 100; i < 200; i++) bus.publish('job.x', i)
  queueMicrotask(() => {}) // handed over by now or not: both members have their share when b leaves
  await new Promise((resolve) => process.nextTick(resolve))
  b.unsubscribe()
  await bus.flush()
  expect(got.b.length).toBe(50)
  expect([...got.a, ...got.b].sort((x, y) => x - y)).toEqual(Array.from({ length: 200 }, (_, i) => i))
})
