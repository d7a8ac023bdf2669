'use strict'

const { closePools, failure, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('higher priorities start first, equal ones in order', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = pool.run(900, { name: 'block' })
  const order = [0, -5, 7, 0, 1000, 7].map((priority, i) => pool.run(i, { name: 'recordThenEcho', priority }))
  release(words, 900)
  await Promise.all([blocked, ...order])
  expect([...words.slice(1, 7)]).toEqual([4, 2, 5, 0, 3, 1])
})

test('a full queue refuses at once, and has room again when a task is done', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, maxQueue: 2, workerData: words })
  const running = pool.run(9, { name: 'block' })
  const queued = [pool.run(1), pool.run(2)]
  expect(pool.queueSize).toBe(2)
  await expect(pool.run(3)).rejects.toMatchObject({ code: 'ERR_POOL_QUEUE_FULL' })
  let isReady = false
  const ready = pool.ready().then(() => {
    isReady = true
  })
  await new Promise(setImmediate)
  expect(isReady).toBe(false)
  release(words, 9)
  await running
  await ready
  expect(await pool.run(4)).toBe(4)
  expect(await Promise.all(queued)).toEqual([1, 2])
})

test('ready() lets in as many as there is room for', async () => {
  const pool = openPool({ maxThreads: 1, maxQueue: 1 })
  const results = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      await pool.ready()
      return pool.run(i)
    })
  )
  expect(results).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test("maxQueue: 'auto' is maxThreads squared, 0 lets nothing wait", async () => {
  expect(openPool({ maxThreads: 3, minThreads: 1, maxQueue: 'auto' }).options.maxQueue).toBe(9)
  const pool = openPool({ maxThreads: 1, maxQueue: 0 })
  const first = pool.run(1)
  await expect(pool.run(2)).rejects.toMatchObject({ code: 'ERR_POOL_QUEUE_FULL' })
  expect(await first).toBe(1)
  expect(await pool.run(3)).toBe(3)
})

test("'needsDrain' and 'drain' say when the threads have enough to do", async () => {
  const pool = openPool({ maxThreads: 1 })
  /** @type {string[]} */
  const seen = []
  pool.on('needsDrain', () => seen.push('needsDrain'))
  pool.on('drain', () => seen.push('drain'))
  const tasks = [pool.run(1), pool.run(2), pool.run(3)]
  expect(pool.needsDrain).toBe(true)
  await Promise.all(tasks)
  await new Promise(setImmediate)
  expect(pool.needsDrain).toBe(false)
  expect(seen).toEqual(['needsDrain', 'drain'])
})

test('drain() waits for all that was accepted', async () => {
  const pool = openPool()
  let done = 0
  const tasks = Array.from({ length: 20 }, () => pool.run(2, { name: 'sleep' }).then(() => done++))
  await pool.drain()
  expect(pool.stats()).toMatchObject({ queued: 0, completed: 20 })
  await Promise.all(tasks)
  await pool.drain()
})

test('threads beyond the minimum come with the work and go without it', async () => {
  const words = sharedWords()
  const pool = openPool({ minThreads: 1, maxThreads: 3, idleTimeout: 1, workerData: words })
  expect(pool.threads.length).toBe(1)
  const tasks = [1, 2, 3, 4].map(() => pool.run(9, { name: 'beginAndBlock' }))
  expect(pool.threads.length).toBe(3)
  await reached(words, 0, 3)
  release(words, 9)
  await Promise.all(tasks)
  while (pool.threads.length > 1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await pool.run('next')).toBe('next')
})

test('concurrentTasksPerWorker bounds what shares a thread', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, concurrentTasksPerWorker: 3, workerData: words })
  await Promise.all(Array.from({ length: 12 }, () => pool.run(3, { name: 'overlap' })))
  expect(Atomics.load(words, 3)).toBe(3)
})

test('stats() and the histograms count and time', async () => {
  const pool = openPool({ maxThreads: 1 })
  await Promise.all([pool.run(5, { name: 'sleep' }), pool.run(1)])
  await failure(pool.run(0, { name: 'fail' }))
  const { threads, completed, failed, cancelled, run, wait, utilization } = pool.stats()
  expect({ threads, completed, failed, cancelled }).toEqual({ threads: 1, completed: 3, failed: 1, cancelled: 0 })
  expect(run.max).toBeGreaterThanOrEqual(4)
  expect(wait.max).toBeGreaterThan(0)
  expect(utilization).toBeGreaterThan(0)
  expect(utilization).toBeLessThanOrEqual(1)
  expect(pool.duration).toBeGreaterThan(4)
  const { histogram } = pool
  expect(histogram.runTime?.max).toBe(run.max)
  expect(pool.runTime).toEqual(histogram.runTime)
  expect(histogram.waitTime?.p99).toBeGreaterThan(0)
  await pool.close()
  expect(pool.stats()).toMatchObject({ threads: 0, completed: 3, run: { max: run.max } })
  expect(histogram.runTime?.max).toBe(run.max)
})

test('histograms can be reset, and be left out', async () => {
  const pool = openPool({ maxThreads: 1 })
  const { histogram } = pool
  await pool.run(1)
  expect(histogram.runTime?.max).toBeGreaterThan(0)
  histogram.resetRunTime()
  histogram.resetWaitTime()
  expect([histogram.runTime?.max, histogram.waitTime?.mean, histogram.runTime?.stddev]).toEqual([
    0,
    Number.NaN,
    Number.NaN,
  ])
  const silent = openPool({ recordTiming: false })
  silent.histogram.resetRunTime()
  expect([silent.histogram.runTime, silent.waitTime]).toEqual([undefined, undefined])
})
