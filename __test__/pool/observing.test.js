'use strict'

// What a pool shows and carries: metrics, traces, context.

const { AsyncLocalStorage } = require('node:async_hooks')
const { tracingChannel } = require('node:diagnostics_channel')
const { closePools, failure, openPool } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('metrics() is OpenMetrics text of stats()', async () => {
  const pool = openPool({ maxThreads: 1 })
  await Promise.all([pool.run(1), pool.run(2), failure(pool.run('x', { name: 'fail' }))])
  const text = pool.metrics()
  expect(text).toMatch(/^ironloop_pool_tasks_completed_total\{pool="\d+"\} 3$/m)
  expect(text).toMatch(/^ironloop_pool_tasks_failed_total\{pool="\d+"\} 1$/m)
  expect(text).toMatch(/^ironloop_pool_threads\{pool="\d+"\} 1$/m)
  expect(text).toMatch(/^ironloop_pool_run_seconds\{pool="\d+",quantile="0.99"\} [\d.e-]+$/m)
  expect(text).toMatch(/^ironloop_pool_run_seconds_count\{pool="\d+"\} 3$/m)
  expect(text.endsWith('\n# EOF\n')).toBe(true)
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const line of text.trimEnd().split('\n')) {
    const [name] = line.replace(/^# (TYPE|UNIT|HELP) /, '').split(/[ {]/)
    if (line !== '# EOF') expect(names.some((one) => name.startsWith(one))).toBe(true)
  }
})

test('a traced task is told from its start to its end', async () => {
  const pool = openPool()
  const channel = tracingChannel('ironloop:pool:task')
  /** @type {any[]} */
  const seen = []
  const handlers = Object.fromEntries(
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((name) => [
      name,
      (/** @type {any} */ message) => seen.push([name, message.task, message.result, message.error?.message]),
    ])
  )
  await pool.run('before')
  channel.subscribe(/** @type {any} */ (handlers))
  try {
    await pool.run('good')
    await failure(pool.run('bad', { name: 'fail' }))
  } finally {
    channel.unsubscribe(/** @type {any} */ (handlers))
  }
  await pool.run('after')
  expect(seen.filter(([name]) => name === 'start').map(([, task]) => task)).toEqual(['good', 'bad'])
  expect(seen).toContainEqual(['asyncEnd', 'good', 'good', undefined])
  expect(seen).toContainEqual(['error', 'bad', undefined, 'failed bad'])
})

test("promises and progress keep the caller's context", async () => {
  const pool = openPool()
  const storage = new AsyncLocalStorage()
  /** @type {any[]} */
  const seen = []
  await storage.run('mine', async () => {
    await pool.run(2, { name: 'progress', onProgress: (value) => seen.push([value, storage.getStore()]) })
    expect(storage.getStore()).toBe('mine')
  })
  expect(seen).toEqual([
    [{ i: 0 }, 'mine'],
    [{ i: 1 }, 'mine'],
  ])
})

test('context carries chosen values into handlers', async () => {
  const storage = new AsyncLocalStorage()
  const pool = openPool({ context: { capture: () => storage.getStore() } })
  const carried = (/** @type {any} */ value) => storage.run(value, () => pool.run(0, { name: 'carried' }))
  expect(await Promise.all([carried({ id: 1 }), carried({ id: 2 })])).toEqual([{ id: 1 }, { id: 2 }])
  expect(await pool.run(0, { name: 'carried' })).toBe(undefined)
})

test('context can be restored around a handler by an export of its module', async () => {
  const storage = new AsyncLocalStorage()
  const pool = openPool({ context: { capture: () => storage.getStore(), restore: 'restore' } })
  expect(await storage.run('here', () => pool.run(0, { name: 'store' }))).toEqual({ restored: 'here' })
})

test('a context that cannot be captured rejects its task', async () => {
  const pool = openPool({
    context: {
      capture() {
        throw new TypeError('no context')
      },
    },
  })
  expect(await failure(pool.run(1))).toMatchObject({ message: 'no context' })
  expect(pool.stats()).toMatchObject({ queued: 0, running: 0 })
})

test('histogram has the properties of its own that piscina shows', async () => {
  const { histogram } = openPool()
  expect(Object.keys(histogram)).toEqual(['runTime', 'waitTime', 'resetRunTime', 'resetWaitTime'])
})

test('the tracing channel tells of iterate()', async () => {
  const channel = /** @type {any} */ (tracingChannel('ironloop:pool:task'))
  /** @type {any[]} */
  const told = []
  const subscribers = { start: (/** @type {any} */ { task }) => told.push(task), asyncEnd: () => told.push('end') }
  channel.subscribe(subscribers)
  for await (const _ of openPool().iterate(2, { name: 'items' }));
  channel.unsubscribe(subscribers)
  expect(told).toEqual([2, 'end'])
})
