'use strict'

// The loop hears of ends by itself; what happens meanwhile does not wait for it.

const { spawn, run } = require('../../lib/child_process')
const { isAlive, withTime } = require('../fixtures/child_process/processes.js')

/** Keeps this thread busy until something holds, and for so many milliseconds more. */
function block(/** @type {() => boolean} */ holds, /** @type {number} */ moreMs) {
  const deadline = performance.now() + 30_000
  while (!holds() && performance.now() < deadline);
  const held = performance.now()
  while (performance.now() < held + moreMs);
  return held
}

test('how long a run took does not depend on when its loop turns', async () => {
  let late = Number.POSITIVE_INFINITY
  // Other work on the machine can only make it later.
  for (let attempt = 0; attempt < 5 && late > 200; attempt++) {
    const started = performance.now()
    const running = run('sleep', ['0.05'], { capture: 'none' })
    await running.spawned
    const ended = block(() => !isAlive(Number(running.pid)), 400) - started
    late = Math.min(late, (await running).durationMs - ended)
  }
  expect(late).toBeLessThan(200)
})

test('a run that ended in time has not timed out, whenever its loop turns', async () => {
  await withTime(async (timeout) => {
    const running = run('true', { capture: 'none', timeout, reject: false })
    await running.spawned
    const started = performance.now()
    block(() => !isAlive(Number(running.pid)) && performance.now() > started + timeout + 100, 0)
    expect(await running).toMatchObject({ exitCode: 0, timedOut: false })
  })
}, 60_000)

test('a timeout ends a run of which only the end is heard, while its loop is blocked', async () => {
  const running = run('sleep', ['100'], { capture: 'none', timeout: 200, reject: false })
  await running.spawned
  block(() => !isAlive(Number(running.pid)), 0)
  expect(isAlive(Number(running.pid))).toBe(false)
  expect(await running).toMatchObject({ timedOut: true, signal: 'SIGTERM' })
})

test('a run that only its end is heard of can be killed in every way', async () => {
  const killed = run('sleep', ['100'], { capture: 'none', reject: false })
  await killed.spawned
  expect(killed.kill()).toBe(true)
  expect(await killed).toMatchObject({ signal: 'SIGTERM', killed: true })
  const stubborn = run('sh', ['-c', 'trap "" TERM; while :; do sleep 0.01; done'], {
    capture: 'none',
    gracePeriodMs: 50,
    reject: false,
  })
  await stubborn.spawned
  expect(stubborn.kill()).toBe(true)
  expect((await stubborn).killed).toBe(true)
  const controller = new AbortController()
  const aborted = run('sleep', ['100'], { capture: 'none', signal: controller.signal, reject: false })
  await aborted.spawned
  controller.abort()
  expect(await aborted).toMatchObject({ cancelled: true })
})

test('ends that came while the loop was blocked are all heard, each once', async () => {
  const heard = []
  const ends = Array.from({ length: 100 }, (_, at) => {
    const child = spawn('sh', ['-c', `exit ${at}`], { stdio: 'ignore' })
    return { child, end: new Promise((resolve) => child.on('exit', (code) => resolve(heard.push(code)))) }
  })
  const runs = Array.from({ length: 100 }, (_, at) =>
    run('sh', ['-c', `exit ${at}`], { capture: 'none', reject: false })
  )
  await Promise.all(runs.map(({ spawned }) => spawned))
  block(() => !ends.some(({ child }) => isAlive(Number(child.pid))), 100)
  await Promise.all(ends.map(({ end }) => end))
  expect(heard.sort((a, b) => Number(a) - Number(b))).toEqual(ends.map((_, at) => at))
  expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual(runs.map((_, at) => at))
})
