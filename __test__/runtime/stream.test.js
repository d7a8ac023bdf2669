'use strict'

// Streams in plain node: a digest on the one CPU thread of all, workers that end amid it, listeners that throw.

const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

test.each(['uv-async', 'doorbell'])(
  'a digest leaves the thread to others, and ends with its worker: %s',
  async (wake) => {
    const program = path.join(__dirname, '../fixtures/stream/hash-threads.js')
    const { stdout } = await execute(process.execPath, [program], {
      env: { ...process.env, IRONLOOP_CPUS: '1', IRONLOOP_WAKE: wake },
      timeout: 60_000,
    })
    expect(stdout).toBe('ok\n')
  }
)

test('what a listener throws is an uncaught exception', async () => {
  const program = path.join(__dirname, '../fixtures/stream/listener-throws.js')
  const { stdout } = await execute(process.execPath, [program], { timeout: 60_000 })
  expect(stdout).toBe('ok\n')
})
