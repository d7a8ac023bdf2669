import { type PreciseTimer, setPreciseInterval, setPreciseTimeout, sleep } from 'ironloop/timers'
import { expect, test } from 'tstyche'

test('timers', () => {
  const { signal } = new AbortController()
  expect(setPreciseTimeout(() => {}, 0.5)).type.toBe<PreciseTimer>()
  expect(
    setPreciseTimeout(() => {}, 1, { ref: false, signal })
      .unref()
      .hasRef()
  ).type.toBe<boolean>()
  expect(setPreciseInterval((ticks: number) => void ticks, 4, { missed: 'catch-up' })).type.toBe<PreciseTimer>()
  expect(setPreciseInterval).type.not.toBeCallableWith(() => {}, 4, { missed: 'burst' })
  expect(setPreciseTimeout).type.not.toBeCallableWith(() => {})
  expect<PreciseTimer>().type.toBeAssignableTo<Disposable>()
})

test('sleep', () => {
  expect(sleep(1, { signal: AbortSignal.timeout(5), ref: true })).type.toBe<Promise<void>>()
})
