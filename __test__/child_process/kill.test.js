'use strict'

const { run } = require('../../lib/child_process')
const { isAlive, until, withTime } = require('../fixtures/child_process/processes.js')

/** Says "ready" once it ignores SIGTERM. */
const STUBBORN = ['-c', 'trap "" TERM; echo ready; exec sleep 100']

async function ready(/** @type {AsyncIterable<string>} */ running) {
  for await (const line of running) if (line === 'ready') return
}

/** A process that has said that it is ready, without its reader leaving. In an object, for it is a promise itself. */
async function start(/** @type {string} */ file, /** @type {string[]} */ args, /** @type {object} */ options) {
  const running = run(file, args, options)
  const lines = running[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('ready')
  return { running }
}

test('kill() asks, and says whether somebody was there', async () => {
  const running = run('sleep', ['100'])
  await running.spawned
  expect(running.kill()).toBe(true)
  await expect(running).rejects.toMatchObject({ signal: 'SIGTERM', killed: true, timedOut: false, cancelled: false })
  expect(running.kill()).toBe(false)
})

test.each([
  ['SIGKILL', 'SIGKILL'],
  ['sigint', 'SIGINT'],
  [1, 'SIGHUP'],
])('kill(%j)', async (signal, name) => {
  const running = run('sleep', ['100'])
  expect(running.kill(/** @type {any} */ (signal))).toBe(true)
  await expect(running).rejects.toMatchObject({ signal: name })
})

test('killSignal is what kill() and a timeout send', async () => {
  const options = { killSignal: /** @type {const} */ ('SIGINT') }
  const running = run('sleep', ['100'], options)
  await running.spawned
  running.kill()
  await expect(running).rejects.toMatchObject({ signal: 'SIGINT' })
  await expect(run('sleep', ['100'], { ...options, timeout: 10 })).rejects.toMatchObject({ signal: 'SIGINT' })
})

test('a run that waits for its start when it is killed never starts', async () => {
  const runs = Array.from({ length: 200 }, () => run('sleep', ['100']))
  const answers = runs.map((running) => running.kill())
  expect(answers).toEqual(Array(200).fill(true))
  const ends = await Promise.allSettled(runs)
  const reasons = ends.map((end) => /** @type {PromiseRejectedResult} */ (end).reason)
  for (const reason of reasons) expect(reason).toMatchObject({ signal: 'SIGTERM', killed: true })
  expect(reasons.some(({ pid }) => pid === undefined)).toBe(true)
})

test('a timeout fails with its own code, and what was said so far', async () => {
  await withTime(async (timeout) => {
    const running = run('sh', ['-c', 'echo said; exec sleep 100'], { timeout })
    await expect(running).rejects.toMatchObject({
      code: 'ERR_CHILD_PROCESS_TIMEOUT',
      message: `Command timed out after ${timeout} ms: sh -c "echo said; exec sleep 100"`,
      stdout: 'said',
      signal: 'SIGTERM',
      timedOut: true,
      killed: true,
    })
  })
  expect((await run('sleep', ['100'], { timeout: 20, reject: false })).timedOut).toBe(true)
  expect((await run('true', { timeout: 60_000 })).timedOut).toBe(false)
}, 60_000)

test('who ignores SIGTERM gets SIGKILL when its grace is over, within 50 ms', async () => {
  const gracePeriodMs = 200
  let best = Number.POSITIVE_INFINITY
  // Other work on the machine can only make it later.
  for (let attempt = 0; attempt < 10 && best > gracePeriodMs + 50; attempt++) {
    const { running } = await start('sh', STUBBORN, { gracePeriodMs })
    const asked = performance.now()
    running.kill()
    await expect(running).rejects.toMatchObject({ signal: 'SIGKILL', killed: true })
    const took = performance.now() - asked
    expect(took).toBeGreaterThan(gracePeriodMs - 2)
    best = Math.min(best, took)
  }
  expect(best).toBeLessThan(gracePeriodMs + 50)
})

test('a timeout, too, is followed by force, while this thread is busy', async () => {
  const { running } = await withTime((timeout) => start('sh', STUBBORN, { timeout, gracePeriodMs: 100 }))
  const { pid } = running
  const deadline = performance.now() + 30_000
  while (isAlive(pid) && performance.now() < deadline);
  expect(isAlive(pid)).toBe(false)
  await expect(running).rejects.toMatchObject({ signal: 'SIGKILL', timedOut: true })
}, 60_000)

test('gracePeriodMs: Infinity never forces', async () => {
  const { running } = await start('sh', STUBBORN, { gracePeriodMs: Number.POSITIVE_INFINITY })
  expect(running.kill()).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(running.kill(0)).toBe(true)
  running.kill('SIGKILL')
  await expect(running).rejects.toMatchObject({ signal: 'SIGKILL' })
})

describe('an AbortSignal', () => {
  test('ends the run, which rejects once the process is gone', async () => {
    const controller = new AbortController()
    const { running } = await start('sh', ['-c', 'echo ready; exec sleep 100'], { signal: controller.signal })
    const reason = new Error('enough')
    controller.abort(reason)
    const error = await running.catch((/** @type {any} */ one) => one)
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason, cancelled: true, killed: true })
    expect(error).toMatchObject({ message: 'The operation was aborted', signal: 'SIGTERM', exitCode: null })
    expect(isAlive(error.pid)).toBe(false)
  })

  test('that is aborted already starts nothing', async () => {
    const error = await run('sleep', ['100'], { signal: AbortSignal.abort() }).catch((one) => one)
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cancelled: true, pid: undefined })
    expect(await run('sleep', ['100'], { signal: AbortSignal.abort(), reject: false })).toMatchObject({
      cancelled: true,
      error: { code: 'ABORT_ERR' },
    })
  })

  test('may end many runs, and is let go of by those that are over', async () => {
    const warned = jest.fn()
    process.on('warning', warned)
    const controller = new AbortController()
    const { signal } = controller
    await Promise.all(Array.from({ length: 20 }, () => run('true', { signal })))
    const runs = Array.from({ length: 20 }, () => run('sleep', ['100'], { signal, reject: false }))
    controller.abort()
    for (const result of await Promise.all(runs)) expect(result.cancelled).toBe(true)
    await new Promise(setImmediate)
    expect(warned).not.toHaveBeenCalled()
    process.off('warning', warned)
  })
})

