'use strict'

const fs = require('node:fs')
const { spawn } = require('node:child_process')
const { capabilities } = require('../../lib/index.js')
const { killTree, run } = require('../../lib/child_process')
const {
  descriptors,
  isAlive,
  nameOf,
  parentOf,
  until,
  withTime,
  zombies,
} = require('../fixtures/child_process/processes.js')

/** Three levels, one in a session of its own, one orphaned; prints the pids of all but the first. */
const TREE = `
  setsid sh -c 'echo $$; exec sleep 1001' &
  (sh -c 'echo $$; exec sleep 1002' &)
  sh -c 'sleep 1003 & echo $!; wait' &
  wait`

/** A run of it that has said its pids. */
async function tree(/** @type {object} */ options) {
  const running = run('sh', ['-c', TREE], options)
  const lines = running[Symbol.asyncIterator]()
  const pids = []
  while (pids.length < 3) pids.push(Number((await lines.next()).value))
  return { running, pids: [...pids, Number(running.pid)] }
}

test('says what keeps its promises here', () => {
  const { killTree, dieWithParent, memoryLimit } = /** @type {any} */ (capabilities().modules.child_process)
  expect(['cgroup', 'warden']).toContain(killTree)
  expect(dieWithParent).toBe('warden')
  expect(['cgroup', 'watch']).toContain(memoryLimit)
})

