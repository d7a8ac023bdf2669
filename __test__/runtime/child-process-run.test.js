'use strict'

// run() in plain node: many children, worker threads, the end of the process, permissions, limits.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { killTree } = require('../../lib/child_process')
const { root, runNode } = require('../fixtures/package/run-node.js')
const { wakes } = require('../fixtures/package/wakes.js')
const { isAlive, until } = require('../fixtures/child_process/processes.js')
const { execute } = require('../fixtures/execute.js')

const fixture = (/** @type {string} */ name) => path.join(__dirname, '../fixtures/child_process', name)

const programs = {
  'hundreds of children leave no zombie and no descriptor': 'many-children.js',
  'mixed with node:child_process nobody takes an exit from the other': 'mixed.js',
  'a terminated worker takes its children with it': 'worker-termination.js',
  'and its files': 'spill-of-a-worker.js',
  'an endless output is truncated in little memory': 'endless-output.js',
  'thousands one after another take no memory': 'flat-memory.js',
  'a pending run keeps the process, until it is over': 'exit-pending.js',
  'tracing channels tell of runs, promises keep the context': 'diagnostics.js',
}

describe.each(wakes)('woken by %s', (wake) => {
  test.each(Object.entries(programs))(
    '%s',
    async (_, file) => {
      const env = { ...process.env, IRONLOOP_WAKE: wake }
      const { stdout } = await execute(process.execPath, [fixture(file)], { env, timeout: 100_000 })
      expect(stdout).toBe('ok\n')
    },
    120_000
  )
})

describe('when the process ends while children run', () => {
  async function end(/** @type {string} */ way) {
    const { stdout, status, signal } = runNode([fixture('exit-early.js'), way])
    const { mortal, detached, bound } = JSON.parse(/** @type {string} */ (stdout))
    return { mortal, detached, bound, ended: signal ?? status }
  }

  test.each([
    ['exit', 3],
    ['throw', 1],
  ])('by %s they get their kill signal, detached ones live on', async (way, status) => {
    const { mortal, detached, bound, ended } = await end(way)
    expect(ended).toBe(status)
    await until(() => ![...mortal, bound].some(isAlive))
    expect(isAlive(detached)).toBe(true)
    process.kill(detached, 'SIGKILL')
  })

  test('by SIGKILL the kernel ends those with dieWithParent', async () => {
    const { mortal, detached, bound, ended } = await end('kill')
    expect(ended).toBe('SIGKILL')
    await until(() => !isAlive(bound))
    for (const pid of [...mortal, detached]) await killTree(pid, 'SIGKILL')
  })
})

test("Node's permission model is asked first", async () => {
  const [major] = process.versions.node.split('.').map(Number)
  const model = Number(major) < 22 ? '--experimental-permission' : '--permission'
  const flags = [model, '--allow-fs-read=*', ...(Number(major) < 22 ? [] : ['--allow-addons'])]
  expect(runNode([...flags, fixture('permission.js')])).toMatchObject({ stdout: 'ok\n', status: 0 })
})

test('too few descriptors fail some runs with EMFILE and break nothing', async () => {
  const script = 'ulimit -n 64; exec "$@"'
  const { stdout } = await execute('sh', ['-c', script, 'sh', process.execPath, fixture('few-descriptors.js')])
  expect(stdout).toBe('ok\n')
})

test("an unprivileged user's share of pipe memory is enough", async () => {
  // Another user may not see this folder.
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
  fs.chmodSync(copy, 0o755)
  for (const part of ['lib', 'native', 'package.json', '__test__/fixtures/child_process']) {
    fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true })
  }
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const program = path.join(copy, '__test__/fixtures/child_process/many-pipes.js')
  const { stdout } = await execute(process.execPath, [program], { cwd: copy, ...identity, timeout: 60_000 })
  expect(stdout).toBe('ok\n')
  fs.rmSync(copy, { recursive: true })
}, 60_000)
