'use strict'

// spawn, exec, execFile and fork in plain node: many children, other libraries' children, worker threads, limits.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { root, runNode } = require('../fixtures/package/run-node.js')
const { wakes } = require('../fixtures/package/wakes.js')
const { execute } = require('../fixtures/execute.js')

const fixture = (/** @type {string} */ name) => path.join(__dirname, '../fixtures/child_process', name)

const programs = {
  'children killed by the thousand: each end once, no zombie, no descriptor': 'spawn-killed.js',
  'mixed with node:child_process nobody takes an exit from the other': 'spawn-mixed.js',
  'a terminated worker leaves its children alive, and no zombie': 'spawn-worker-termination.js',
  'the environment is the one that Node would give': 'spawn-environment.js',
  "Node's channel, the caller's context, what keeps the process": 'spawn-context.js',
}

describe.each(wakes)('woken by %s', (wake) => {
  test.each(Object.entries(programs))(
    '%s',
    async (_, file) => {
      const env = { ...process.env, IRONLOOP_WAKE: wake }
      const { stdout } = await execute(process.execPath, [fixture(file)], { env, timeout: 120_000 })
      expect(stdout).toBe('ok\n')
    },
    130_000
  )
})

test.each(['0', '1', '2', '0,1', '0,1,2'])('a host without the standard descriptors %s', async (closed) => {
  const script = 'exec 9>&1; "$@" 9>&9'
  const { stdout } = await execute('sh', ['-c', script, 'sh', process.execPath, fixture('closed-stdio.js'), closed])
  expect(stdout).toBe('ok\n')
})

/** Runs a fixture under a limit of the shell's ulimit. */
async function limited(/** @type {string} */ limit, /** @type {string[]} */ args) {
  const { stdout } = await execute('sh', ['-c', `ulimit ${limit}; exec "$@"`, 'sh', process.execPath, ...args])
  return stdout
}

test('too few descriptors are EMFILE, as with Node', async () => {
  expect(await limited('-n 64', [fixture('spawn-errors.js'), 'EMFILE', '60'])).toBe('ok\n')
})

test("Node's permission model is asked first", () => {
  const [major] = process.versions.node.split('.').map(Number)
  const model = Number(major) < 22 ? '--experimental-permission' : '--permission'
  const flags = [model, '--allow-fs-read=*', ...(Number(major) < 22 ? [] : ['--allow-addons'])]
  expect(runNode([...flags, fixture('spawn-permission.js')])).toMatchObject({ stdout: 'ok\n', status: 0 })
})

test("without a binding Node's own handle does as well", () => {
  const program = `
    const { spawn } = require('./lib/child_process')
    spawn('echo', ['said']).stdout.pipe(process.stdout)`
  const env = { ...process.env, IRONLOOP_NATIVE: 'off' }
  expect(runNode(['-e', program], { env })).toMatchObject({ stdout: 'said\n', status: 0 })
})

describe('as another user', () => {
  // Who may not see this folder.
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
  // Of its own, because limits count all that a user has.
  const stranger = 100_000 + process.pid
  const identity = process.getuid?.() === 0 ? { uid: stranger, gid: stranger } : {}

  beforeAll(() => {
    fs.chmodSync(copy, 0o755)
    for (const part of ['lib', 'native', 'package.json', '__test__/fixtures/child_process']) {
      fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true })
    }
  })
  afterAll(() => fs.rmSync(copy, { recursive: true }))

  const run = async (/** @type {string} */ limit, /** @type {string[]} */ [name, ...args]) => {
    const program = path.join(copy, '__test__/fixtures/child_process', /** @type {string} */ (name))
    const script = `${limit}; exec "$@"`
    const options = { ...identity, cwd: copy, timeout: 60_000 }
    return (await execute('sh', ['-c', script, 'sh', process.execPath, program, ...args], options)).stdout
  }

  test('children are started, killed and mixed as before', async () => {
    expect(await run(':', ['spawn-killed.js', '500'])).toBe('ok\n')
    expect(await run(':', ['spawn-mixed.js', '20'])).toBe('ok\n')
  })

  test('too many processes are EAGAIN, as with Node', async () => {
    const attempt = () => {
      const limit = tasksOf(identity.uid ?? process.getuid?.()) + 150
      const set = `ulimit -u ${limit} 2>/dev/null || ulimit -p ${limit}` // the one in bash, the other in dash
      return run(set, ['spawn-errors.js', 'EAGAIN', '300'])
    }
    // The limit counts all processes and threads of the user. Where it is not a user of this test's own, others of the
    // same name may start or end hundreds meanwhile: then this says nothing, and is asked again.
    let said = attempt()
    for (let more = identity.uid === undefined ? 10 : 0; more > 0; more--) said = said.catch(attempt)
    expect(await said).toBe('ok\n')
  }, 120_000)
})

/** How many processes and threads a user has. */
function tasksOf(/** @type {number | undefined} */ user) {
  const tasks = fs.readdirSync('/proc').map((name) => {
    try {
      const isTheirs = /^\d+$/.test(name) && fs.statSync(`/proc/${name}`).uid === user
      return isTheirs ? fs.readdirSync(`/proc/${name}/task`).length : 0
    } catch {
      return 0 // it has ended
    }
  })
  return tasks.reduce((sum, count) => sum + count, 0)
}
