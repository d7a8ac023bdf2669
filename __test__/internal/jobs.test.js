'use strict'

const { native } = require('../../lib/internal/native.js')
const { runJob } = require('../../lib/internal/jobs.js')

const count = () => runJob((port, id) => native().countCpuThreads(port, id))

test('a native job settles in this realm', async () => {
  expect(await count()).toBeGreaterThan(0)
  expect(count()).toBeInstanceOf(Promise)
  await count()
})

test('many jobs at once all settle', async () => {
  const results = await Promise.all(Array.from({ length: 2_000 }, count))
  expect(new Set(results).size).toBe(1)
})

test('a second copy of lib in the same process gets its own results', async () => {
  let other
  jest.isolateModules(() => {
    other = { jobs: require('../../lib/internal/jobs.js'), native: require('../../lib/internal/native.js').native }
  })
  expect(other.jobs.runJob).not.toBe(runJob)
  const results = await Promise.all([
    other.jobs.runJob((port, id) => other.native().countCpuThreads(port, id)),
    count(),
  ])
  expect(results[0]).toBe(results[1])
})

test('a port that is not a jobs port is refused, not crashed on', () => {
  expect(() => native().countCpuThreads(999_999, 1)).toThrow(/not an open jobs port/)
})
