'use strict'

const { createHash } = require('node:crypto')
const { run } = require('../../lib/child_process')
const { isAlive } = require('../fixtures/child_process/processes.js')

test('what one says the next reads, and every exit code is reported', async () => {
  const result = await run('printf', ['c\\nb\\na\\n']).pipe('sort').pipe('head', ['-n', 2])
  expect(result).toMatchObject({ exitCode: 0, stdout: 'a\nb' })
  const from = /** @type {any[]} */ (result.pipedFrom)
  expect(from.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [0, undefined],
    [0, undefined],
  ])
  expect(new Set([result.pid, ...from.map(({ pid }) => pid)]).size).toBe(3)
})

test('a template, options of its own, the defaults of the first', async () => {
  const quiet = run.with({ capture: 'lines' })
  const { stdout } = await quiet('printf', ['a b\\n']).pipe`tr ${'a'} x`
  expect(stdout).toEqual(['x b'])
  expect((await run('echo', ['a']).pipe('cat', { capture: 'buffer' })).stdout).toEqual(Buffer.from('a'))
  expect((await run('sh', ['-c', 'echo e >&2'], { merge: true }).pipe('cat')).stdout).toBe('e')
  expect((await run('echo', ['a'], { capture: 'none' }).pipe('cat')).stdout).toBe('a')
})

test('100 MB arrive as they were written', async () => {
  const { stdout } = await run('head', ['-c', '100000000', '/dev/zero']).pipe('sha1sum')
  expect(stdout.slice(0, 40)).toBe(createHash('sha1').update(Buffer.alloc(100_000_000)).digest('hex'))
})

test('the lines of the last can be iterated', async () => {
  const lines = []
  for await (const line of run('seq', ['3']).pipe('tac')) lines.push(line)
  expect(lines).toEqual(['3', '2', '1'])
})

test('one that fails fails the line; the facts are of the last', async () => {
  const error = await run('sh', ['-c', 'echo said; exit 3'])
    .pipe('cat')
    .catch((one) => one)
  expect(error).toMatchObject({ name: 'RunError', code: 'ERR_CHILD_PROCESS_FAILED', exitCode: 0, stdout: 'said' })
  expect(error.message).toMatch(/^Command failed with exit code 3: sh/)
  expect(error.cause).toMatchObject({ exitCode: 3 })
  expect(error.pipedFrom).toMatchObject([{ exitCode: 3, error: { exitCode: 3 } }])
  const last = await run('echo', ['a'])
    .pipe('sh', ['-c', 'cat; exit 4'])
    .catch((one) => one)
  expect(last).toMatchObject({ exitCode: 4, stdout: 'a', pipedFrom: [{ exitCode: 0 }] })
  const both = await run('false').pipe('false', { reject: false })
  expect(both).toMatchObject({ exitCode: 1, error: { exitCode: 1 }, pipedFrom: [{ exitCode: 1 }] })
})

test('one whose reader has what it wants is no failure', async () => {
  const { stdout, pipedFrom } = await run('yes').pipe('head', ['-n', 1])
  expect(stdout).toBe('y')
  expect(pipedFrom).toMatchObject([{ signal: 'SIGPIPE', exitCode: null }])
})

test('one that could not be started ends the line', async () => {
  const first = await run('/nonexistent')
    .pipe('cat')
    .catch((one) => one)
  expect(first).toMatchObject({ code: 'ENOENT', exitCode: 0, pipedFrom: [{ exitCode: null, pid: undefined }] })
  const second = await run('yes')
    .pipe('/nonexistent')
    .catch((one) => one)
  expect(second).toMatchObject({ code: 'ENOENT', pipedFrom: [{ signal: 'SIGPIPE' }] })
})

test('a slow reader holds up the writer, and the end of one ends the other', async () => {
  const writer = run('yes')
  const reader = writer.pipe('sleep', ['100'])
  await Promise.all([writer.spawned, reader.spawned])
  const dispose = /** @type {any} */ (Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose'))
  await /** @type {any} */ (reader)[dispose]()
  expect(isAlive(writer.pid) || isAlive(reader.pid)).toBe(false)
})

test('an output goes to one place', async () => {
  const unavailable = expect.objectContaining({ code: 'ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE' })
  const running = run('echo', ['a'])
  const next = running.pipe('cat')
  expect(() => running.pipe('cat')).toThrow(unavailable)
  expect((await next).stdout).toBe('a')
  expect(() => running.pipe('cat')).toThrow(unavailable)
  const iterated = run('echo', ['a'])
  iterated[Symbol.asyncIterator]()
  expect(() => iterated.pipe('cat')).toThrow(unavailable)
  await iterated.catch(() => {})
})

test.each([[{ input: 'a' }], [{ stdin: 'inherit' }]])('the next one takes no %j', async (options) => {
  const running = run('true')
  expect(() => running.pipe('cat', /** @type {any} */ (options))).toThrow(/is what the run before says/)
  await running
})
