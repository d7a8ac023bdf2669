'use strict'

// Random lives: tasks of all kinds, cancelled, timed out, thrown, with threads killed meanwhile. Each promise settles
// exactly once, with an end that its task can have.

const { closePools, openPool } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

const TASKS = 20_000

/** A small generator of numbers that a failing run can be repeated with (mulberry32). */
function random(/** @type {number} */ seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

test(`of ${TASKS} random tasks each ends once`, async () => {
  const seed = Date.now() & 0xffff
  const next = random(seed)
  const pool = openPool({ maxThreads: 3, concurrentTasksPerWorker: 2, gracePeriodMs: 5 })
  pool.on('error', () => {})
  const ends = new Map()
  let settled = 0
  const note = (/** @type {string} */ end) => {
    settled++
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }

  async function one(/** @type {number} */ i) {
    const controller = new AbortController()
    const kind = next()
    const options = { priority: Math.floor(next() * 5), name: 'echo' }
    if (kind < 0.05) Object.assign(options, { signal: controller.signal, name: next() < 0.02 ? 'hang' : 'echo' })
    else if (kind < 0.06) Object.assign(options, { timeout: 1, name: 'untilAborted' })
    else if (kind < 0.1) options.name = 'fail'
    else if (kind < 0.1003) options.name = 'exit'
    else if (kind < 0.15) options.name = 'echoLater'
    const promise = pool.run(i, options)
    if (kind < 0.05) setTimeout(() => controller.abort(), next() * 5)
    try {
      const value = await promise
      if (value !== i) throw new Error(`task ${i} got ${value}`)
      note('ok')
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error)
      if (code === undefined) throw error
      note(code)
    }
  }

  const tasks = []
  for (let i = 0; i < TASKS; i++) {
    tasks.push(one(i))
    if (i % 500 === 499) {
      await new Promise(setImmediate)
      if (next() < 0.2) pool.threads[Math.floor(next() * pool.threads.length)]?.terminate()
      await Promise.all(tasks.splice(0, Math.floor(next() * 400)))
    }
  }
  await Promise.all(tasks)
  const allowed = ['ok', 'E_TASK', 'ABORT_ERR', 'ERR_POOL_TASK_TIMEOUT', 'ERR_POOL_WORKER_EXITED']
  expect({ seed, ends: [...ends.keys()].filter((end) => !allowed.includes(end)) }).toEqual({ seed, ends: [] })
  expect({ seed, settled }).toEqual({ seed, settled: TASKS })
  await pool.drain()
  const { completed, failed, cancelled } = pool.stats()
  expect(completed + cancelled + (ends.get('ERR_POOL_WORKER_EXITED') ?? 0)).toBe(TASKS)
  expect(failed).toBe((ends.get('E_TASK') ?? 0) + (ends.get('ERR_POOL_WORKER_EXITED') ?? 0))
  expect(cancelled).toBe((ends.get('ABORT_ERR') ?? 0) + (ends.get('ERR_POOL_TASK_TIMEOUT') ?? 0))
}, 180_000)
