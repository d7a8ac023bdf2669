'use strict'

// Timers in plain node, in both ways to wake a loop: exit, uncaught exceptions, worker teardown, a stopped process.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { setTimeout: wait } = require('node:timers/promises')
const { evaluate } = require('../fixtures/package/run-node.js')
const { execute } = require('../fixtures/execute.js')

const fixture = (/** @type {string} */ file) => path.join(__dirname, '../fixtures/timers', file)

const programs = {
  'a callback that throws is uncaught, and the others run': 'uncaught.js',
  'ref’d timers keep the process, and no others': 'exit.js',
  'each thread has timers, one native thread waits for all, and workers end with theirs': 'workers.js',
}

describe.each(['uv-async', 'doorbell'])('timers, woken by %s', (wake) => {
  test.each(Object.entries(programs))('%s', async (_, file) => {
    const { stdout } = await execute(process.execPath, [fixture(file)], {
      env: { ...process.env, IRONLOOP_WAKE: wake },
      timeout: 60_000,
    })
    expect(stdout).toBe('ok\n')
  })
})

test('after a stop the missed ticks are skipped, told or caught up with', async () => {
  const child = spawn(process.execPath, [fixture('stopped.js')], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  await wait(250)
  child.kill('SIGCONT')
  await once(child, 'close')
  const { calls, ticks } = JSON.parse(output.split('\n')[1])
  expect(ticks['catch-up']).toBe(calls['catch-up'])
  expect(ticks.skip).toBe(calls.skip)
  expect(ticks.coalesce).toBeGreaterThanOrEqual(30)
  expect(calls['catch-up']).toBeGreaterThanOrEqual(30)
  // Stopped for 250 of 315 ms: at least 20 ticks were missed.
  expect(calls.skip).toBeLessThanOrEqual(ticks.coalesce - 20)
  expect(calls.coalesce).toBeLessThanOrEqual(ticks.coalesce - 20)
})

test('loading the module starts no thread and loads no binding', () => {
  const program = "require('ironloop/timers'); console.log(Object.keys(require.cache).some((f) => f.endsWith('.node')))"
  expect(evaluate(program)).toBe('false')
})
