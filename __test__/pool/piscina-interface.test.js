'use strict'

// What programs written for piscina rely on: names, queues, balancers, events.

const { closePools, failure, file, openPool, reached, release, sharedWords } = require('../fixtures/pool/open-pool.js')
const Pool = require('../../lib/pool/index.js')
const { ArrayTaskQueue, FixedQueue, LeastBusyBalancer, queueOptionsSymbol } = Pool

afterEach(closePools)

test('statics and exports are there under their names', () => {
  const { Piscina } = Pool
  expect(Piscina.Piscina).toBe(Pool)
  expect(Piscina.ArrayTaskQueue).toBe(ArrayTaskQueue)
  expect(Piscina.FixedQueue).toBe(FixedQueue)
  expect(typeof Piscina.move).toBe('function')
  expect([Piscina.transferableSymbol, Piscina.valueSymbol, queueOptionsSymbol]).toEqual([
    Symbol.for('Piscina.transferable'),
    Symbol.for('Piscina.valueOf'),
    Symbol.for('Piscina.queueOptions'),
  ])
})

test.each([
  ['ArrayTaskQueue', () => new ArrayTaskQueue()],
  ['FixedQueue', () => new FixedQueue()],
])('%s is a queue', (_, make) => {
  const queue = make()
  const tasks = Array.from({ length: 100 }, (_, i) => ({ i }))
  expect(queue.shift()).toBe(null)
  for (const task of tasks) queue.push(task)
  for (let i = 0; i < 40; i++) expect(queue.shift()).toBe(tasks[i])
  queue.remove(tasks[50])
  queue.remove({})
  queue.unshift(tasks[0])
  expect(queue.size).toBe(60)
  const left = []
  for (let task = queue.shift(); task !== null; task = queue.shift()) left.push(/** @type {any} */ (task).i)
  expect(left).toEqual([0, ...Array.from({ length: 60 }, (_, i) => i + 40).filter((i) => i !== 50)])
  expect(queue.size).toBe(0)
})

test.each([new ArrayTaskQueue(), new FixedQueue()])('tasks run through %p', async (taskQueue) => {
  const pool = openPool({ taskQueue })
  const tasks = Array.from({ length: 500 }, (_, i) => pool.run(i, { name: i % 7 === 0 ? 'echoLater' : 'echo' }))
  expect(await Promise.all(tasks)).toEqual(tasks.map((_, i) => i))
  expect(taskQueue.size).toBe(0)
  expect(pool.stats()).toMatchObject({ completed: 500, queued: 0, running: 0 })
})

/** Highest `priority` in the queue options first. */
class PriorityQueue {
  /** @type {any[]} */
  tasks = []
  get size() {
    return this.tasks.length
  }
  /** @param {any} task */
  push(task) {
    this.tasks.push(task)
    this.tasks.sort((a, b) => b[queueOptionsSymbol].priority - a[queueOptionsSymbol].priority)
  }
  shift() {
    return this.tasks.shift() ?? null
  }
  /** @param {any} task */
  remove(task) {
    this.tasks.splice(this.tasks.indexOf(task), 1)
  }
}

test('a queue of your own decides the order, by options on the tasks', async () => {
  const words = sharedWords()
  const taskQueue = new PriorityQueue()
  const pool = openPool({ maxThreads: 1, taskQueue, workerData: words })
  const blocked = pool.run(900, { name: 'block' })
  const order = [1, 3, 2].map((priority) => pool.run({ [queueOptionsSymbol]: { priority }, priority }))
  /** @type {number[]} */
  const ends = []
  for (const task of order) task.then((value) => ends.push(value.priority))
  expect(taskQueue.size).toBe(3)
  release(words, 900)
  await Promise.all([blocked, ...order])
  expect(ends).toEqual([3, 2, 1])
})

test.each([
  ['waits for a thread of its own', [false, true]],
  ['makes others wait for its thread', [true, false]],
  ['makes others like it wait', [true, true]],
])('a task with a signal %s, and so does queueSize count', async (_, abortable) => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, concurrentTasksPerWorker: 2, workerData: words })
  const controllers = abortable.map(() => new AbortController())
  const options = abortable.map((one, at) => ({
    name: 'beginAndBlock',
    signal: one ? controllers[at]?.signal : undefined,
  }))
  const first = pool.run(9, options[0])
  expect(pool.queueSize).toBe(0)
  const second = pool.run(9, options[1])
  expect(pool.queueSize).toBe(1)
  release(words, 9)
  expect(await Promise.all([first, second])).toEqual(['ok', 'ok'])
  expect(pool.queueSize).toBe(0)
})

test('tasks without a signal share a thread, and queueSize counts none of them', async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, concurrentTasksPerWorker: 2, workerData: words })
  const tasks = [pool.run(9, { name: 'beginAndBlock' }), pool.run(9, { name: 'beginAndBlock' })]
  expect(pool.queueSize).toBe(0)
  release(words, 9)
  await Promise.all(tasks)
})

test("an aborted task rejects with piscina's words", async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, workerData: words, gracePeriodMs: 0 })
  const controller = new AbortController()
  const aborted = failure(pool.run(9, { name: 'beginAndBlock', signal: controller.signal }))
  await reached(words, 0, 1)
  controller.abort()
  const error = { name: 'AbortError', message: 'The task has been aborted', code: 'ABORT_ERR' }
  expect(await aborted).toMatchObject(error)
  expect(await failure(pool.run(0, { signal: controller.signal }))).toMatchObject(error)
})

