'use strict'

const { run, RunError } = require('../../lib/child_process')
const { isAlive, withTime } = require('../fixtures/child_process/processes.js')

const thrown = (/** @type {() => unknown} */ work) => {
  try {
    work()
  } catch (error) {
    return /** @type {any} */ (error)
  }
  throw new Error('it did not throw')
}

test('gives the same Result', async () => {
  const args = /** @type {const} */ (['sh', ['-c', 'cat; echo err >&2'], { input: 'in' }])
  const result = run.sync(...args)
  const { pid, durationMs, userMs, systemMs, maxRssBytes, ...facts } = await run(...args)
  expect(result).toMatchObject(facts)
  expect(Object.keys(result)).toEqual([...Object.keys(await run('true'))])
  expect(result.pid).toBeGreaterThan(1)
})

test('in every form', () => {
  expect(run.sync`echo ${'a b'}`.stdout).toBe('a b')
  expect(run.sync('echo', { capture: 'lines' }).stdout).toEqual([''])
  expect(run.with({ capture: 'buffer' }).sync('echo', ['a']).stdout).toEqual(Buffer.from('a'))
  expect(run.sync('cat', { input: ['a', Buffer.from('b')] }).stdout).toBe('ab')
  const spilled = run.sync('echo', ['a'], { capture: 'spill' })
  expect(spilled.stdout.bytes).toBe(2)
  spilled.stdout.remove()
  spilled.stderr.remove()
})

test('throws the same RunError, where it was called', () => {
  const error = thrown(() => run.sync('sh', ['-c', 'echo no >&2; exit 3']))
  expect(error).toBeInstanceOf(RunError)
  expect(error).toMatchObject({ code: 'ERR_CHILD_PROCESS_FAILED', exitCode: 3, stderr: 'no' })
  expect(error.stack).toContain('sync.test.js')
  expect(thrown(() => run.sync('/nonexistent'))).toMatchObject({ code: 'ENOENT', syscall: 'spawn /nonexistent' })
  expect(run.sync('false', { reject: false })).toMatchObject({ exitCode: 1, error: { exitCode: 1 } })
})

test('deadlines and trees are kept although this thread waits', async () => {
  const script = 'setsid sleep 1009 & echo $!; trap "" TERM; sleep 1009 & wait; wait'
  await withTime(async (timeout) => {
    const error = thrown(() => run.sync('sh', ['-c', script], { timeout, gracePeriodMs: 100, killTree: true }))
    expect(error).toMatchObject({ code: 'ERR_CHILD_PROCESS_TIMEOUT', timedOut: true })
    expect(Number(error.stdout)).toBeGreaterThan(0)
    expect(isAlive(Number(error.stdout))).toBe(false)
  }, 100)
  expect(thrown(() => run.sync('yes', { maxBuffer: 100 }))).toMatchObject({
    code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
  })
}, 60_000)

test('an aborted signal starts nothing', () => {
  const error = thrown(() => run.sync('sleep', ['100'], { signal: AbortSignal.abort() }))
  expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', pid: undefined })
})

test.each([[{ tee: true }], [{ stdin: 'pipe' }], [{ onOverflow: 'spill' }], [{ input: (async function* () {})() }]])(
  'refuses %j, which needs the loop',
  (options) => {
    const error = thrown(() => run.sync('true', [], /** @type {any} */ (options)))
    expect(error.code).toBe('ERR_CHILD_PROCESS_OPTION_UNSUPPORTED')
  }
)
