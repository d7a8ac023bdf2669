'use strict'

// What travels beside the scheduler: transfer lists, moved values, and what only postMessage carries.

const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads')
const { move, transferableSymbol, valueSymbol } = require('../../lib/pool/index.js')
const { closePools, failure, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('a transferred buffer is detached here and arrives there', async () => {
  const pool = openPool()
  const buffer = new ArrayBuffer(100)
  const result = pool.run(buffer, { name: 'kind', transferList: [buffer] })
  expect(buffer.byteLength).toBe(0)
  expect(await result).toEqual(['[object ArrayBuffer]', 100])
})

test('move() transfers a task and a result', async () => {
  const pool = openPool()
  const bytes = new Uint8Array(1000).fill(3)
  const result = await pool.run(move(bytes), { name: 'moveBack' })
  expect(bytes.length).toBe(0)
  expect(result).toEqual(new Uint8Array(1000).fill(3))
  expect(await pool.run(10, { name: 'moveBuffer' })).toEqual(new Uint8Array(10).fill(7))
})

test('move() takes what it cannot transfer as it is', () => {
  expect(move(5)).toBe(5)
  expect(move(null)).toBe(null)
  const own = { [transferableSymbol]: [], [valueSymbol]: {} }
  expect(move(own)).toBe(own)
})

test('an object can say what of it is transferred', async () => {
  const pool = openPool()
  const parts = await pool.run(4, { name: 'moveParts' })
  expect(parts).toEqual({ a: new Uint8Array(4), b: new Float64Array(4) })
  const buffer = new ArrayBuffer(3)
  const task = move({ [transferableSymbol]: buffer, [valueSymbol]: { buffer } })
  expect(await pool.run(task)).toEqual({ buffer: new ArrayBuffer(3) })
  expect(buffer.byteLength).toBe(0)
})

test('what is thrown can be moved', async () => {
  expect(await failure(openPool().run(move(new Uint8Array([1, 2])), { name: 'moveAndFail' }))).toEqual(
    new Uint8Array([1, 2])
  )
})

test('shared memory and ports reach a thread, shared memory comes back', async () => {
  const pool = openPool()
  const words = new Int32Array(new SharedArrayBuffer(8))
  await pool.run(words, { name: 'fillShared' })
  expect(words[0]).toBe(42)
  const { port1, port2 } = new MessageChannel()
  await pool.run({ port: port2, message: 'hello' }, { name: 'postTo', transferList: [port2] })
  expect(receiveMessageOnPort(port1)).toEqual({ message: 'hello' })
  port1.close()
  const { shared, text } = await pool.run(0, { name: 'share' })
  expect(Object.prototype.toString.call(shared)).toBe('[object SharedArrayBuffer]')
  expect(text).toBe('beside')
})

test('threads that are busy get transferred values when they are free, in the order of run()', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  await reached(words, 0, 1)
  const tasks = Array.from({ length: 50 }, (_, i) => {
    const bytes = new Uint8Array(10).fill(i)
    const copied = i % 3 === 2
    return pool.run(bytes, copied ? { name: 'echo' } : { name: 'moveBack', transferList: [bytes.buffer] })
  })
  release(words, 9)
  expect(await blocked).toBe('ok')
  expect(await Promise.all(tasks)).toEqual(tasks.map((_, i) => new Uint8Array(10).fill(i)))
})

test('a value is captured by run(), also where it waits', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  await reached(words, 0, 1)
  const task = { n: 1, shared: new SharedArrayBuffer(1) }
  const result = pool.run(task)
  task.n = 2
  release(words, 9)
  await blocked
  expect((await result).n).toBe(1)
})

test('what cannot be transferred rejects its task alone, and detaches nothing else', async () => {
  const pool = openPool()
  const buffer = new ArrayBuffer(8)
  const error = await failure(pool.run({ f() {} }, { transferList: [buffer] }))
  expect(error.name).toBe('DataCloneError')
  await expect(pool.run(buffer, { transferList: [{}] })).rejects.toThrow()
  expect(await Promise.all([pool.run(1), pool.run(2)])).toEqual([1, 2])
  expect(pool.stats()).toMatchObject({ queued: 0, running: 0 })
})

test('a transferred task can be cancelled while it waits', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  await reached(words, 0, 1)
  const controller = new AbortController()
  const bytes = new Uint8Array(10)
  const options = { name: 'hang', transferList: [bytes.buffer], signal: controller.signal }
  const cancelled = failure(pool.run(bytes, options))
  controller.abort()
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  release(words, 9)
  await blocked
  expect(await pool.run(new Uint8Array(2), { name: 'kind' })).toEqual(['[object Uint8Array]', 2])
  expect(Atomics.load(words, 0)).toBe(1)
})

test('a transferred task of a dead thread is lost, one that waited is not', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  await pool.run(1)
  const first = new Uint8Array(10)
  const lost = failure(pool.run(first, { name: 'hang', transferList: [first.buffer], retries: 5 }))
  await reached(words, 0, 1)
  const second = new Uint8Array(20)
  const waits = pool.run(second, { name: 'kind', transferList: [second.buffer] })
  await pool.threads[0].terminate()
  expect(await lost).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(await waits).toEqual(['[object Uint8Array]', 20])
})