describe('a run with killTree', () => {
  test('is over when all of its tree is gone', async () => {
    const { running, pids } = await tree({ killTree: true })
    expect(pids.every(isAlive)).toBe(true)
    expect(running.kill()).toBe(true)
    await expect(running).rejects.toMatchObject({ signal: 'SIGTERM', killed: true })
    expect(pids.filter(isAlive)).toEqual([])
    expect(running.kill()).toBe(false)
  })

  test('by timeout, too', async () => {
    const { running, pids } = await withTime((timeout) => tree({ timeout, killTree: true }))
    await running.catch(() => {})
    expect(pids.filter(isAlive)).toEqual([])
  }, 60_000)

  test.each([['signal'], ['dispose'], ['killTree']])('by %s, too', async (way) => {
    const controller = new AbortController()
    const { running, pids } = await tree({ signal: controller.signal, killTree: true })
    if (way === 'signal') controller.abort()
    if (way === 'dispose') {
      const dispose = /** @type {any} */ (Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose'))
      await /** @type {any} */ (running)[dispose]()
    }
    if (way === 'killTree') expect(await running.killTree()).toBe(true)
    await running.catch(() => {})
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('forces what ignores the signal when its grace is over', async () => {
    const inner = 'trap "" TERM; echo $$; while :; do sleep 0.01; done'
    const running = run('sh', ['-c', `setsid sh -c '${inner}' & wait`], { killTree: true, gracePeriodMs: 150 })
    const lines = running[Symbol.asyncIterator]()
    const stubborn = Number((await lines.next()).value)
    const asked = performance.now()
    running.kill()
    await expect(running).rejects.toMatchObject({ signal: 'SIGTERM' })
    expect(performance.now() - asked).toBeGreaterThan(148)
    expect(isAlive(stubborn)).toBe(false)
  })

  test('sends other signals to all of it, and none of them ends the run', async () => {
    const script = `trap 'echo outer; exit 0' USR1
      setsid sh -c 'trap "echo inner; exit 0" USR1; echo ready; while :; do sleep 0.01; done' &
      while :; do sleep 0.01; done`
    const running = run('sh', ['-c', script], { killTree: true })
    const lines = running[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('ready')
    expect(running.kill('SIGUSR1')).toBe(true)
    const said = [(await lines.next()).value, (await lines.next()).value]
    expect(said.sort()).toEqual(['inner', 'outer'])
    running.kill('SIGKILL')
    await running.catch(() => {})
  })

  test('that ends by itself leaves what it started, as without', async () => {
    const { stdout } = await run('sh', ['-c', 'sleep 1004 >/dev/null 2>&1 & echo $!'], { killTree: true })
    const left = Number(stdout)
    expect(isAlive(left)).toBe(true)
    const warden = parentOf(left)
    expect(nameOf(warden)).toMatch(/^ironloop-warden/)
    process.kill(left, 'SIGKILL')
    await until(() => !isAlive(warden))
  })
})

describe('a warden', () => {
  const guarded = { dieWithParent: true }

  test('stands between only when it is asked for', async () => {
    const parent = (/** @type {object} */ options) => run('sh', ['-c', 'cat /proc/$PPID/comm'], options)
    expect((await parent({ killTree: true })).stdout).toMatch(/^ironloop-warden/)
    expect((await parent(guarded)).stdout).toMatch(/^ironloop-warden/)
    expect((await parent({})).stdout).toBe(fs.readFileSync('/proc/self/comm', 'utf8').trim())
  })

  test('passes everything on', async () => {
    const script = 'read line; echo "$line $0 $$"; echo err >&2; exit 7'
    const result = await run('sh', ['-c', script, 'zero'], { ...guarded, input: 'in\n', reject: false })
    expect(result).toMatchObject({ exitCode: 7, stdout: `in zero ${result.pid}`, stderr: 'err' })
    const killed = await run('sh', ['-c', 'kill -QUIT $$'], { ...guarded, reject: false })
    expect(killed).toMatchObject({ exitCode: null, signal: 'SIGQUIT' })
    const descriptors = 'ls /proc/self/fd | wc -l'
    expect((await run('sh', ['-c', descriptors], guarded)).stdout).toBe((await run('sh', ['-c', descriptors])).stdout)
    const masks = 'grep -E "^Sig(Blk|Ign)" /proc/self/status'
    expect((await run('sh', ['-c', masks], guarded)).stdout).toBe((await run('sh', ['-c', masks])).stdout)
  })

  test('tells the true memory and processor time', async () => {
    const burn = 'const all = Buffer.alloc(64 << 20, 1); const end = Date.now() + 200; while (Date.now() < end); all'
    const { maxRssBytes, userMs } = await run(process.execPath, ['-e', burn], guarded)
    expect(maxRssBytes).toBeGreaterThan(64 << 20)
    expect(userMs).toBeGreaterThan(50)
    const small = await run('true', guarded)
    expect(small.maxRssBytes).toBeGreaterThan(0)
    expect(small.maxRssBytes).toBeLessThan(8 << 20)
  })

  test.each([
    ['ENOENT', 'nonexistent-program', {}],
    ['EACCES', '/etc', {}],
    ['ENOENT', 'true', { cwd: '/nonexistent' }],
    ['ENOENT', 'true', { env: { PATH: '/nonexistent' } }],
  ])('reports %s as a start without it does', async (code, file, options) => {
    const both = [await run(file, ['a'], options).catch((one) => one)]
    both.push(await run(file, ['a'], { ...options, ...guarded }).catch((one) => one))
    for (const { code: found, path, syscall, spawnargs, pid } of both) {
      expect({ code: found, path, syscall, spawnargs, pid }).toEqual({
        code,
        path: file,
        syscall: `spawn ${file}`,
        spawnargs: ['a'],
        pid: undefined,
      })
    }
  })

  test('runs a script without a #! line, and gives the program its attributes', async () => {
    const script = `${fs.mkdtempSync('/tmp/ironloop-')}/script`
    fs.writeFileSync(script, 'echo "$0 $1 $(umask) $(ulimit -n) $(nice)"; pwd\n', { mode: 0o755 })
    const options = { ...guarded, umask: 0o27, nice: 5, limits: { openFiles: 77 }, cwd: '/' }
    expect((await run(script, ['a'], options)).stdout).toBe(`${script} a 0027 77 5\n/`)
    fs.rmSync(script)
  })

  test('that is killed takes the program with it', async () => {
    const running = run('sleep', ['1005'], guarded)
    await running.spawned
    process.kill(parentOf(Number(running.pid)), 'SIGKILL')
    await expect(running).rejects.toMatchObject({ signal: 'SIGKILL' })
    await until(() => !isAlive(running.pid))
  })

  test.each([
    [guarded, 'SIGKILL'],
    [guarded, 'SIGTERM'],
    [{ killTree: true }, 'SIGKILL'],
    [{ killTree: true }, 'SIGTERM'],
  ])('that was stopped goes on to end what it guards (%j, %s)', async (options, signal) => {
    const running = run('sleep', ['1008'], { ...options, gracePeriodMs: 50, reject: false })
    await running.spawned
    process.kill(parentOf(Number(running.pid)), 'SIGSTOP')
    expect(running.kill(/** @type {any} */ (signal))).toBe(true)
    expect((await running).killed).toBe(true)
    expect(isAlive(running.pid)).toBe(false)
  })

  test('makes no subreaper of this process', async () => {
    const orphan = 'sh -c "setsid sleep 1009 >/dev/null 2>&1 & echo \\$!"'
    const { stdout } = await run('sh', ['-c', orphan])
    const pid = Number(stdout)
    expect(isAlive(pid)).toBe(true)
    expect(parentOf(pid)).not.toBe(process.pid)
    process.kill(pid, 'SIGKILL')
  })

  test('hands on what somebody sends to it', async () => {
    const running = run('sleep', ['1006'], guarded)
    await running.spawned
    process.kill(parentOf(Number(running.pid)), 'SIGHUP')
    await expect(running).rejects.toMatchObject({ signal: 'SIGHUP' })
  })

  test('leaves no process, no zombie and no descriptor', async () => {
    await run('true', { killTree: true })
    await until(() => zombies().length === 0)
    const before = descriptors()
    await Promise.all(Array.from({ length: 50 }, () => run('sh', ['-c', 'sleep 0.01 & wait'], { killTree: true })))
    const runs = Array.from({ length: 50 }, () => run('sh', ['-c', 'setsid sleep 1007 & wait'], { killTree: true }))
    await Promise.all(runs.map(({ spawned }) => spawned))
    for (const one of runs) one.kill('SIGKILL')
    await Promise.allSettled(runs)
    await until(() => zombies().length === 0 && descriptors() <= before)
  })
})

describe('killTree(pid)', () => {
  test('ends a process that is no run, and what it started', async () => {
    const child = spawn('sh', ['-c', 'sh -c "sleep 1008 & echo \\$!; wait" & wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [said] = /** @type {any} */ (await require('node:events').once(child.stdout, 'data'))
    expect(await killTree(/** @type {number} */ (child.pid))).toBe(true)
    expect(isAlive(Number(said))).toBe(false)
    expect(isAlive(child.pid)).toBe(false)
  })

  test('forces what ignores the signal, within 50 ms of its grace', async () => {
    let best = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < 10 && best > 200; attempt++) {
      const child = spawn('sh', ['-c', 'trap "" TERM; echo; while :; do sleep 0.01; done'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      await require('node:events').once(/** @type {any} */ (child.stdout), 'data')
      const asked = performance.now()
      expect(await killTree(/** @type {number} */ (child.pid), 'SIGTERM', { gracePeriodMs: 150 })).toBe(true)
      const took = performance.now() - asked
      expect(took).toBeGreaterThan(148)
      best = Math.min(best, took)
    }
    expect(best).toBeLessThan(200)
  })

  test('is false where nobody is', async () => {
    const { pid } = await run('true')
    expect(await killTree(/** @type {number} */ (pid))).toBe(false)
  })

  test.each([
    [[0], 'ERR_OUT_OF_RANGE'],
    [[1.5], 'ERR_OUT_OF_RANGE'],
    [['1'], 'ERR_INVALID_ARG_TYPE'],
    [[1, 'SIGNOTHING'], 'ERR_UNKNOWN_SIGNAL'],
    [[1, 'SIGTERM', 5], 'ERR_INVALID_ARG_TYPE'],
    [[1, 'SIGTERM', { gracePeriodMs: -1 }], 'ERR_OUT_OF_RANGE'],
  ])('%j throws %s', (args, code) => {
    expect(() => /** @type {any} */ (killTree)(...args)).toThrow(expect.objectContaining({ code }))
  })
})
