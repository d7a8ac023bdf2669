'use strict'

const { ITEMS_AHEAD } = require('../../lib/pool/wire.js')
const { closePools, failure, openPool, reached, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

/** @param {AsyncIterable<any>} source */
async function all(source) {
  const items = []
  for await (const item of source) items.push(item)
  return items
}

test('what a generator yields arrives in order', async () => {
  const pool = openPool({ workerData: sharedWords() })
  expect(await all(pool.iterate(100, { name: 'items' }))).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect(await all(pool.iterate(3, { name: 'itemsLater' }))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }])
  expect(await all(pool.iterate(0, { name: 'items' }))).toEqual([])
})

test('what it returns is the last result', async () => {
  const items = openPool().iterate(1, { name: 'items' })
  expect(await items.next()).toEqual({ value: 0, done: false })
  expect(await items.next()).toEqual({ value: 'returned', done: true })
})

test('a generator runs ahead of its consumer by a bounded number', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const items = pool.iterate(1000, { name: 'itemsLater' })
  await items.next()
  await reached(words, 1, ITEMS_AHEAD)
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  expect(Atomics.load(words, 1)).toBeLessThanOrEqual(ITEMS_AHEAD + 1)
  const rest = await all(items)
  expect(rest.length).toBe(999)
})

test('leaving the loop closes the generator, and its thread goes on', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const [thread] = pool.threads
  for await (const item of pool.iterate(1e6, { name: 'itemsLater' })) if (item.i === 5) break
  await reached(words, 2, 1)
  expect(await pool.run('next')).toBe('next')
  expect(pool.threads).toEqual([thread])
})

test('what it throws ends the loop', async () => {
  const items = openPool().iterate(0, { name: 'itemsThenFail' })
  expect(await items.next()).toMatchObject({ value: 1 })
  expect(await failure(items.next())).toMatchObject({ name: 'RangeError', message: 'after one' })
})

test('a signal ends the loop', async () => {
  const controller = new AbortController()
  const pool = openPool({ workerData: sharedWords() })
  const items = pool.iterate(1e6, { name: 'itemsLater', signal: controller.signal })
  await items.next()
  controller.abort()
  expect(await failure(all(items))).toMatchObject({ code: 'ABORT_ERR' })
})

test('the end of the thread ends the loop', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const items = pool.iterate(1e6, { name: 'itemsLater' })
  await items.next()
  await pool.threads[0].terminate()
  expect(await failure(all(items))).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
})

test('a handler that yields nothing that can be iterated rejects', async () => {
  expect(await failure(openPool().iterate(5).next())).toMatchObject({ code: 'ERR_INVALID_RETURN_VALUE' })
  expect(await all(openPool().iterate([1, 2]))).toEqual([1, 2])
})

test('arguments are checked by the call', async () => {
  const pool = openPool()
  expect(() => pool.iterate(1, { priority: 0.5 })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  await pool.close()
})

test('what run() would reject with rejects the first next()', async () => {
  const pool = openPool()
  const aborted = pool.iterate(1, { name: 'items', signal: AbortSignal.abort('why') })
  expect(await failure(aborted.next())).toMatchObject({ code: 'ABORT_ERR', cause: 'why' })
  expect(await aborted.next()).toEqual({ value: undefined, done: true })
  await pool.close()
  expect(await failure(pool.iterate(1).next())).toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test.each(['return', 'throw'])('%s() before the first next() cancels the task', async (method) => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const [thread] = pool.threads
  const items = pool.iterate(1e9, { name: 'itemsLater' })
  await reached(words, 1, 1)
  const ended = items[/** @type {'return'} */ (method)]('given')
  if (method === 'throw') await expect(ended).rejects.toBe('given')
  else expect(await ended).toEqual({ value: 'given', done: true })
  expect(await items.next()).toEqual({ value: undefined, done: true })
  await reached(words, 2, 1)
  expect(await pool.run('next')).toBe('next')
  expect(pool.threads).toEqual([thread])
})

test('calls of next() are answered in their order, and by return()', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const items = pool.iterate(30, { name: 'itemsLater' })
  const answers = await Promise.all(Array.from({ length: 30 }, () => items.next()))
  expect(answers.map(({ value }) => value.i)).toEqual(answers.map((_, i) => i))
  const hanging = pool.iterate(0, { name: 'hang' })
  const next = hanging.next()
  await hanging.return()
  expect(await next).toEqual({ value: undefined, done: true })
})
