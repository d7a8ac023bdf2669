'use strict'

// Count in is count out, and nothing is left behind; a soak gives the fixture 1,000,000.

const path = require('node:path')
const { wakes } = require('../fixtures/package/wakes.js')
const { execute } = require('../fixtures/execute.js')

const fixture = path.join(__dirname, '../fixtures/pool/random-lives.js')
const TASKS = 20_000

test.each(wakes)(
  `of ${TASKS} random tasks each ends once and leaves nothing, woken by %s`,
  async (wake) => {
    const env = { ...process.env, IRONLOOP_WAKE: wake }
    const { stdout } = await execute(process.execPath, ['--expose-gc', fixture, String(TASKS)], {
      env,
      timeout: 170_000,
    })
    const { seed, counts, ends, before, after } = JSON.parse(stdout)
    expect({ seed, ...counts }).toMatchObject({ seed, settled: TASKS, queued: 0 })
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(TASKS)
    expect(ends.ok).toBeGreaterThan(TASKS / 2)
    expect({ seed, ports: after.ports }).toEqual({ seed, ports: before.ports })
    expect(after.descriptors - before.descriptors).toBeLessThan(10)
    expect(after.threads - before.threads).toBeLessThan(5)
    expect(after.megabytes - before.megabytes).toBeLessThan(100)
  },
  180_000
)
