import type * as node from 'node:child_process'
import type * as ours from 'ironloop/child_process'
import { fork, killTree, type Result, RunError, run, type Spilled } from 'ironloop/child_process'
import { describe, expect, test } from 'tstyche'

describe('run', () => {
  test('captures text unless told otherwise', async () => {
    expect(await run('git', ['log'])).type.toBe<Result<'text'>>()
    expect((await run('git', ['log'])).stdout).type.toBe<string>()
    expect((await run('git', ['log'], { capture: 'buffer' })).stdout).type.toBe<Buffer>()
    expect((await run('git', { capture: 'lines' })).stdout).type.toBe<string[]>()
    expect((await run('git', { capture: 'none' })).stdout).type.toBe<undefined>()
  })

  test('is a template tag of texts, numbers, lists and results', async () => {
    expect(await run`git log ${['-n', 3]} ${await run`git rev-parse HEAD`}`).type.toBe<Result<'text'>>()
    expect((await run.with({ capture: 'lines' })`ls`).stdout).type.toBe<string[]>()
    expect(run).type.not.toBeCallableWith(['git', 'log'])
  })

  test('is a process while it runs', () => {
    const running = run('cat', { stdin: 'pipe' })
    expect(running.pid).type.toBe<number | undefined>()
    expect(running.kill).type.toBeCallableWith('SIGTERM')
    expect(running.kill).type.not.toBeCallableWith('SIGNOTHING')
    expect(running[Symbol.asyncIterator]()).type.toBe<AsyncIterableIterator<string>>()
  })

  test('is in a line, waits, or writes to files', async () => {
    expect(await run('ls').pipe('wc', ['-l']).pipe`cat`).type.toBe<Result<'text'>>()
    expect((await run('ls').pipe('wc', { capture: 'buffer' })).stdout).type.toBe<Buffer>()
    expect(run.sync('ls', { capture: 'lines' }).stdout).type.toBe<string[]>()
    expect(run.with({ capture: 'buffer' }).sync`ls`.stdout).type.toBe<Buffer>()
    expect((await run('ls', { capture: 'spill' })).stdout).type.toBe<Spilled>()
    expect(run).type.toBeCallableWith('ls', [], { tee: { stdout: process.stdout, stderr: true } })
    expect(killTree(1, 'SIGTERM', { gracePeriodMs: 10 })).type.toBe<Promise<boolean>>()
  })

  test('has no option that is not there', () => {
    expect(run).type.not.toBeCallableWith('ls', [], { capture: 'everything' })
    expect(run).type.not.toBeCallableWith('ls', [], { timeoutMs: 5 })
  })
})

test('an error has the facts of the result', () => {
  expect<RunError<'text'>['exitCode']>().type.toBe<number | null>()
  expect<RunError<'lines'>['stdout']>().type.toBe<string[]>()
  expect<RunError>().type.toBeAssignableTo<Error>()
  expect(RunError).type.not.toBeConstructableWith()
})

test("Node's functions are Node's", () => {
  expect<typeof ours.spawn>().type.toBe<typeof node.spawn>()
  expect(fork('x')).type.toBe<node.ChildProcess>()
  expect(fork('x', [], { ipc: 'shared-memory' })).type.toBe<node.ChildProcess & ours.SharedMemoryChannel>()
  expect(fork).type.not.toBeCallableWith('x', { ipc: 'pigeon' })
  expect<typeof ours.exec>().type.toBe<typeof node.exec>()
  expect<typeof ours.ChildProcess>().type.toBe<typeof node.ChildProcess>()
})
