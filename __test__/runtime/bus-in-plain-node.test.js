'use strict'

// The Bus in plain node, in both ways to wake a loop: exit, worker teardown, copies of lib, GC.

const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

const programs = {
  "subscriptions that are not ref'd let the process exit": 'exit-idle.js',
  "a ref'd subscription keeps the process": 'exit-held.js',
  'what a worker published before process.exit() arrives': 'worker-exit.js',
  'what a listener throws is uncaught where nobody hears errors': 'uncaught.js',
  'copies of lib share the Bus and not its handles': 'copies.js',
  'a forgotten Bus keeps no realm, and a realm keeps its Bus': 'realms.js',
  'a program in one file keeps its subscriptions through collections': 'bundled.js',
  'workers may be terminated under traffic': 'terminations.js',
  'the process may exit under traffic': 'exit-under-traffic.js',
  'a flood starves neither timers nor immediates': 'flood.js',
  'received Buffers stay as they were': 'kept-bytes.js',
  'both loaders give one class': 'same-class.mjs',
}

/** The soak runs 10,000. */
const TERMINATIONS = 200

describe.each(['uv-async', 'doorbell'])('the Bus, woken by %s', (wake) => {
  test.each(Object.entries(programs))(
    '%s',
    async (_, file) => {
      const program = path.join(__dirname, '../fixtures/events', file)
      const env = { ...process.env, IRONLOOP_WAKE: wake }
      const { stdout } = await execute(process.execPath, ['--expose-gc', program, String(TERMINATIONS)], {
        env,
        timeout: 170_000,
      })
      expect(stdout).toBe('ok\n')
    },
    180_000
  )
})
