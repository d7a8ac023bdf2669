'use strict'

const { run } = require('../../lib/child_process')
const { isAlive, until } = require('../fixtures/child_process/processes.js')

async function collect(/** @type {AsyncIterable<string>} */ lines) {
  const all = []
  for await (const line of lines) all.push(line)
  return all
}

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\r\n\nb\n\n', ['a', '', 'b', '']],
  ['\r', ['\r']],
])('the lines of %j', async (input, lines) => {
  expect(await collect(run('cat', { input }))).toEqual(lines)
  expect(await collect(run('cat', { input, capture: 'none' }))).toEqual(lines)
  expect((await run('cat', { input, capture: 'lines' })).stdout).toEqual(lines)
})

test('lines come while the process runs', async () => {
  const running = run('sh', ['-c', 'echo first; read answer; echo $answer'], { stdin: 'pipe' })
  const lines = running[Symbol.asyncIterator]()
  expect(await lines.next()).toEqual({ value: 'first', done: false })
  running.stdin?.end('second\n')
  expect(await lines.next()).toEqual({ value: 'second', done: false })
  expect(await lines.next()).toEqual({ value: undefined, done: true })
})

test('many lines, whatever their length, are all there and in order', async () => {
  const lines = await collect(run('seq', ['1', '100000']))
  expect(lines.length).toBe(100_000)
  expect(lines.findIndex((line, at) => line !== String(at + 1))).toBe(-1)
  const long = 'x'.repeat(3_000_000)
  expect(await collect(run('cat', { input: `${long}\n${long}y` }))).toEqual([long, `${long}y`])
})

test('steps that are asked for at once are taken one after another', async () => {
  const lines = run('printf', ['a\\nb\\nc'])[Symbol.asyncIterator]()
  const steps = await Promise.all([lines.next(), lines.next(), lines.next(), lines.next(), lines.next()])
  expect(steps.map(({ value }) => value)).toEqual(['a', 'b', 'c', undefined, undefined])
})

test('a slow reader makes the process wait', async () => {
  const running = run('sh', ['-c', `yes ${'x'.repeat(999)} | head -c 10000000; echo written >&2`])
  const lines = running[Symbol.asyncIterator]()
  await lines.next()
  await until(() => running.pid !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 200))
  // Were it not waiting, it would have been done by now.
  expect(isAlive(running.pid)).toBe(true)
  let count = 1
  for await (const _line of lines) count++
  expect(count).toBe(10_000)
  expect((await running).stderr).toBe('written')
})

test('the result of an iterated run has what was not iterated', async () => {
  const running = run('sh', ['-c', 'echo out; echo err >&2'])
  expect(await collect(running)).toEqual(['out'])
  expect(await running).toMatchObject({ exitCode: 0, stdout: undefined, stderr: 'err' })
  const merged = run('sh', ['-c', 'echo out; echo err >&2'], { merge: true })
  expect(await collect(merged)).toEqual(['out', 'err'])
})

test('a failure comes after the last line', async () => {
  const seen = []
  const running = run('sh', ['-c', 'echo a; echo why >&2; exit 3'])
  const iterate = async () => {
    for await (const line of running) seen.push(line)
  }
  await expect(iterate()).rejects.toMatchObject({ code: 'ERR_CHILD_PROCESS_FAILED', exitCode: 3, stderr: 'why' })
  expect(seen).toEqual(['a'])
  await expect(collect(run('/nonexistent/program'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(collect(run('true', { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ABORT_ERR' })
  expect(await collect(run('sh', ['-c', 'echo a; exit 3'], { reject: false }))).toEqual(['a'])
})

test('an abort ends an iteration', async () => {
  const controller = new AbortController()
  const iterate = async () => {
    for await (const _line of run('sh', ['-c', 'echo a; exec sleep 100'], { signal: controller.signal }))
      controller.abort()
  }
  await expect(iterate()).rejects.toMatchObject({ name: 'AbortError', cancelled: true })
})

test.each(['break', 'throw'])('who leaves by %s ends the process', async (way) => {
  const running = run('yes', { gracePeriodMs: 1000 })
  const iterate = async () => {
    for await (const _line of running) {
      if (way === 'break') break
      throw new Error('enough')
    }
  }
  if (way === 'break') await iterate()
  else await expect(iterate()).rejects.toThrow('enough')
  expect(isAlive(running.pid)).toBe(false)
})

test('an iteration may begin late, as long as the output is kept', async () => {
  const running = run('sh', ['-c', 'echo early; read line; echo $line'], { stdin: 'pipe' })
  await running.spawned
  await new Promise((resolve) => setTimeout(resolve, 50))
  const lines = running[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('early')
  running.stdin?.end('late\n')
  expect(await collect(lines)).toEqual(['late'])
  const over = run('printf', ['a\\nb'])
  await over
  expect(await collect(over)).toEqual(['a', 'b'])
  const buffered = run('printf', ['a\\nb'], { capture: 'buffer' })
  await buffered
  expect(await collect(buffered)).toEqual(['a', 'b'])
})

test('what goes nowhere, or to somebody else, cannot be iterated', async () => {
  const unavailable = expect.objectContaining({ code: 'ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE' })
  const running = run('cat', { capture: 'none', stdin: 'pipe' })
  await running.spawned
  await expect(collect(running)).rejects.toEqual(unavailable)
  running.stdin?.end()
  await running
  await expect(collect(running)).rejects.toEqual(unavailable)
  const twice = run('cat', { input: 'a' })
  twice[Symbol.asyncIterator]()
  await expect(collect(twice)).rejects.toEqual(unavailable)
  twice.kill()
})

test('a line without end is bounded by maxBuffer', async () => {
  const endless = run('sh', ['-c', 'echo a; exec cat /dev/zero'], { maxBuffer: 1_000_000 })
  const seen = /** @type {string[]} */ ([])
  const iterate = async () => {
    for await (const line of endless) seen.push(line)
  }
  await expect(iterate()).rejects.toMatchObject({ code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER', killed: true })
  expect(seen[0]).toBe('a')
})
