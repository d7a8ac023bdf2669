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
  const queued = pool.run('in time', { timeout: 30_000 })
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

test('a task whose handler has ended rejects as well until its result is delivered, and counts once', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words, maxQueue: 0 })
  const { signal, abort } = controls()
  const aborted = failure(pool.run(7, { name: 'recordThenEcho', signal }))
  const other = pool.stats().threads // the task is handed over in a microtask
  await Promise.resolve()
  // This thread is blocked until the task has run: its result cannot have been delivered.
  while (Atomics.load(words, 1) !== 7) Atomics.wait(words, 4, 0, 1)
  Atomics.wait(words, 4, 0, 20)
  abort()
  expect(await aborted).toMatchObject({ code: 'ABORT_ERR' })
  await pool.ready()
  expect(await pool.run('next')).toBe('next')
  expect(pool.stats()).toMatchObject({ threads: other, completed: 1, cancelled: 1, failed: 0, queued: 0, running: 0 })
})

const ignored = () => {}
test.each([
  [{}],
  [{ addEventListener: ignored }],
  [{ addEventListener: 1, removeEventListener: ignored, once: ignored, off: ignored }],
  [{ once: ignored }],
  [{ once: ignored, removeListener: 1 }],
  ['signal'],
])('%p is no signal', async (signal) => {
  const pool = openPool({ maxThreads: 1, maxQueue: 0 })
  const options = /** @type {any} */ ({ signal })
  expect(await failure(pool.run(1, options))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(await pool.run(2)).toBe(2)
})

test('a signal that lets nobody listen rejects its task, which never runs', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, maxQueue: 0, workerData: words })
  const signal = /** @type {any} */ ({
    addEventListener() {
      throw new RangeError('deaf')
    },
    removeEventListener() {},
  })
  expect(await failure(pool.run(1, { name: 'hang', signal }))).toMatchObject({ message: 'deaf' })
  expect(await pool.run(2)).toBe(2)
  expect(Atomics.load(words, 0)).toBe(0)
  expect(pool.stats()).toMatchObject({ queued: 0, running: 0 })
})

test('once and off are enough of a signal', async () => {
  const emitter = new EventEmitter()
  const signal = /** @type {any} */ ({
    once: (/** @type {string} */ event, /** @type {() => void} */ listener) => emitter.once(event, listener),
    off: (/** @type {string} */ event, /** @type {() => void} */ listener) => emitter.off(event, listener),
  })
  const pool = openPool({ workerData: sharedWords() })
  expect(await pool.run(1, { signal })).toBe(1)
  expect(emitter.listenerCount('abort')).toBe(0)
})

test('a task that is aborted while it is captured never runs', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, maxQueue: 0, workerData: words })
  const { signal, abort } = controls()
  const task = {
    get a() {
      abort()
      return 1
    },
  }
  expect(await failure(pool.run(task, { name: 'hang', signal }))).toMatchObject({ code: 'ABORT_ERR' })
  expect(await pool.run(2)).toBe(2)
  expect(Atomics.load(words, 0)).toBe(0)
  expect(pool.stats().cancelled).toBe(1)
})

test('one signal may be that of many tasks and worries nobody', async () => {
  /** @type {Error[]} */
  const warnings = []
  const onWarning = (/** @type {Error} */ warning) => warnings.push(warning)
  process.on('warning', onWarning)
  const { signal } = controls()
  const emitter = new EventEmitter()
  const pool = openPool()
  await Promise.all(Array.from({ length: 50 }, (_, i) => pool.run(i, { signal: i % 2 === 0 ? signal : emitter })))
  await new Promise(setImmediate)
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

function controls() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
