'use strict'

// The pool in plain node: exit, output, worker threads, leaks; and under Jest itself.

const path = require('node:path')
const { wakes } = require('../fixtures/package/wakes.js')
const { execute } = require('../fixtures/execute.js')

const fixtures = path.join(__dirname, '../fixtures/pool')

const programs = {
  'the process ends when its tasks are done': 'exit-after-tasks.js',
  'a pool without tasks keeps nothing alive': 'exit-without-tasks.js',
  'a cancelled task that still runs keeps nothing alive': 'exit-with-cancelled-task.js',
  'pools work in worker threads and die with them': 'pool-in-worker.js',
  'closed pools leave nothing behind': 'many-pools.js',
  'a thread that waits survives a collection': 'collects-while-idle.js',
}

describe.each(wakes)('a pool, woken by %s', (wake) => {
  const env = { ...process.env, IRONLOOP_WAKE: wake }

  test.each(Object.entries(programs))(
    '%s',
    async (_, file) => {
      const program = path.join(fixtures, file)
      const { stdout } = await execute(process.execPath, ['--expose-gc', program], { env, timeout: 60_000 })
      expect(stdout).toBe('ok\n')
    },
    70_000
  )

  test('what a task printed is not lost to the exit', async () => {
    const { stdout } = await execute(process.execPath, [path.join(fixtures, 'output-before-exit.js')], { env })
    const lines = Array.from({ length: 2000 }, (_, line) => `line ${line}`)
    expect(stdout.trimEnd().split('\n').sort()).toEqual([...lines, 'ok'].sort())
  }, 70_000)
})

test('a pool that stays open neither keeps Jest nor worries it', async () => {
  const jest = require.resolve('jest/bin/jest')
  const config = path.join(fixtures, 'jest-project/jest.config.js')
  const args = [jest, '--config', config, '--detectOpenHandles']
  const { stderr } = await execute(process.execPath, args, { timeout: 60_000 })
  expect(stderr).toContain('1 passed')
  expect(stderr).not.toMatch(/did not exit|failed to exit|● +(Pool|Worker|MessagePort)/i)
}, 70_000)

test('a pool that stays open does not keep node --test', async () => {
  const args = ['--test', '--test-reporter=tap', path.join(fixtures, 'node-test/pool-under-test.js')]
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await execute(process.execPath, args, { env, timeout: 60_000 })
  expect(stdout).toContain('# pass 2')
  expect(stdout).toContain('# fail 0')
}, 70_000)

const stripsTypes = Boolean(/** @type {any} */ (process.features).typescript)

test(`a TypeScript file as handler ${stripsTypes ? 'runs' : 'is refused by Node'}`, async () => {
  const { stdout } = await execute(process.execPath, [path.join(fixtures, 'typescript-handler.js')], {
    timeout: 60_000,
  })
  expect(stdout).toBe(stripsTypes ? '3\n' : 'ERR_UNKNOWN_FILE_EXTENSION\n')
}, 70_000)
