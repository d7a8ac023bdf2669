'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')
const { getEventListeners } = require('node:events')
const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`signals ${count++}`)
})
afterEach(() => bus.close())

test('what is no signal begins nothing', () => {
  const refused = expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
  for (const signal of [{ aborted: false }, { addEventListener() {} }, null, 1]) {
    expect(() => bus.subscribe('t', () => {}, { signal })).toThrow(refused)
    expect(() => bus.stream('t', { signal })).toThrow(refused)
  }
  expect(bus.hasSubscribers('t')).toBe(false)
})

test('drain() lets go of its signal when the Bus is closed', async () => {
  const { signal } = new AbortController()
  bus.subscribe('t', () => {}, { maxQueuedBytes: 1 })
  for (let i = 0; i < 10; i++) bus.publish('t', 'x'.repeat(20))
  const drained = bus.drain({ signal })
  bus.close()
  await expect(drained).rejects.toMatchObject({ code: 'ERR_EVENTS_BUS_CLOSED' })
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('what is undefined of replay is its default', () => {
  Bus.open(bus.name, { replay: { messages: undefined, topics: 5 } })
  bus.publish('t', 1)
})

test('a stream says in its own context that it has lost messages', async () => {
  const storage = new AsyncLocalStorage()
  const seen = []
  bus.on('overflow', () => seen.push(storage.getStore()))
  const stream = storage.run('own', () => bus.stream('t', { maxQueuedBytes: 100 }))
  for (let i = 0; i < 10; i++) bus.publish('t', i)
  await new Promise(setImmediate)
  await storage.run('reader', () => stream.next())
  expect(seen).toEqual(['own'])
})
