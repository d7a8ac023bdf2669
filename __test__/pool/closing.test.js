'use strict'

const { closePools, failure, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('close() during load lets every task end, then refuses', async () => {
  const pool = openPool()
  const tasks = Array.from({ length: 300 }, (_, i) => pool.run(i))
  const closed = pool.close()
  await expect(pool.run(1)).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
  expect(await Promise.all(tasks)).toEqual(tasks.map((_, i) => i))
  await closed
  expect(pool.threads).toEqual([])
  await expect(pool.run(1)).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
  await pool.close()
  await pool.destroy()
})

test('close({ force }) rejects what has not started', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const running = pool.run(9, { name: 'beginAndBlock' })
  const queued = Array.from({ length: 20 }, () => failure(pool.run(1)))
  await reached(words, 0, 1)
  const closed = pool.close({ force: true })
  for (const error of await Promise.all(queued)) expect(error).toMatchObject({ code: 'ERR_POOL_CLOSED' })
  release(words, 9)
  expect(await running).toBe('ok')
  await closed
})

test.each([
  [{ closeTimeout: 10 }, undefined],
  [{}, { gracePeriodMs: 10 }],
])('close() ends what does not end by itself: %p %p', async (options, closeOptions) => {
  const words = sharedWords()
  const pool = openPool({ ...options, workerData: words })
  const hangs = failure(pool.run(0, { name: 'hang' }))
  await reached(words, 0, 1)
  await pool.close(closeOptions)
  expect(await hangs).toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('destroy() during load rejects the rest and ends threads in the middle of a task', async () => {
  const words = sharedWords()
  const pool = openPool({ workerData: words })
  const blocked = failure(pool.run(9, { name: 'beginAndBlock' }))
  const tasks = Array.from({ length: 300 }, () => failure(pool.run(0, { name: 'hang' })))
  await reached(words, 0, 2)
  await pool.destroy()
  for (const error of await Promise.all([blocked, ...tasks])) expect(error).toMatchObject({ code: 'ERR_POOL_CLOSED' })
  expect(pool.threads).toEqual([])
})

test('destroy() in the tick of the first run(), before any thread is up', async () => {
  const pool = openPool()
  const task = failure(pool.run(1))
  await pool.destroy()
  expect(await task).toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('those who wait for room learn that the pool is closed', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, maxQueue: 0, workerData: words })
  const hangs = failure(pool.run(0, { name: 'hang' }))
  const waiting = pool.ready().then(() => failure(pool.run(1)))
  await pool.destroy()
  expect(await waiting).toMatchObject({ code: 'ERR_POOL_CLOSED' })
  expect(await hangs).toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('a pool can be disposed of', async () => {
  const pool = openPool()
  const task = pool.run(1)
  await pool[Symbol.asyncDispose]()
  expect(await task).toBe(1)
})

test('close() twice emits one event, and destroy() ends it early', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  let closed = 0
  pool.on('close', () => closed++)
  const task = failure(pool.run(0, { name: 'hang' }))
  await reached(words, 0, 1)
  const closing = [pool.close(), pool.close({ gracePeriodMs: 1e6 })]
  await pool.destroy()
  await Promise.all(closing)
  expect(await task).toMatchObject({ code: 'ERR_POOL_CLOSED' })
  await pool.close()
  expect(closed).toBe(1)
})
