'use strict'

// Values whose getters do things: run tasks, emit, throw. Each task is whole, and no other one is harmed.

const { createSecretKey } = require('node:crypto')
const path = require('node:path')
const { SHARE_ENV } = require('node:worker_threads')
const { ArrayTaskQueue } = require('../../lib/pool/index.js')
const { closePools, failure, openPool } = require('../fixtures/pool/open-pool.js')

const filename = path.join(__dirname, '../fixtures/pool/restless.js')

afterEach(closePools)

/**
 * A task that runs another one while it is captured.
 * @param {import('../../lib/pool/pool.js').Pool} pool
 * @param {any} inner
 * @param {any[]} begun
 */
function running(pool, inner, begun) {
  return {
    x: 1,
    get y() {
      begun.push(pool.run(inner))
      return 2
    },
    z: 3,
  }
}

describe.each([
  ['the scheduler', {}],
  ['a queue of its own', { taskQueue: new ArrayTaskQueue(), maxQueue: 1000 }],
])('in a pool with %s', (_, options) => {
  test('a getter of a task may run tasks', async () => {
    const pool = openPool({ filename, ...options })
    /** @type {Promise<any>[]} */
    const begun = []
    const outer = Array.from({ length: 300 }, (_, i) =>
      pool.run(running(pool, running(pool, `inner ${i}`, begun), begun))
    )
    expect(await Promise.all(outer)).toEqual(outer.map(() => ({ x: 1, y: 2, z: 3 })))
    const inner = await Promise.all(begun)
    expect(inner.filter((one) => typeof one === 'object').length).toBe(300)
    expect(inner.filter((one) => typeof one === 'string')).toEqual(outer.map((_, i) => `inner ${i}`))
    expect(await pool.run('next')).toBe('next')
  })

  test('context.capture may run tasks', async () => {
    /** @type {Promise<any>[]} */
    const begun = []
    let depth = 0
    const capture = () => {
      if (depth++ < 5) begun.push(pool.run({ depth }, { priority: 3 }))
      return 'carried'
    }
    const pool = openPool({ filename, ...options, context: { capture } })
    expect(await pool.run('outer')).toBe('outer')
    expect(await Promise.all(begun)).toEqual([5, 4, 3, 2, 1].map((depth) => ({ depth })))
  })
})

test('a getter that runs a task and throws rejects its own task alone', async () => {
  const pool = openPool({ filename })
  const before = pool.run('before')
  /** @type {Promise<any>[]} */
  const begun = []
  const task = {
    get a() {
      begun.push(pool.run('inner'))
      throw new RangeError('getter')
    },
  }
  expect(await failure(pool.run(task))).toMatchObject({ name: 'RangeError', message: 'getter' })
  expect(await Promise.all([before, ...begun])).toEqual(['before', 'inner'])
  const thrown = { get a() { throw undefined } } // biome-ignore format: one line
  await expect(pool.run(thrown)).rejects.toBe(undefined)
  await pool.close()
})

test('a task with large bytes and parts for the port may run tasks as well', async () => {
  const pool = openPool({ filename })
  /** @type {Promise<any>[]} */
  const begun = []
  const bytes = (/** @type {number} */ fill) => Buffer.alloc(100_000, fill)
  const whole = pool.run({ bytes: bytes(1), ...running(pool, 1, []), get y() { begun.push(pool.run(bytes(2))); return 2 } }) // biome-ignore format: one line
  const shared = new SharedArrayBuffer(4)
  const ported = pool.run({ shared, get y() { begun.push(pool.run({ shared, n: 3 })); return 2 } }) // biome-ignore format: one line
  expect((await whole).bytes.equals(bytes(1))).toBe(true)
  expect((await ported).y).toBe(2)
  for (const one of await Promise.all(begun)) {
    if (Buffer.isBuffer(one)) expect(one.equals(bytes(2))).toBe(true)
    else if (one !== 1) expect(one.n).toBe(3)
  }
})

