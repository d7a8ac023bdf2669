'use strict'

// fork() over shared memory in plain node: hostile children, ends of every kind, what is left behind.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { runNode } = require('../fixtures/package/run-node.js')
const { wakes } = require('../fixtures/package/wakes.js')
const { isAlive, until } = require('../fixtures/child_process/processes.js')
const { execute } = require('../fixtures/execute.js')

const fixture = (/** @type {string} */ name) => path.join(__dirname, '../fixtures/child_process', name)

const programs = {
  'a child that writes anything into shared memory harms nobody': ['rings-hostile.js'],
  'and is told of by a warning where nobody listens to errors': ['rings-hostile.js', '1'],
  'a terminated worker takes its children with it': ['rings-worker-termination.js'],
  'nothing is left behind': ['rings-without-trace.js'],
}

describe.each(wakes)('woken by %s', (wake) => {
  test.each(Object.entries(programs))(
    '%s',
    async (_, [file, ...args]) => {
      const env = { ...process.env, IRONLOOP_WAKE: wake }
      const program = ['--no-warnings', fixture(String(file)), ...args]
      const { stdout } = await execute(process.execPath, program, { env, timeout: 100_000 })
      expect(stdout).toBe('ok\n')
    },
    120_000
  )

  test('a child whose parent is killed is disconnected, and ends', async () => {
    const env = { ...process.env, IRONLOOP_WAKE: wake }
    const parent = spawn(process.execPath, [fixture('rings-orphan.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    parent.stdout.setEncoding('utf8').on('data', (text) => {
      said += text
    })
    await until(() => said.includes('\n'))
    const pid = Number.parseInt(said, 10)
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await once(parent, 'close') // once the child, which has the same output, has ended
    expect(said).toBe(`${pid}\ndisconnected\n`)
    expect(isAlive(pid)).toBe(false)
  })
})

test('without a binding it is refused', () => {
  const program = `
    const { fork } = require('./lib/child_process')
    try { fork('x', { ipc: 'shared-memory' }) } catch ({ code }) { console.log(code) }`
  const env = { ...process.env, IRONLOOP_NATIVE: 'off' }
  expect(runNode(['-e', program], { env }).stdout).toBe('ERR_CHILD_PROCESS_OPTION_UNSUPPORTED\n')
})

test("under Node's permission model it is asked for first", () => {
  const [major] = process.versions.node.split('.').map(Number)
  const model = Number(major) < 22 ? '--experimental-permission' : '--permission'
  const flags = [model, '--allow-fs-read=*', ...(Number(major) < 22 ? [] : ['--allow-addons'])]
  const program = `
    const { fork } = require('./lib/child_process')
    try { fork('x', { ipc: 'shared-memory' }) } catch ({ code }) { console.log(code) }`
  expect(runNode([...flags, '-e', program]).stdout).toBe('ERR_ACCESS_DENIED\n')
})

test('a program given by -e is not given to the child', () => {
  const program = `
    const { fork } = require('./lib/child_process')
    const child = fork('./__test__/fixtures/child_process/rings.js', ['sender'], { ipc: 'shared-memory' })
    child.on('message', (message) => console.log(message))`
  expect(runNode(['-e', program])).toMatchObject({ stdout: 'and out\n', status: 0 })
})
