'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')
const { performance } = require('node:perf_hooks')
const { setPreciseInterval, setPreciseTimeout, sleep } = require('../../lib/timers/index.js')

const busy = (/** @type {number} */ ms) => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** The calls of an interval until there were `count`. */
const ticks = (/** @type {number} */ ms, /** @type {object} */ options, count = 3, block = 0) =>
  new Promise((resolve) => {
    /** @type {{ at: number, ticks: number }[]} */
    const calls = []
    const start = performance.now()
    const timer = setPreciseInterval(
      (ticks) => {
        calls.push({ at: performance.now() - start, ticks })
        if (calls.length === 1) busy(block)
        if (calls.length < count) return
        timer.close()
        resolve(calls)
      },
      ms,
      options
    )
  })

describe('setPreciseTimeout', () => {
  test.each([0, 0.2, 1.5, 12])('runs after %d ms, never before', async (ms) => {
    const start = performance.now()
    const elapsed = await new Promise((resolve) => setPreciseTimeout(() => resolve(performance.now() - start), ms))
    expect(elapsed).toBeGreaterThanOrEqual(ms)
  })

  test('is not called synchronously, and runs by deadline, not by order of creation', async () => {
    /** @type {{ ms: number, least: number, most: number }[]} */
    const order = []
    await new Promise((resolve) => {
      for (const ms of [9, 3, 6, 0, 12]) {
        // This process may lose the processor between two of them, so what is known of a deadline are its bounds.
        const timer = { ms, least: performance.now() + ms, most: 0 }
        setPreciseTimeout(() => order.push(timer) === 5 && resolve(undefined), ms)
        timer.most = performance.now() + ms
      }
      expect(order).toEqual([])
    })
    for (const [index, { most }] of order.slice(1).entries()) expect(most).toBeGreaterThanOrEqual(order[index].least)
    expect(new Set(order).size).toBe(5)
  })

  test('a closed one does not run, also when closed by another that is due in the same turn', async () => {
    const never = jest.fn()
    const early = setPreciseTimeout(never, 1)
    early.close()
    early.close()
    const closer = setPreciseTimeout(() => late.close(), 2)
    const late = setPreciseTimeout(never, 2.01)
    busy(5)
    await sleep(4)
    expect(never).not.toHaveBeenCalled()
    expect([early, closer, late].map((timer) => timer.hasRef())).toEqual([false, false, false])
  })

  test('a signal closes it, one that is aborted already from the start, and one may serve many', async () => {
    const controller = new AbortController()
    const never = jest.fn()
    const warned = jest.spyOn(process, 'emitWarning')
    for (let count = 0; count < 30; count++) setPreciseTimeout(never, 1, { signal: controller.signal })
    controller.abort()
    expect(setPreciseTimeout(never, 0, { signal: AbortSignal.abort() }).hasRef()).toBe(false)
    await sleep(3)
    expect(never).not.toHaveBeenCalled()
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })

  test('keeps the context of the caller', async () => {
    const storage = new AsyncLocalStorage()
    const seen = await storage.run(
      'here',
      () => new Promise((resolve) => setPreciseTimeout(() => resolve(storage.getStore()), 1))
    )
    expect(seen).toBe('here')
    expect(storage.getStore()).toBeUndefined()
  })

  test('takes delays beyond 2^31 ms', async () => {
    const never = jest.fn()
    const timers = [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER].map((ms) => setPreciseTimeout(never, ms))
    await sleep(5)
    expect(never).not.toHaveBeenCalled()
    for (const timer of timers) timer.close()
  })

  test('hundreds of thousands live at once, and run by deadline', async () => {
    const COUNT = 200_000
    const timers = Array.from({ length: COUNT }, (_, at) => setPreciseTimeout(() => {}, 3_600_000 + (at % 977)))
    /** @type {number[]} */
    const order = []
    const due = [7, 1, 4].map((ms) => new Promise((resolve) => setPreciseTimeout(() => resolve(order.push(ms)), ms)))
    await Promise.all(due)
    expect(order.length).toBe(3)
    expect(timers.every((timer) => timer.hasRef())).toBe(true)
    for (const timer of timers) timer.close()
    expect(timers.some((timer) => timer.hasRef())).toBe(false)
  })

  test('is disposed of by using, and says whether it is ref’d', () => {
    const timer = setPreciseTimeout(() => {}, 1000)
    expect(timer.hasRef()).toBe(true)
    expect(timer.unref().hasRef()).toBe(false)
    expect(timer.unref().ref().ref().hasRef()).toBe(true)
    timer[Symbol.dispose]()
    expect(timer.ref().hasRef()).toBe(false)
    const other = setPreciseTimeout(() => {}, 1000, { ref: false })
    expect(other.hasRef()).toBe(false)
    other.close()
  })

  test('a timer that closes itself, and one made in a callback', async () => {
    const made = await new Promise((resolve) => {
      const timer = setPreciseTimeout(() => {
        timer.close()
        setPreciseTimeout(() => resolve('made'), 0)
      }, 0)
    })
    expect(made).toBe('made')
  })

  test('microtasks and nextTicks run between two that are due together', async () => {
    /** @type {string[]} */
    const order = []
    await new Promise((resolve) => {
      const note = (/** @type {string} */ name) => () => {
        order.push(name)
        process.nextTick(() => order.push(`${name} tick`))
        Promise.resolve().then(() => order.push(`${name} microtask`))
      }
      setPreciseTimeout(note('a'), 1)
      setPreciseTimeout(note('b'), 1.1)
      setPreciseTimeout(() => resolve(undefined), 1.2)
      busy(3)
    })
    expect(order).toEqual(['a', 'a tick', 'a microtask', 'b', 'b tick', 'b microtask'])
  })
})

