'use strict'

// Which thread runs a task: affinity, retries after a thread's death, recycled threads, a pool that changes its size.

const { closePools, failure, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('tasks of one affinity run on one thread, in order', async () => {
  const pool = openPool({ maxThreads: 4, minThreads: 4 })
  const keys = Array.from({ length: 40 }, (_, i) => `key ${i % 8}`)
  const threads = await Promise.all(keys.map((affinity) => pool.run(0, { name: 'where', affinity })))
  for (let i = 8; i < threads.length; i++) expect(threads[i]).toBe(threads[i % 8])
  expect(new Set(threads).size).toBeGreaterThan(1)
  expect(await pool.run(1, { affinity: 7 })).toBe(1)
})

test('an affinity finds another thread when its own dies', async () => {
  const pool = openPool({ maxThreads: 2, minThreads: 2 })
  const where = () => pool.run(0, { name: 'where', affinity: 'a' })
  const first = await where()
  const lost = failure(pool.run(0, { name: 'exit', affinity: 'a' }))
  const after = Promise.all([where(), where(), where()])
  expect(await lost).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  const [one, two, three] = await after
  expect([two, three]).toEqual([one, one])
  expect(one).not.toBe(first)
})

test('a task is run again as often as its retries allow when its thread dies', async () => {
  const pool = openPool({ maxThreads: 1, workerData: sharedWords() })
  expect(await pool.run(2, { name: 'dieTimes', retries: 2 })).toBe(3)
  const hopeless = openPool({ maxThreads: 1, workerData: sharedWords() })
  const error = await failure(hopeless.run(9, { name: 'dieTimes', retries: 2 }))
  expect(error).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(hopeless.stats()).toMatchObject({ failed: 1, queued: 0, running: 0 })
})

test('what a handler throws is not retried', async () => {
  const pool = openPool()
  await expect(pool.run('once', { name: 'fail', retries: 3 })).rejects.toMatchObject({ message: 'failed once' })
})

test('a thread is replaced after its tasks, and no task is lost by it', async () => {
  const pool = openPool({ maxThreads: 2, recycle: { afterTasks: 10 } })
  const results = await Promise.all(Array.from({ length: 200 }, () => pool.run(0, { name: 'count' })))
  const threads = new Set(results.map((one) => one.thread))
  expect(threads.size).toBeGreaterThan(5)
  expect(pool.stats()).toMatchObject({ completed: 200, failed: 0 })
})

test('a thread whose heap or external memory has grown is replaced', async () => {
  const pool = openPool({ maxThreads: 1, recycle: { maxHeapBytes: 100 * 2 ** 20 } })
  const threads = new Set()
  for (let i = 0; i < 12; i++) threads.add(await pool.run(20 * 2 ** 20, { name: 'leak' }))
  expect(threads.size).toBeGreaterThan(1)
  expect(threads.size).toBeLessThan(6)
})

test('recycling waits for tasks that share the thread', async () => {
  const pool = openPool({ maxThreads: 1, concurrentTasksPerWorker: 4, recycle: { afterTasks: 2 } })
  const tasks = [30, 1, 1, 30, 5, 5, 5].map((ms) => pool.run(ms, { name: 'sleep' }))
  expect(await Promise.all(tasks)).toEqual([30, 1, 1, 30, 5, 5, 5])
  expect(pool.stats().failed).toBe(0)
})

test('a pool can be made larger and smaller while it works', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = [1, 2, 3].map(() => pool.run(9, { name: 'beginAndBlock' }))
  await reached(words, 0, 1)
  pool.resize({ min: 3, max: 3 })
  expect([pool.minThreads, pool.maxThreads, pool.threads.length]).toEqual([3, 3, 3])
  await reached(words, 0, 3)
  pool.resize({ max: 1 })
  expect([pool.minThreads, pool.maxThreads, pool.threads.length]).toEqual([1, 1, 1])
  const next = Array.from({ length: 20 }, (_, i) => pool.run(i))
  release(words, 9)
  expect(await Promise.all(blocked)).toEqual(['ok', 'ok', 'ok'])
  expect(await Promise.all(next)).toEqual(next.map((_, i) => i))
  expect(pool.stats()).toMatchObject({ threads: 1, failed: 0 })
})

test('resize() changes what can wait and when to drain', () => {
  const pool = openPool({ minThreads: 1, maxThreads: 1, maxQueue: 0, workerData: sharedWords() })
  const first = failure(pool.run(0, { name: 'hang' }))
  expect(pool.needsDrain).toBe(true)
  pool.resize({ max: 2 })
  expect([pool.minThreads, pool.needsDrain]).toEqual([1, false])
  const second = failure(pool.run(0, { name: 'hang' }))
  expect(pool.threads.length).toBe(2)
  return pool.destroy().then(() => Promise.all([first, second]))
})

test.each([
  [{ min: 3, max: 2 }, 'ERR_OUT_OF_RANGE'],
  [{ min: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ max: 0 }, 'ERR_OUT_OF_RANGE'],
  [{ min: Symbol('two') }, 'ERR_INVALID_ARG_TYPE'],
  [5, 'ERR_INVALID_ARG_TYPE'],
])('resize(%p) throws %s', (limits, code) => {
  const pool = openPool()
  expect(() => pool.resize(/** @type {any} */ (limits))).toThrow(expect.objectContaining({ code }))
})

test('warmUp() resolves when all threads have loaded their handler', async () => {
  const pool = openPool({ minThreads: 2, maxThreads: 2 })
  await pool.warmUp()
  expect(pool.threads.length).toBe(2)
  await pool.warmUp()
  pool.resize({ min: 3, max: 3 })
  await pool.warmUp()
  expect(await pool.run(1)).toBe(1)
})

test('warmUp() rejects where no thread can start, and after the end', async () => {
  const pool = openPool({ filename: require.resolve('../fixtures/pool/exits-at-load.js') })
  expect(await failure(pool.warmUp())).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  await pool.close()
  expect(await failure(pool.warmUp())).toMatchObject({ code: 'ERR_POOL_CLOSED' })
})
