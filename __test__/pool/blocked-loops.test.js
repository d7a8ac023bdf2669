'use strict'

// Nobody waits for a loop that is blocked: a caller that blocks as soon as run() has returned gets its task run, a
// handler that blocks gets what it said delivered. What only postMessage carries included, since that is what such
// code waits on.

const { closePools, failure, openPool, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

/** Longer than any machine takes; what fails ends all the same. */
const PATIENCE_MS = 10_000

/**
 * Blocks until a word is set.
 * @param {Int32Array} words
 * @param {number} [at]
 */
function block(words, at = 0) {
  return Atomics.wait(words, at, 0, PATIENCE_MS) !== 'timed-out'
}

/**
 * Calls run() and blocks at once until its task has begun.
 * @param {any} pool
 * @param {Record<string, any>} [options]
 */
async function runAndBlock(pool, options) {
  const words = sharedWords()
  const done = pool.run({ words }, { name: 'answer', ...options })
  expect(block(words)).toBe(true)
  return done
}

test.each([
  ['a pool that has just been made', {}],
  ['a pool that has no thread yet', { minThreads: 0 }],
  ['a queue of its own', { taskQueue: undefined, loadBalancer: (_, [first]) => first }],
])('by the caller, with %s', async (_, options) => {
  await runAndBlock(openPool({ maxThreads: 1, minThreads: 1, ...options }))
})

test.each([{}, { affinity: 'key' }, { timeout: 60_000 }, { transferred: true }])(
  'by the caller, right after a result, with %p',
  async ({ transferred, ...options }) => {
    const pool = openPool({ maxThreads: 1 })
    for (let i = 0; i < 100; i++) {
      const transferList = transferred ? [new ArrayBuffer(8)] : undefined
      await runAndBlock(pool, { ...options, transferList })
    }
  }
)

test('by the caller, with large bytes beside', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  for (let i = 0; i < 20; i++) {
    Atomics.store(words, 0, 0)
    const done = pool.run(new Uint8Array(100_000), { name: 'sayBegun' })
    expect(block(words)).toBe(true)
    await done
  }
})

test('by the caller, with as many tasks as can run at once', async () => {
  const pool = openPool({ minThreads: 1, maxThreads: 3 })
  const words = sharedWords()
  const tasks = [0, 1, 2].map((at) => pool.run({ words, at, until: 9 }, { name: 'answer' }))
  for (const at of [0, 1, 2]) expect(block(words, at)).toBe(true)
  release(words, 9)
  expect(new Set(await Promise.all(tasks)).size).toBe(3)
})

test('by the caller, with tasks that share threads', async () => {
  const pool = openPool({ minThreads: 2, maxThreads: 2, concurrentTasksPerWorker: 2 })
  const words = sharedWords()
  const tasks = [0, 1, 2, 3].map((at) => pool.run({ words, at, until: 8 + (at >> 1) }, { name: 'answer' }))
  for (const at of [0, 1]) expect(block(words, at)).toBe(true)
  release(words, 8)
  for (const at of [2, 3]) expect(block(words, at)).toBe(true)
  release(words, 9)
  await Promise.all(tasks)
})

test('by the caller, who then ends the task', async () => {
  const pool = openPool({ maxThreads: 1, gracePeriodMs: 0 })
  const controller = new AbortController()
  const words = sharedWords()
  const lost = failure(pool.run({ words, until: 9 }, { name: 'answer', signal: controller.signal }))
  expect(block(words)).toBe(true)
  controller.abort()
  expect(await lost).toMatchObject({ name: 'AbortError' })
})

test('a value that went to a thread that dies before it starts the task is lost with it', async () => {
  const pool = openPool({ maxThreads: 1, loadBalancer: (_, [first]) => first })
  const dying = failure(pool.run(0, { name: 'exit' }))
  const sent = failure(pool.run({ words: sharedWords() }, { name: 'answer' }))
  const whole = pool.run(5)
  expect(await dying).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(await sent).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(await whole).toBe(5)
})

test('by a handler, until what it emits has arrived', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words })
  const arrived = () => {
    Atomics.add(words, 9, 1)
    Atomics.notify(words, 9)
  }
  await pool.run(20, { name: 'emitAndBlock', onProgress: arrived })
  expect(Atomics.exchange(words, 9, 0)).toBe(20)
  for await (const _ of pool.iterate(40, { name: 'yieldAndBlock' })) arrived()
  expect(words[9]).toBe(40)
})
