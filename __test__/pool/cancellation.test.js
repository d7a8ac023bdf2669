'use strict'

const { EventEmitter } = require('node:events')
const { closePools, failure, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('a signal that has fired rejects at once', async () => {
  const pool = openPool()
  const error = await failure(pool.run(1, { signal: AbortSignal.abort('why') }))
  expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'why' })
})

test('a queued task leaves the queue and never runs', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  await reached(words, 0, 1)
  const controller = new AbortController()
  const cancelled = failure(pool.run(0, { name: 'hang', signal: controller.signal }))
  const next = pool.run('next')
  expect(pool.queueSize).toBe(2)
  controller.abort(new TypeError('no more'))
  expect(pool.queueSize).toBe(1)
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR', cause: { message: 'no more' } })
  release(words, 9)
  expect(await blocked).toBe('ok')
  expect(await next).toBe('next')
  expect(Atomics.load(words, 0)).toBe(1)
  expect(pool.stats().cancelled).toBe(1)
})

test('a running task sees its signal, and its thread goes on', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words, gracePeriodMs: Number.POSITIVE_INFINITY })
  const [thread] = pool.threads
  const controller = new AbortController()
  const cancelled = failure(pool.run(0, { name: 'untilAborted', signal: controller.signal }))
  await reached(words, 0, 1)
  controller.abort()
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  expect(await pool.run('next')).toBe('next')
  expect(pool.threads).toEqual([thread])
})

test('a running loop sees the native flag', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words, gracePeriodMs: Number.POSITIVE_INFINITY })
  const controller = new AbortController()
  const cancelled = failure(pool.run(0, { name: 'untilCancelled', signal: controller.signal }))
  await reached(words, 0, 1)
  controller.abort()
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  await reached(words, 1, 1)
  expect(await pool.run('next')).toBe('next')
})

test.each([0, 20])('a task that does not end loses its thread after %d ms of grace', async (gracePeriodMs) => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words, gracePeriodMs })
  const [thread] = pool.threads
  const controller = new AbortController()
  const cancelled = failure(pool.run(0, { name: 'hang', signal: controller.signal }))
  const next = pool.run('next')
  await reached(words, 0, 1)
  controller.abort()
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  expect(await next).toBe('next')
  expect(pool.threads).not.toContain(thread)
})

test('a timeout counts from the start of the run', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  await reached(words, 0, 1)
  const queued = pool.run('in time', { timeout: 1000 })
  const late = failure(pool.run(0, { name: 'untilAborted', timeout: 5 }))
  release(words, 9)
  expect(await blocked).toBe('ok')
  expect(await queued).toBe('in time')
  expect(await late).toMatchObject({ code: 'ERR_POOL_TASK_TIMEOUT' })
  expect(await pool.run('next')).toBe('next')
})

test('a timeout ends a task that blocks its thread', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words, gracePeriodMs: 10 })
  await expect(pool.run(9, { name: 'block', timeout: 20 })).rejects.toMatchObject({ code: 'ERR_POOL_TASK_TIMEOUT' })
  expect(await pool.run('next')).toBe('next')
})

test('ending a task with a signal harms no other', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, concurrentTasksPerWorker: 4, workerData: words, gracePeriodMs: 5 })
  const controller = new AbortController()
  const before = Promise.all([1, 2, 3].map(() => pool.run(20, { name: 'sleep' })))
  const hangs = failure(pool.run(0, { name: 'hang', signal: controller.signal }))
  const after = Promise.all([1, 2, 3].map(() => pool.run(1, { name: 'sleep' })))
  await reached(words, 0, 1)
  controller.abort()
  expect(await hangs).toMatchObject({ code: 'ABORT_ERR' })
  expect(await before).toEqual([20, 20, 20])
  expect(await after).toEqual([1, 1, 1])
})

test.each([
  [true, 4],
  [false, 1],
])('cooperative: %p lets %d tasks with signals share a thread', async (cooperative, most) => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, concurrentTasksPerWorker: 4, workerData: words })
  const { signal } = new AbortController()
  await Promise.all([1, 2, 3, 4].map(() => pool.run(10, { name: 'overlap', signal, cooperative })))
  expect(Atomics.load(words, 3)).toBe(most)
})

test('a task may be cancelled in the tick of its run()', async () => {
  const pool = openPool()
  const controller = new AbortController()
  const cancelled = failure(pool.run(0, { name: 'hang', signal: controller.signal }))
  controller.abort()
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  expect(await pool.run(1)).toBe(1)
})

test('an EventEmitter can be the signal', async () => {
  const words = sharedWords()
  const pool = openPool({ workerData: words })
  const signal = new EventEmitter()
  const cancelled = failure(pool.run(0, { name: 'untilAborted', signal }))
  await reached(words, 0, 1)
  signal.emit('abort')
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  await pool.run(1, { signal })
  expect(signal.listenerCount('abort')).toBe(0)
})

test('an aborted signal of many tasks cancels all of them', async () => {
  const words = sharedWords()
  const pool = openPool({ workerData: words, gracePeriodMs: 1 })
  const { signal, abort } = controls()
  const tasks = Array.from({ length: 500 }, () => failure(pool.run(0, { name: 'hang', signal })))
  await reached(words, 0, 2)
  abort()
  for (const error of await Promise.all(tasks)) expect(error).toMatchObject({ code: 'ABORT_ERR' })
  expect(await pool.run('next')).toBe('next')
})

function controls() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
