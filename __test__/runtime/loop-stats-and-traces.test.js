'use strict'

// Figures and traces in plain node: of Jest's own loop they would tell about Jest.

const path = require('node:path')
const { runNode } = require('../fixtures/package/run-node.js')
const { execute } = require('../fixtures/execute.js')

/** Those that need the host's own loop say so by `libuv`. @type {[string, string, Record<string, string>][]} */
const programs = [
  [
    'time is told by the phases in which it was spent',
    'phase-truth.js',
    { IRONLOOP_WAKE: '', UV_THREADPOOL_SIZE: '4' },
  ],
  ['callbacks come in the order that traces show', 'order.js', { IRONLOOP_WAKE: '' }],
  ['libuv: figures are compared, the pool is seen', 'stats-figures.js', { IRONLOOP_WAKE: '' }],
  ['without it: what perf_hooks tell', 'stats-figures.js', { IRONLOOP_WAKE: 'doorbell' }],
]

test.each(programs)(
  '%s',
  async (name, file, more) => {
    const program = path.join(__dirname, '../fixtures/loop', file)
    const env = { ...process.env, UV_THREADPOOL_SIZE: '2', ...more }
    const { stdout } = await execute(process.execPath, [program, name.split(':')[0]], { env, timeout: 120_000 })
    expect(stdout).toBe('ok\n')
  },
  130_000
)

test('the page about the event loop shows what happens', () => {
  const ran = runNode(['scripts/event-loop-page.mjs', '--check'], { env: { IRONLOOP_WAKE: '' } })
  expect(ran).toMatchObject({ status: 0, stderr: '' })
}, 130_000)
