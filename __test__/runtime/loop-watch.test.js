'use strict'

// Watches in plain node: what blocks Jest's own loop would be seen, too.

const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

const fixture = (/** @type {string} */ name) => path.join(__dirname, '../fixtures/loop', name)
const options = { timeout: 120_000 }

/** @type {Record<string, string[]>} */
const programs = {
  'a block is seen while it lasts, with the culprit': ['seen-while-blocked.js'],
  'the cause is told without a stack': ['causes.js'],
  'the cause is told with a stack': ['causes.js', 'stack'],
  'an idle loop is not blocked, and a watch keeps no process': ['exit-idle.js'],
  'callbacks throw, keep their context, and may be asked for early': ['callbacks.js'],
  'a debugger is not fought over': ['debugger.js'],
  'blocks are news on the Bus': ['news.js'],
  'each worker has its own loop, and may be terminated while blocked': ['worker-threads.js'],
  'a capture may be interrupted at any time': ['capture-interrupted.js'],
  'a worker behind a blocked main thread has no stack': ['worker-behind-main.js'],
  'source maps are honoured': ['source-mapped.js'],
  'a busy server that blocks nowhere is not reported': ['false-reports.js', '2'],
}

test.each(Object.entries(programs))(
  '%s',
  async (_, [file, ...rest]) => {
    const { stdout } = await execute(process.execPath, ['--expose-gc', fixture(file), ...rest], options)
    expect(stdout).toBe('ok\n')
  },
  130_000
)

test('the permission model is asked: what it forbids is said', async () => {
  const [major] = process.versions.node.split('.')
  const model = Number(major) < 22 ? '--experimental-permission' : '--permission'
  const flags = [model, '--allow-fs-read=*', '--allow-addons', '--no-warnings']
  const { stdout } = await execute(process.execPath, [...flags, fixture('without-rights.js')], options)
  expect(stdout).toBe('ok\n')
}, 130_000)

const notWindows = process.platform === 'win32' ? [] : ['a suspended process is one report']
test.each(notWindows)(
  '%s',
  async () => {
    const { stdout } = await execute(process.execPath, [fixture('suspended.js')], options)
    expect(stdout).toBe('ok\n')
  },
  130_000
)

describe('what a native thread writes', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ironloop-loop-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('goes to stderr, and to a file', async () => {
    const file = path.join(folder, 'blocks.log')
    const [{ stderr }] = await Promise.all([
      execute(process.execPath, [fixture('reports.js'), 'once', 'stderr'], options),
      execute(process.execPath, [fixture('reports.js'), 'once', file], options),
    ])
    for (const text of [stderr, readFileSync(file, 'utf8')]) {
      expect(text).toMatch(/^ironloop: process \d+: the loop of the main thread has been blocked for \d+ ms in /m)
      expect(text).toMatch(/at culprit \(.*reports\.js:\d+:\d+\)|no stack/)
      expect(text).toMatch(/^ironloop: process \d+: the loop of the main thread was blocked for \d+ ms in /m)
    }
  }, 130_000)

  test('tells of a loop that never comes back, and ends the process where asked', async () => {
    const ended = await execute(process.execPath, [fixture('reports.js'), 'abort'], options).catch((error) => error)
    expect([ended.signal, ended.code]).toEqual(['SIGABRT', null])
    expect(ended.stderr).toMatch(/has been blocked for \d+ ms in .*; the process is ended\n {4}at .*\n/)
  }, 130_000)
})
