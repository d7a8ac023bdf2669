'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')
const { closePools, failure, openPool, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('a task returns what its handler returns, or resolves with', async () => {
  const pool = openPool()
  expect(await pool.run(1)).toBe(1)
  expect(await pool.run('text', { name: 'echoLater' })).toBe('text')
  expect(await pool.run(undefined)).toBe(undefined)
  expect(await pool.run()).toBe(undefined)
})

test('every task of a burst gets its own result', async () => {
  const pool = openPool()
  const numbers = Array.from({ length: 5000 }, (_, i) => i)
  expect(await Promise.all(numbers.map((i) => pool.run(i)))).toEqual(numbers)
  expect(pool.completed).toBe(5000)
})

test('a task is handed over by run() itself where a thread is free: the caller may block', async () => {
  const pool = openPool({ maxThreads: 2, name: 'begin' })
  for (let round = 0; round < 3; round++) {
    const words = [sharedWords(), sharedWords()] // in the first round before any thread is up
    const tasks = words.map((one) => pool.run(one))
    for (const one of words) expect(Atomics.wait(one, 0, 0, 10_000)).not.toBe('timed-out')
    await Promise.all(tasks)
    while (pool.idleThreads < 2) await new Promise(setImmediate)
  }
})

test('on one thread tasks start in the order of run()', async () => {
  const words = new Int32Array(new SharedArrayBuffer(4 * 1000))
  const pool = openPool({ maxThreads: 1, workerData: words })
  const numbers = Array.from({ length: 900 }, (_, i) => i)
  await Promise.all(numbers.map((i) => pool.run(i, { name: 'recordThenEcho' })))
  expect([...words.slice(1, 901)]).toEqual(numbers)
})

test.each([
  ['a Buffer', Buffer.from('bytes')],
  ['a Map with a cycle', cyclic()],
  ['a Date', new Date(5)],
  ['typed arrays', [new Float64Array([1.5, 2]), new Uint8Array(3)]],
  ['nothing but shape', { a: { b: { c: [1, [2, [3n]]] } } }],
  ['a long text', 'tür'.repeat(50_000)],
])('%s arrives and comes back', async (_, value) => {
  const pool = openPool({ maxThreads: 1 })
  const results = await Promise.all([pool.run(value), pool.run(0), pool.run(value, { name: 'echoLater' })])
  expect(results[0]).toEqual(value)
  expect(results[1]).toBe(0)
  expect(results[2]).toEqual(value)
  if (Buffer.isBuffer(value)) expect(Buffer.isBuffer(results[0])).toBe(true)
})

test('large buffers and small values pass through each other', async () => {
  const pool = openPool({ maxThreads: 1 })
  const large = Buffer.alloc(3_000_000, 'large')
  const tasks = [large, 1, large.subarray(1), 2, large.subarray(0, 70_000), 3]
  const results = await Promise.all(tasks.map((task) => pool.run(task)))
  results.forEach((result, i) => {
    const task = tasks[i]
    expect(Buffer.isBuffer(task) ? result.equals(task) : result === task).toBe(true)
  })
})

function cyclic() {
  const map = new Map()
  map.set('self', { map })
  return map
}

test('values are captured by run()', async () => {
  const pool = openPool()
  const object = { n: 0 }
  const bytes = Buffer.from([0])
  const results = []
  for (let n = 1; n <= 3; n++) {
    object.n = n
    bytes[0] = n
    results.push(pool.run({ object, bytes }))
  }
  object.n = 99
  bytes[0] = 99
  const seen = (await Promise.all(results)).map((one) => [one.object.n, one.bytes[0]])
  expect(seen).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

test.each(['fail', 'failLater'])('%s: what a handler throws arrives with all it carries', async (name) => {
  const pool = openPool()
  const error = await failure(pool.run('one', { name }))
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ name: 'TypeError', message: 'failed one', code: 'E_TASK', detail: { name: 'one' } })
  expect(error.cause).toMatchObject({ name: 'RangeError', message: 'deep' })
  expect(error.stack).toContain('tasks.js')
  expect(await pool.run('still there')).toBe('still there')
})

test('a handler may throw anything', async () => {
  const pool = openPool()
  expect(await failure(pool.run('text', { name: 'throwValue' }))).toBe('text')
  await expect(pool.run(null, { name: 'throwValue' })).rejects.toBe(null)
})

test('what cannot be cloned rejects that task alone', async () => {
  const pool = openPool()
  const before = pool.run(1)
  const input = failure(pool.run(() => {}))
  const output = failure(pool.run(0, { name: 'returnFunction' }))
  const after = pool.run(2)
  expect((await input).name).toBe('DataCloneError')
  expect((await output).name).toBe('DataCloneError')
  expect(await Promise.all([before, after])).toEqual([1, 2])
})

test('run() keeps the AsyncLocalStorage context of its caller', async () => {
  const pool = openPool()
  const storage = new AsyncLocalStorage()
  const seen = await Promise.all(
    [1, 2, 3].map((n) =>
      storage.run(n, async () => {
        await pool.run(n)
        const { promise, resolve } = resolvers()
        pool.run(n).then(() => resolve(storage.getStore()))
        return [storage.getStore(), await promise]
      })
    )
  )
  expect(seen).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

function resolvers() {
  /** @type {(value: any) => void} */
  let resolve = () => {}
  const promise = new Promise((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

test('emit() reaches onProgress, in order and before the result', async () => {
  const pool = openPool()
  /** @type {number[]} */
  const seen = []
  const result = await pool.run(3, { name: 'progress', onProgress: ({ i }) => seen.push(i) })
  expect([result, seen]).toEqual(['done', [0, 1, 2]])
})

test("emit() without onProgress is the pool's 'progress' event", async () => {
  const pool = openPool()
  /** @type {any[]} */
  const seen = []
  pool.on('progress', (progress) => seen.push(progress))
  await pool.run(2, { name: 'progress' })
  expect(seen).toEqual([{ i: 0 }, { i: 1 }])
})

test("a thread's own messages are 'message' events", async () => {
  const pool = openPool()
  const message = new Promise((resolve) => pool.once('message', resolve))
  await pool.run({ hello: 1 }, { name: 'post' })
  expect(await message).toEqual({ hello: 1 })
})

test('threads see workerData, argv and env', async () => {
  const pool = openPool({ workerData: { a: 1 }, argv: ['x', 2], env: { POOL_TEST: 'yes' } })
  expect(await pool.run(0, { name: 'data' })).toEqual({
    isWorkerThread: true,
    workerData: { a: 1 },
    nodeWorkerData: { a: 1 },
    argv: ['x', '2'],
    env: 'yes',
  })
})

test('a tracing channel follows a task', async () => {
  const { tracingChannel } = require('node:diagnostics_channel')
  /** @type {string[]} */
  const seen = []
  const note = (/** @type {string} */ name) => (/** @type {any} */ message) => seen.push(`${name} ${message.task}`)
  const subscribers = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  }
  const channel = tracingChannel('ironloop:pool:task')
  channel.subscribe(subscribers)
  const pool = openPool()
  await pool.run('a')
  await failure(pool.run('b', { name: 'fail' }))
  channel.unsubscribe(subscribers)
  await pool.run('c')
  expect(seen).toEqual([
    'start a',
    'end a',
    'asyncStart a',
    'asyncEnd a',
    'start b',
    'end b',
    'error b',
    'asyncStart b',
    'asyncEnd b',
  ])
})
