'use strict'

// The spine in plain node, in both ways to wake a loop: what Jest's sandbox hides (realms, exit, worker teardown, GC).

const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

const programs = {
  'nextTicks and microtasks run between items where asked': 'ticks-between-items.js',
  'a source that throws loses none of its other items': 'throwing-source.js',
  'a nextTick that throws between items is uncaught and harms no promise': 'throwing-tick.js',
  'what runs there may make Node call back': 'callbacks-within.js',
  'a flood starves neither timers nor immediates nor other ports': 'flood.js',
  'promises keep the AsyncLocalStorage context': 'context.js',
  'copies of lib are routed apart, and a forgotten copy is collected': 'copies.js',
  'workers may be terminated under traffic': 'worker-termination.js',
  'an idle port lets the process exit': 'exit-idle.js',
  'pending work keeps the process until it settles': 'exit-pending.js',
}

describe.each(['uv-async', 'doorbell'])('the spine, woken by %s', (wake) => {
  test.each(Object.entries(programs))('%s', async (_, file) => {
    const program = path.join(__dirname, '../fixtures/spine', file)
    const env = { ...process.env, IRONLOOP_WAKE: wake }
    const { stdout } = await execute(process.execPath, ['--expose-gc', program], { env, timeout: 60_000 })
    expect(stdout).toBe('ok\n')
  })
})

test('under --pending-deprecation ticks run without a warning', async () => {
  const program = path.join(__dirname, '../fixtures/spine/ticks-between-items.js')
  const { stdout, stderr } = await execute(process.execPath, ['--pending-deprecation', '--expose-gc', program])
  expect({ stdout, stderr }).toEqual({ stdout: 'ok\n', stderr: '' })
})