test('the pool may be asked to wait, and a task be aborted, by a getter', async () => {
  const pool = openPool({ filename, maxThreads: 1 })
  const controller = new AbortController()
  const aborted = failure(pool.run(1e9, { name: 'sleep', signal: controller.signal }))
  /** @type {Promise<void> | undefined} */
  let drained
  const task = {
    get a() {
      controller.abort()
      drained = pool.drain()
      return 1
    },
  }
  expect(await pool.run(task)).toEqual({ a: 1 })
  expect(await aborted).toMatchObject({ code: 'ABORT_ERR' })
  await drained
  expect(pool.stats().cancelled).toBe(1)
})

test('a getter of what is emitted may emit', async () => {
  const pool = openPool({ filename, maxThreads: 1 })
  /** @type {any[]} */
  const got = []
  const options = { name: 'emitWithin', onProgress: (/** @type {any} */ value) => got.push(value) }
  expect(await pool.run(60, options)).toBe('done')
  const outer = got.filter((one) => one.i !== undefined)
  const inner = got.filter((one) => one.i === undefined)
  expect(outer.map(({ i, inner }) => [i, inner])).toEqual(outer.map((_, i) => [i, i]))
  for (const [i, { last }] of outer.entries()) {
    if (i % 3 === 0) expect([last.length, last[0]]).toEqual([100_000, i])
    else expect(last).toBe(i)
  }
  expect(inner.map((one) => (typeof one === 'string' ? one : one[0]))).toEqual(
    outer.map((_, i) => (i % 2 === 0 ? `within ${i}` : i))
  )
})

test('a getter of what is yielded may emit', async () => {
  const pool = openPool({ filename, maxThreads: 1 })
  /** @type {any[]} */
  const progress = []
  pool.on('progress', (value) => progress.push(value))
  const items = []
  for await (const item of pool.iterate(50, { name: 'yieldWithin' })) items.push(item.inner)
  expect(items).toEqual(Array.from({ length: 50 }, (_, i) => i))
  expect(progress).toEqual(items)
})

test('what was emitted by a getter that threw is right, and the task goes on', async () => {
  const pool = openPool({ filename })
  /** @type {any[]} */
  const got = []
  const options = { name: 'emitAndFail', onProgress: (/** @type {any} */ value) => got.push(value) }
  expect(await pool.run(0, options)).toBe('getter')
  expect(got).toEqual(['within'])
})

test.each([
  ['throwsFunction', { name: 'DataCloneError' }],
  ['unreadableError', { name: 'DataCloneError' }],
  ['throwsNothing', undefined],
])('a result that cannot be told of (%s) harms its own task alone', async (name, expected) => {
  const pool = openPool({ filename, maxThreads: 1, concurrentTasksPerWorker: 4 })
  const [thread] = pool.threads
  const bystander = pool.run(30, { name: 'sleep' })
  const error = await failure(pool.run(0, { name }).then(() => ({ ended: true })))
  if (expected === undefined) expect(error).toBe(undefined)
  else expect(error).toMatchObject(expected)
  expect(await bystander).toBe(30)
  expect(pool.threads).toEqual([thread])
})

test.each([
  ['a Blob', () => new Blob(['text']), 'text'],
  ['a KeyObject', () => createSecretKey(Buffer.from('text')), 'text'],
  ['a WebAssembly.Module', () => new WebAssembly.Module(Buffer.from([0, 97, 115, 109, 1, 0, 0, 0])), [0, true]],
])('%s arrives', async (_, make, expected) => {
  expect(await openPool({ filename }).run(make(), { name: 'contents' })).toEqual(expected)
})

test('with SHARE_ENV threads have one environment, else each its own', async () => {
  const read = (/** @type {any} */ env) => openPool({ filename, env }).run(0, { name: 'readVariable' })
  await openPool({ filename, env: SHARE_ENV }).run('shared', { name: 'setVariable' })
  expect(await read(SHARE_ENV)).toBe('shared')
  await openPool({ filename }).run('its own', { name: 'setVariable' })
  expect(await read(SHARE_ENV)).toBe('shared')
  expect(await read({})).toBe(undefined)
})
