'use strict'

// Threads that die with tasks queued, claimed and running: each promise settles once, and the pool goes on.

const path = require('node:path')
const { FixedQueue } = require('../../lib/pool/index.js')
const { closePools, failure, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test.each([
  ['exits', 'exit', undefined],
  ['throws uncaught', 'throwUncaught', { name: 'TypeError', message: 'uncaught in a worker' }],
])('a task whose thread %s is lost, the others are run by the next', async (_, name, cause) => {
  const pool = openPool({ maxThreads: 1 })
  const before = pool.run('before')
  const lost = failure(pool.run(7, { name }))
  const after = Promise.all(Array.from({ length: 200 }, (_, i) => pool.run(i)))
  const error = await lost
  expect(error).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  if (cause) expect(error.cause).toMatchObject(cause)
  expect(await before).toBe('before')
  expect(await after).toEqual(Array.from({ length: 200 }, (_, i) => i))
  expect(pool.stats()).toMatchObject({ failed: 1, queued: 0, running: 0 })
})

test('a thread that is terminated loses only what it ran', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const running = failure(pool.run(0, { name: 'hang' }))
  const queued = pool.run('queued')
  await reached(words, 0, 1)
  await pool.threads[0].terminate()
  expect(await running).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(await queued).toBe('queued')
})

test('a thread that runs out of heap says so', async () => {
  const pool = openPool({ maxThreads: 1, resourceLimits: { maxOldGenerationSizeMb: 16 } })
  const lost = failure(pool.run(0, { name: 'exhaustHeap' }))
  const queued = pool.run('queued')
  const error = await lost
  expect(error).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED', cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } })
  expect(await queued).toBe('queued')
})

test('threads that cannot start reject what waits for them, and a later task tries again', async () => {
  const pool = openPool({ filename: path.join(__dirname, '../fixtures/pool/exits-at-load.js') })
  const errors = await Promise.all([failure(pool.run(1)), failure(pool.run(2))])
  for (const error of errors) expect(error).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(await failure(pool.run(3))).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
})

test("an uncaught error between tasks is the pool's 'error' event, and the thread is replaced", async () => {
  const pool = openPool({ maxThreads: 1 })
  const error = new Promise((resolve) => pool.once('error', resolve))
  await pool.run(0, { name: 'throwAfterwards' })
  expect(await error).toMatchObject({ name: 'TypeError', message: 'uncaught between tasks' })
  expect(await pool.run('next')).toBe('next')
})

test('a task that is blocked holds up no other while a thread is free', async () => {
  const words = sharedWords()
  const pool = openPool({ workerData: words })
  await Promise.all(Array.from({ length: 2000 }, (_, i) => pool.run(i)))
  // Claims now hold many tasks: what was claimed behind the blocked one has to be taken back.
  const blocked = pool.run(9, { name: 'block' })
  const others = Array.from({ length: 50 }, (_, i) => pool.run(i))
  expect(await Promise.all(others)).toEqual(others.map((_, i) => i))
  release(words, 9)
  expect(await blocked).toBe('ok')
})

test('what was done before a task that blocks its thread is known at once', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  await Promise.all(Array.from({ length: 2000 }, (_, i) => pool.run(i)))
  const before = Array.from({ length: 30 }, (_, i) => pool.run(i))
  const blocked = pool.run(9, { name: 'block' })
  expect(await Promise.all(before)).toEqual(before.map((_, i) => i))
  release(words, 9)
  expect(await blocked).toBe('ok')
})

test('what was done before a task that ends its thread is not lost', async () => {
  const pool = openPool({ maxThreads: 1 })
  await Promise.all(Array.from({ length: 2000 }, (_, i) => pool.run(i)))
  const before = Array.from({ length: 30 }, (_, i) => pool.run(i))
  const lost = failure(pool.run(0, { name: 'exit' }))
  expect(await Promise.all(before)).toEqual(before.map((_, i) => i))
  expect(await lost).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
})

test('creation and end of threads are events', async () => {
  const pool = openPool({ maxThreads: 1 })
  /** @type {string[]} */
  const seen = []
  pool.on('workerCreate', () => seen.push('create'))
  pool.on('workerDestroy', () => seen.push('destroy'))
  await failure(pool.run(0, { name: 'exit' }))
  await pool.run(1)
  expect(seen).toEqual(['create', 'destroy', 'create'])
})

const REFUSED = '--no-such-option'

test('where Node makes no thread, what waits for one rejects with its error, and nothing is left waiting', async () => {
  const pool = openPool({ minThreads: 0, maxThreads: 1, execArgv: [REFUSED] })
  const code = 'ERR_WORKER_INVALID_EXEC_ARGV'
  await expect(pool.run(1)).rejects.toMatchObject({ code })
  await expect(pool.warmUp()).resolves.toBeUndefined() // none is wanted
  await pool.drain()
  expect(pool.stats()).toMatchObject({ queued: 0, running: 0, failed: 1 })
})

test.each([
  ['a queue of its own', { taskQueue: new FixedQueue() }],
  ['the scheduler', {}],
])('a thread that cannot be replaced costs what waits, not the process: %s', async (_, options) => {
  /** @type {string[]} */
  const execArgv = []
  const pool = openPool({ minThreads: 1, maxThreads: 1, execArgv, ...options })
  expect(await pool.run(1)).toBe(1)
  execArgv.push(REFUSED)
  const tasks = [pool.run(1, { name: 'exit' }), pool.run(2)].map(failure)
  const codes = (await Promise.all(tasks)).map(({ code }) => code)
  expect(codes).toEqual(['ERR_POOL_WORKER_EXITED', 'ERR_WORKER_INVALID_EXEC_ARGV'])
  await pool.drain()
  execArgv.pop()
  expect(await pool.run(3)).toBe(3)
})

test('what a queue or a balancer throws rejects the task that it was asked for', async () => {
  let isAngry = true
  const loadBalancer = (/** @type {any} */ _, /** @type {any[]} */ threads) => {
    if (isAngry) throw new RangeError('no choice')
    return threads[0]
  }
  const pool = openPool({ maxThreads: 1, loadBalancer })
  await expect(pool.run(1)).rejects.toThrow('no choice')
  isAngry = false
  expect(await pool.run(2)).toBe(2)
  await pool.drain()
})
