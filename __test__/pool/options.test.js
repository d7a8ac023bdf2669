'use strict'

const path = require('node:path')
const { EventEmitter } = require('node:events')
const Pool = require('../../lib/pool/index.js')
const { capabilities } = require('../../lib/index.js')
const { closePools, file, openPool } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

test('the module is the class, by all its names', () => {
  expect(Pool.Pool).toBe(Pool)
  expect(Pool.Piscina).toBe(Pool)
  expect(/** @type {any} */ (Pool).default).toBe(Pool)
  expect(Pool.isWorkerThread).toBe(false)
  expect(Pool.workerData).toBe(undefined)
  expect(Pool.version).toBe(require('../../package.json').version)
  expect(openPool()).toBeInstanceOf(EventEmitter)
})

test('by default there are as many threads as processors', () => {
  const { threads } = capabilities()
  const pool = openPool({ maxThreads: undefined })
  expect([pool.minThreads, pool.maxThreads, pool.threads.length]).toEqual([threads, threads, threads])
  expect(openPool({ maxThreads: 1 }).minThreads).toBe(1)
  expect(openPool({ maxThreads: undefined, minThreads: threads + 1 }).maxThreads).toBe(threads + 1)
})

test.each([
  [{ filename: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ filename: 'http://host/task.js' }, 'ERR_INVALID_ARG_VALUE'],
  [{ name: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ minThreads: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ maxThreads: 0 }, 'ERR_OUT_OF_RANGE'],
  [{ maxThreads: 1.5 }, 'ERR_OUT_OF_RANGE'],
  [{ minThreads: 3, maxThreads: 2 }, 'ERR_OUT_OF_RANGE'],
  [{ maxQueue: 'all' }, 'ERR_INVALID_ARG_TYPE'],
  [{ maxQueue: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ idleTimeout: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ idleTimeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
  [{ closeTimeout: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ gracePeriodMs: Number.NaN }, 'ERR_OUT_OF_RANGE'],
  [{ concurrentTasksPerWorker: 0 }, 'ERR_OUT_OF_RANGE'],
  [{ concurrentTasksPerWorker: 257 }, 'ERR_OUT_OF_RANGE'],
  [{ argv: 'x' }, 'ERR_INVALID_ARG_TYPE'],
  [{ execArgv: {} }, 'ERR_INVALID_ARG_TYPE'],
  [{ resourceLimits: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ trackUnmanagedFds: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ atomics: 'maybe' }, 'ERR_INVALID_ARG_VALUE'],
  [{ taskQueue: {} }, 'ERR_INVALID_ARG_TYPE'],
  [{ taskQueue: { size: 0, shift() {}, push() {} } }, 'ERR_INVALID_ARG_TYPE'],
  [{ loadBalancer: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ niceIncrement: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ workerHistogram: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ stricterFIFO: 'yes' }, 'ERR_INVALID_ARG_TYPE'],
  [{ env: 'PATH=/bin' }, 'ERR_INVALID_ARG_TYPE'],
  [{ recycle: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ recycle: { afterTasks: 0 } }, 'ERR_OUT_OF_RANGE'],
  [{ recycle: { maxHeapBytes: 1.5 } }, 'ERR_OUT_OF_RANGE'],
  [{ context: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ context: {} }, 'ERR_INVALID_ARG_TYPE'],
  [{ context: { capture() {}, restore() {} } }, 'ERR_INVALID_ARG_TYPE'],
])('new Pool(%p) throws %s', (options, code) => {
  expect(() => new Pool(/** @type {any} */ ({ filename: file, ...options }))).toThrow(expect.objectContaining({ code }))
})

test('a thread that Node refuses to make leaves nothing behind', () => {
  const { native } = require('../../lib/internal/native.js')
  const ports = native().countPorts()
  expect(() => new Pool({ filename: file, execArgv: ['--no-such-option'] })).toThrow(
    expect.objectContaining({ code: 'ERR_WORKER_INVALID_EXEC_ARGV' })
  )
  expect(native().countPorts()).toBe(ports)
})

test('what piscina takes and asks for nothing is accepted', () => {
  openPool({ atomics: 'disabled', niceIncrement: 0, workerHistogram: false, stricterFIFO: true, taskQueue: undefined })
})

test.each([
  [{ signal: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ priority: 1.5 }, 'ERR_OUT_OF_RANGE'],
  [{ priority: 2 ** 31 }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: '5' }, 'ERR_INVALID_ARG_TYPE'],
  [{ name: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{ filename: 'node:fs' }, 'ERR_INVALID_ARG_VALUE'],
  [{ cooperative: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ onProgress: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ transferList: new ArrayBuffer(1) }, 'ERR_INVALID_ARG_TYPE'],
  [{ retries: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ retries: null }, 'ERR_INVALID_ARG_TYPE'],
  [{ affinity: {} }, 'ERR_INVALID_ARG_TYPE'],
])('run(task, %p) rejects with %s and costs no place', async (options, code) => {
  const pool = openPool({ maxThreads: 1, maxQueue: 0 })
  await expect(pool.run(1, /** @type {any} */ (options))).rejects.toMatchObject({ code })
  expect(await pool.run(2)).toBe(2)
})

test('run() takes null for what it does not name, as piscina and its own types do', async () => {
  const pool = openPool({ maxThreads: 1, atomics: null, filename: null })
  const nothing = { name: null, signal: null, transferList: null, affinity: null }
  expect(await pool.run(1, /** @type {any} */ ({ ...nothing, filename: file }))).toBe(1)
})

test.each([{ force: 1 }, { gracePeriodMs: '1' }])('close(%p) rejects and closes nothing', async (options) => {
  const pool = openPool()
  await expect(pool.close(/** @type {any} */ (options))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(await pool.run(1)).toBe(1)
})

test('a relative filename is relative to the working directory, as in piscina', async () => {
  const relative = `./${path.relative(process.cwd(), file)}`
  const pool = openPool({ filename: relative })
  expect(pool.options.filename).toBe(file)
  expect(await pool.run(1)).toBe(1)
  expect(await pool.run(2, { filename: path.relative(process.cwd(), file) })).toBe(2)
})
