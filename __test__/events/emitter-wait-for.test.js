'use strict'

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

/** Nothing of the waiting is left. */
function expectClean(/** @type {any} */ emitter) {
  expect(emitter.eventNames()).toEqual([])
}

test('resolves with the arguments of the next event', async () => {
  const emitter = new EventEmitter()
  const waiting = emitter.waitFor('a')
  emitter.emit('b', 0)
  emitter.emit('a', 1, 2)
  emitter.emit('a', 3)
  expect(await waiting).toEqual([1, 2])
  expectClean(emitter)
})

test('a filter lets events pass by', async () => {
  const emitter = new EventEmitter()
  const waiting = emitter.waitFor('a', { filter: (/** @type {number} */ x, /** @type {number} */ y) => x + y > 4 })
  for (const args of [[1, 1], [2, 2], [3, 3], [4, 4]]) emitter.emit('a', ...args) // biome-ignore format: one line
  expect(await waiting).toEqual([3, 3])
  expectClean(emitter)
})

test('a filter that throws ends it, and harms no other listener', async () => {
  const emitter = new EventEmitter()
  const failure = new RangeError('thrown')
  const waiting = emitter.waitFor('a', {
    filter: () => {
      throw failure
    },
  })
  const heard = jest.fn()
  emitter.once('a', heard).emit('a')
  expect(heard).toHaveBeenCalled()
  await expect(waiting).rejects.toBe(failure)
  expectClean(emitter)
})

test("an 'error' meanwhile ends it; one that is waited for does not", async () => {
  const emitter = new EventEmitter()
  const failure = new RangeError('thrown')
  const waiting = emitter.waitFor('a')
  const error = emitter.waitFor('error')
  emitter.emit('error', failure)
  await expect(waiting).rejects.toBe(failure)
  expect(await error).toEqual([failure])
  expectClean(emitter)
})

test('a timeout ends it', async () => {
  const emitter = new EventEmitter()
  await expect(emitter.waitFor('a', { timeout: 5 })).rejects.toMatchObject({
    code: 'ERR_EVENTS_WAIT_TIMEOUT',
    message: "No event 'a' that was waited for within 5 ms",
  })
  expectClean(emitter)
})

test('an event in time stops the timeout', async () => {
  jest.useFakeTimers()
  try {
    const emitter = new EventEmitter()
    const waiting = emitter.waitFor('a', { timeout: 1000 })
    expect(jest.getTimerCount()).toBe(1)
    emitter.emit('a')
    expect(jest.getTimerCount()).toBe(0)
    expect(await waiting).toEqual([])
  } finally {
    jest.useRealTimers()
  }
})

test('a signal ends it, before and meanwhile', async () => {
  const emitter = new EventEmitter()
  const controller = new AbortController()
  const waiting = emitter.waitFor('a', { signal: controller.signal })
  controller.abort('enough')
  const aborted = { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' }
  await expect(waiting).rejects.toMatchObject(aborted)
  await expect(emitter.waitFor('a', { signal: controller.signal })).rejects.toMatchObject(aborted)
  expectClean(emitter)
})

test('a signal that never fires keeps nothing', async () => {
  const emitter = new EventEmitter()
  const { signal } = new AbortController()
  const removed = jest.spyOn(signal, 'removeEventListener')
  const waiting = emitter.waitFor('a', { signal })
  emitter.emit('a')
  await waiting
  expect(removed).toHaveBeenCalledWith('abort', expect.any(Function))
})

test.each([
  [{ filter: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ timeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
  [{ timeout: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: 2 ** 31 }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: Number.NaN }, 'ERR_OUT_OF_RANGE'],
  [{ signal: {} }, 'ERR_INVALID_ARG_TYPE'],
  [null, 'ERR_INVALID_ARG_TYPE'],
])('%j rejects with %s', async (options, code) => {
  const emitter = new EventEmitter()
  await expect(emitter.waitFor('a', options)).rejects.toMatchObject({ code })
  expectClean(emitter)
})