test('an aborted task leaves its queue', async () => {
  const words = sharedWords()
  const taskQueue = new FixedQueue()
  const pool = openPool({ maxThreads: 1, taskQueue, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  const controller = new AbortController()
  const waits = pool.run(1)
  const cancelled = failure(pool.run(0, { name: 'hang', signal: controller.signal }))
  controller.abort()
  expect(await cancelled).toMatchObject({ code: 'ABORT_ERR' })
  release(words, 9)
  await blocked
  expect(await waits).toBe(1)
  expect(taskQueue.size).toBe(0)
})

test('a balancer sees tasks and threads, and its choice is kept', async () => {
  /** @type {any[]} */
  const seen = []
  const pool = openPool({
    minThreads: 2,
    maxThreads: 2,
    concurrentTasksPerWorker: 8,
    loadBalancer(/** @type {any} */ task, /** @type {any[]} */ threads) {
      seen.push(task)
      return threads[threads.length - 1]
    },
  })
  const [, last] = pool.threads
  const threads = await Promise.all(Array.from({ length: 20 }, () => pool.run(0, { name: 'where' })))
  expect(new Set(threads)).toEqual(new Set([last.threadId]))
  expect(seen[0]).toMatchObject({ filename: file, name: 'where', isAbortable: false })
  expect(seen[0].created).toBeGreaterThan(0)
})

test('a balancer that chooses nobody lets the pool grow, then the task wait', async () => {
  const words = sharedWords()
  const least = LeastBusyBalancer({ maximumUsage: 1 })
  const pool = openPool({ minThreads: 1, maxThreads: 2, loadBalancer: least, workerData: words })
  const blocked = [1, 2].map(() => pool.run(9, { name: 'beginAndBlock' }))
  const waits = pool.run('waits')
  await reached(words, 0, 2)
  expect(pool.threads.length).toBe(2)
  release(words, 9)
  expect(await Promise.all(blocked)).toEqual(['ok', 'ok'])
  expect(await waits).toBe('waits')
})

test('assigned tasks of a thread that dies are given to another', async () => {
  const words = sharedWords()
  const pool = openPool({
    minThreads: 2,
    maxThreads: 2,
    workerData: words,
    loadBalancer: (/** @type {any} */ _, /** @type {any[]} */ threads) => threads[0] ?? null,
  })
  const lost = failure(pool.run(0, { name: 'hang' }))
  const others = Array.from({ length: 10 }, (_, i) => pool.run(i))
  await reached(words, 0, 1)
  await pool.threads[0].terminate()
  expect(await lost).toMatchObject({ code: 'ERR_POOL_WORKER_EXITED' })
  expect(await Promise.all(others)).toEqual(others.map((_, i) => i))
})

test('closing by force rejects what is in the queue', async () => {
  const words = sharedWords()
  const taskQueue = new FixedQueue()
  const pool = openPool({ maxThreads: 1, taskQueue, workerData: words })
  const blocked = pool.run(9, { name: 'beginAndBlock' })
  const queued = [1, 2, 3].map((task) => failure(pool.run(task)))
  await reached(words, 0, 1)
  const closed = pool.close({ force: true })
  for (const error of await Promise.all(queued)) expect(error).toMatchObject({ code: 'ERR_POOL_CLOSED' })
  release(words, 9)
  expect(await blocked).toBe('ok')
  await closed
  expect(taskQueue.size).toBe(0)
})

test('events tell of threads as balancers see them', async () => {
  const pool = openPool({ maxThreads: 1, workerHistogram: true })
  const created = new Promise((resolve) => pool.once('workerCreate', resolve))
  const destroyed = new Promise((resolve) => pool.once('workerDestroy', resolve))
  const [thread] = pool.threads
  const face = await created
  const { threadId } = thread
  expect(face).toMatchObject({ id: threadId, currentUsage: 0, isRunningAbortableTask: false })
  await Promise.all([pool.run(3, { name: 'sleep' }), pool.run(1)])
  expect(face.histogram.max).toBeGreaterThanOrEqual(2)
  expect([face.terminating, face.destroyed]).toEqual([false, false])
  await pool.close()
  expect(await destroyed).toBe(face)
  expect([face.id, face.destroyed, face.histogram]).toEqual([threadId, true, null])
})

test('without workerHistogram threads have none', async () => {
  const pool = openPool({ maxThreads: 1 })
  const face = await new Promise((resolve) => pool.once('workerCreate', resolve))
  expect(face.histogram).toBe(null)
})

test("'close' comes after the threads; 'error' tells that the time was over", async () => {
  const words = sharedWords()
  const pool = openPool({ maxThreads: 1, closeTimeout: 10, workerData: words })
  /** @type {any[]} */
  const seen = []
  pool.on('error', (error) => seen.push(error.code))
  pool.on('close', () => seen.push(pool.threads.length))
  const hangs = failure(pool.run(0, { name: 'hang' }))
  await reached(words, 0, 1)
  await pool.close()
  expect(seen).toEqual(['ERR_POOL_CLOSE_TIMEOUT', 0])
  expect(await hangs).toMatchObject({ code: 'ERR_POOL_CLOSED' })
})

test('niceIncrement lowers the priority of threads alone', async () => {
  const before = require('node:os').getPriority(0)
  const inThread = await openPool({ niceIncrement: 3 }).run(0, { name: 'nice' })
  expect(inThread).toBe(process.platform === 'linux' ? Math.min(19, before + 3) : before)
  expect(require('node:os').getPriority(0)).toBe(before)
})

test('a name of null is the default', async () => {
  const pool = openPool({ name: null })
  expect(await pool.run(1, { name: null, filename: null, signal: null })).toBe(1)
  pool[Symbol.dispose]()
  await expect(pool.run(2)).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })
})