describe('what the process started', () => {
  const script = 'sleep 100 & echo $!; echo ready; wait'

  test('is killed with killTree', async () => {
    const running = run('sh', ['-c', script], { killTree: true })
    const lines = running[Symbol.asyncIterator]()
    const grandchild = Number((await lines.next()).value)
    expect(isAlive(grandchild)).toBe(true)
    running.kill()
    await expect(running).rejects.toMatchObject({ killed: true })
    await until(() => !isAlive(grandchild))
  })

  test('keeps a run waiting for its pipes, unless the run was killed', async () => {
    await withTime(async (timeout) => {
      const running = run('sh', ['-c', 'sleep 100 & echo $!'], { timeout })
      const error = await running.catch((one) => one)
      if (error.stdout) process.kill(Number(error.stdout), 'SIGKILL')
      expect(error).toMatchObject({ timedOut: true, exitCode: 0, killed: false })
    })
  }, 60_000)

  test('is forced when its own grace is over', async () => {
    const inner = 'trap "" TERM; echo ready; exec sleep 100'
    const { running } = await start('sh', ['-c', `sh -c '${inner}' & wait`], { killTree: true, gracePeriodMs: 150 })
    const asked = performance.now()
    running.kill()
    await expect(running).rejects.toMatchObject({ signal: 'SIGTERM' })
    expect(performance.now() - asked).toBeGreaterThan(140)
  })
})

test('a run is disposed of by its end', async () => {
  const running = run('sleep', ['100'])
  await running.spawned
  const { pid } = running
  const dispose = Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')
  await /** @type {any} */ (running)[dispose]()
  expect(isAlive(pid)).toBe(false)
  await expect(running).rejects.toMatchObject({ killed: true })
})

test('leaving an iteration early ends the process', async () => {
  const running = run('sh', ['-c', 'echo ready; exec sleep 100'])
  await ready(running)
  expect(isAlive(running.pid)).toBe(false)
})