describe('setPreciseInterval', () => {
  test('tick n comes n periods after the call, whatever became of those before', async () => {
    const calls = await ticks(2.5, { missed: 'catch-up' }, 8, 6)
    for (const [index, { at }] of calls.entries()) expect(at).toBeGreaterThanOrEqual((index + 1) * 2.5)
    expect(calls.map((/** @type {any} */ call) => call.ticks)).toEqual(Array(8).fill(1))
  })

  test('coalesce tells how many ticks a call stands for: no tick is lost', async () => {
    const calls = await ticks(2, { missed: 'coalesce' }, 4, 21)
    expect(calls[1].ticks).toBeGreaterThanOrEqual(9)
    const all = calls.reduce((/** @type {number} */ sum, /** @type {any} */ call) => sum + call.ticks, 0)
    expect(Math.floor(calls[3].at / 2)).toBeGreaterThanOrEqual(all)
    expect(calls[3].at).toBeGreaterThanOrEqual(all * 2)
  })

  test('skip drops the missed ones and stays on the grid', async () => {
    const calls = await ticks(4, { missed: 'skip' }, 3, 22)
    expect(calls.map((/** @type {any} */ call) => call.ticks)).toEqual([1, 1, 1])
    expect(calls[1].at).toBeGreaterThanOrEqual(24)
    // The one after the late one comes at a point of the grid, too.
    expect(calls[2].at).toBeGreaterThanOrEqual(28)
  })

  test('ends from within and by its signal', async () => {
    const controller = new AbortController()
    let count = 0
    setPreciseInterval(() => ++count === 3 && controller.abort(), 0.5, {
      missed: 'catch-up',
      signal: controller.signal,
    })
    await sleep(6)
    expect(count).toBe(3)
  })
})

describe('sleep', () => {
  test('resolves with nothing after its time', async () => {
    const start = performance.now()
    expect(await sleep(3.5, { ref: true })).toBeUndefined()
    expect(performance.now() - start).toBeGreaterThanOrEqual(3.5)
  })

  test('is aborted, also in advance', async () => {
    const reason = new Error('enough')
    const aborted = { name: 'AbortError', code: 'ABORT_ERR', cause: reason }
    await expect(sleep(1000, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject(aborted)
    const controller = new AbortController()
    const sleeping = sleep(100_000, { signal: controller.signal })
    controller.abort(reason)
    await expect(sleeping).rejects.toMatchObject(aborted)
  })
})

describe('bad input', () => {
  const f = () => {}
  const range = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' }
  const type = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }

  test.each([-1, -0.001, NaN, Infinity, -Infinity, 2 ** 53])('a delay of %d is out of range', async (ms) => {
    expect(() => setPreciseTimeout(f, ms)).toThrow(expect.objectContaining(range))
    expect(() => setPreciseInterval(f, ms)).toThrow(expect.objectContaining(range))
    await expect(sleep(ms)).rejects.toMatchObject(range)
  })

  test.each([undefined, null, '5', 5n, {}])('a delay of %p is no number', async (ms) => {
    expect(() => setPreciseTimeout(f, /** @type {any} */ (ms))).toThrow(expect.objectContaining(type))
    await expect(sleep(/** @type {any} */ (ms))).rejects.toMatchObject(type)
  })

  test('a period of 0', () => {
    expect(() => setPreciseInterval(f, 0)).toThrow(expect.objectContaining(range))
    setPreciseInterval(f, 0.01).close()
  })

  test.each([
    [{ signal: {} }, type],
    [{ ref: 1 }, type],
    [null, type],
    [7, type],
    [{ missed: 'burst' }, { code: 'ERR_INVALID_ARG_VALUE' }],
  ])('options %p', (options, error) => {
    expect(() => setPreciseInterval(f, 1000, /** @type {any} */ (options))).toThrow(expect.objectContaining(error))
  })

  test('no function', () => {
    expect(() => setPreciseTimeout(/** @type {any} */ ('f'), 1)).toThrow(expect.objectContaining(type))
  })
})
