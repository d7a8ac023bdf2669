'use strict'

const { closePools, failure, openPool, release, sharedWords } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

async function collect(/** @type {AsyncIterable<any>} */ results) {
  const all = []
  for await (const result of results) all.push(result)
  return all
}

async function* slowly(/** @type {number} */ count) {
  for (let i = 0; i < count; i++) {
    await new Promise(setImmediate)
    yield i
  }
}

const numbers = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => i)

test.each([
  ['an array', () => numbers(500)],
  ['a generator', () => numbers(500).values()],
  ['an async generator', () => slowly(500)],
])('results of %s come in order', async (_, source) => {
  expect(await collect(openPool().map(source()))).toEqual(numbers(500))
})

test('unordered results all come', async () => {
  const words = sharedWords()
  const results = openPool({ workerData: words }).map([true, 1, 2, 3], { name: 'gate', ordered: false })
  const first = [await results.next(), await results.next(), await results.next()].map(({ value }) => value)
  expect(first.sort()).toEqual([1, 2, 3])
  release(words, 9)
  expect(await collect(results)).toEqual([true])
})

test('an empty source gives nothing', async () => {
  expect(await collect(openPool().map([]))).toEqual([])
})

test('no more items are taken than concurrency allows', async () => {
  const pool = openPool()
  let taken = 0
  let most = 0
  let consumed = 0
  function* source() {
    for (const i of numbers(60)) {
      most = Math.max(most, ++taken - consumed)
      yield i
    }
  }
  for await (const _ of pool.map(source(), { concurrency: 5 })) {
    consumed++
    if (consumed % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 3))
  }
  expect(consumed).toBe(60)
  expect(most).toBeLessThanOrEqual(6) // the item at hand waits for room
})

test('a bounded queue is never overrun', async () => {
  const pool = openPool({ maxQueue: 1 })
  const [a, b] = await Promise.all([collect(pool.map(numbers(100))), collect(pool.map(numbers(100)))])
  expect([a, b]).toEqual([numbers(100), numbers(100)])
})

test('the first failure ends it', async () => {
  const pool = openPool()
  const results = pool.map(['a', 'b'], { name: 'fail' })
  expect(await failure(results.next())).toMatchObject({ message: 'failed a' })
  expect(await results.next()).toEqual({ done: true, value: undefined })
})

test('a source that throws ends it after what it gave before', async () => {
  function* source() {
    yield 1
    throw new TypeError('source')
  }
  const results = openPool().map(source())
  expect(await results.next()).toEqual({ done: false, value: 1 })
  expect(await failure(results.next())).toMatchObject({ message: 'source' })
})

test('leaving the loop closes the source', async () => {
  let closed = false
  async function* source() {
    try {
      for (let i = 0; ; i++) yield i
    } finally {
      closed = true
    }
  }
  for await (const result of openPool().map(source(), { concurrency: 3 })) if (result === 4) break
  while (!closed) await new Promise(setImmediate)
})

test('a signal ends it', async () => {
  const controller = new AbortController()
  const pool = openPool({ workerData: sharedWords(), gracePeriodMs: 0 })
  const results = pool.map(numbers(5), { name: 'hang', signal: controller.signal })
  const next = failure(results.next())
  controller.abort()
  expect(await next).toMatchObject({ code: 'ABORT_ERR' })
})

test('arguments are checked by the call', () => {
  const pool = openPool()
  expect(() => pool.map(/** @type {any} */ (5))).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
  expect(() => pool.map([], { concurrency: 0 })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  expect(() => pool.map([], { ordered: /** @type {any} */ (1) })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
  )
})

test('a signal ends the loop at once, also while the source has nothing, and closes the source', async () => {
  const controller = new AbortController()
  let closed = 0
  const source = {
    [Symbol.asyncIterator]() {
      let given = 0
      return {
        next: () => (given++ === 0 ? Promise.resolve({ value: 1, done: false }) : new Promise(() => {})),
        return: async () => ({ value: closed++, done: true }),
      }
    },
  }
  const results = openPool().map(/** @type {any} */ (source), { signal: controller.signal })
  expect(await results.next()).toEqual({ value: 1, done: false })
  const next = failure(results.next())
  controller.abort('why')
  expect(await next).toMatchObject({ code: 'ABORT_ERR', cause: 'why' })
  expect(closed).toBe(1)
  expect(await results.next()).toEqual({ value: undefined, done: true })
})

test('with a signal that has fired the source is not asked', async () => {
  let asked = 0
  const source = function* () {
    asked++
    yield 1
  }
  const results = openPool().map(source(), { signal: AbortSignal.abort() })
  expect(await failure(results.next())).toMatchObject({ code: 'ABORT_ERR' })
  expect(asked).toBe(0)
})

test('leaving the loop closes a source that has nothing at the moment', async () => {
  let closed = 0
  let given = 0
  const source = /** @type {any} */ ({
    [Symbol.asyncIterator]: () => source,
    next: () => (given++ === 0 ? Promise.resolve({ value: 1, done: false }) : new Promise(() => {})),
    return: async () => ({ value: closed++, done: true }),
  })
  for await (const _ of openPool().map(source)) break
  expect(closed).toBe(1)
})
