import { pathToFileURL } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import type PoolByDefault from 'ironloop/pool'
import type { TaskContext } from 'ironloop/pool'
import { FixedQueue, LeastBusyBalancer, type Piscina, Pool } from 'ironloop/pool'
import { describe, expect, test } from 'tstyche'

declare function add(task: { a: number; b: number }, context: TaskContext<string>): Promise<number>
declare const handlers: { default: typeof add }

describe('a pool', () => {
  test('is one class by its three names', () => {
    expect<typeof PoolByDefault>().type.toBe<typeof Pool>()
    expect<typeof Piscina>().type.toBe<typeof Pool>()
  })

  test('takes anything and gives anything, unless told', () => {
    const pool = new Pool({ filename: pathToFileURL('worker.js') })
    expect(pool.run('anything')).type.toBe<Promise<any>>()
  })

  test('takes and gives what its handler does', () => {
    const pool = new Pool<typeof add>()
    expect(pool.run({ a: 4, b: 6 })).type.toBe<Promise<number>>()
    expect(pool.run).type.not.toBeCallableWith({ a: 'four', b: 6 })
    expect(new Pool<typeof handlers>().run({ a: 4, b: 6 })).type.toBe<Promise<number>>()
  })

  test("takes and gives two types, as piscina's", () => {
    const pool = new Pool<string, Buffer>()
    expect(pool.run('name')).type.toBe<Promise<Buffer>>()
    expect(pool.map(['a', 'b'])).type.toBe<AsyncGenerator<Buffer, void, undefined>>()
  })

  test('knows its options', () => {
    expect(Pool).type.toBeConstructableWith({ minThreads: 1, maxThreads: 2, maxQueue: 'auto' as const })
    expect(Pool).type.not.toBeConstructableWith({ maxQueue: 'many' })
    expect(new Pool().run).type.toBeCallableWith(1, { signal: AbortSignal.timeout(5), priority: 2, timeout: 100 })
    expect(new Pool().run).type.not.toBeCallableWith(1, { timeoutMs: 100 })
  })
})

test('what piscina has is typed', () => {
  expect(Pool).type.toBeConstructableWith({ taskQueue: new FixedQueue(), niceIncrement: 2, workerHistogram: true })
  expect(Pool).type.toBeConstructableWith({ loadBalancer: LeastBusyBalancer({ maximumUsage: 2 }) })
  expect(Pool).type.not.toBeConstructableWith({ taskQueue: [] })
  expect(Pool.move(new ArrayBuffer(1))).type.toBe<ArrayBuffer>()
  const { port1 } = new MessageChannel()
  expect(new Pool().run).type.toBeCallableWith(port1, { transferList: [port1], retries: 2, affinity: 'key' })
})

test('a handler sees a signal, a flag and a way to tell of progress', () => {
  expect<TaskContext<number>['signal']>().type.toBe<AbortSignal>()
  expect<TaskContext<number>['cancelled']>().type.toBe<() => boolean>()
  expect<TaskContext<number>['emit']>().type.not.toBeCallableWith('half')
})
