'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { spawn } = require('node:child_process')
const { run, RunError } = require('../../lib/child_process')

/** @type {string} */
let directory
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
})
afterAll(() => fs.rmSync(directory, { recursive: true }))

const failure = (/** @type {Promise<any>} */ running) =>
  running.then(
    () => {
      throw new Error('it did not fail')
    },
    (/** @type {any} */ error) => error
  )

test('another exit code than 0 rejects with the command and the facts', async () => {
  const error = await failure(run('sh', ['-c', 'echo out; echo "no way" >&2; exit 3']))
  expect(error).toBeInstanceOf(RunError)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'RunError', code: 'ERR_CHILD_PROCESS_FAILED', exitCode: 3, signal: null })
  expect(error).toMatchObject({ stdout: 'out', stderr: 'no way', killed: false, timedOut: false, cancelled: false })
  expect(error.command).toBe('sh -c "echo out; echo \\"no way\\" >&2; exit 3"')
  expect(error.message).toBe(`Command failed with exit code 3: ${error.command}\nno way`)
  expect(error.stack).toContain('failure.test.js')
  expect(error.cause).toBeUndefined()
})

test('a signal rejects with its name', async () => {
  const error = await failure(run('sh', ['-c', 'kill -QUIT $$']))
  expect(error).toMatchObject({ code: 'ERR_CHILD_PROCESS_FAILED', exitCode: null, signal: 'SIGQUIT', killed: false })
  expect(error.message).toMatch(/^Command was ended by SIGQUIT: sh/)
})

test('reject: false resolves with the facts and the error', async () => {
  const result = await run('sh', ['-c', 'echo out; exit 3'], { reject: false })
  expect(result).toMatchObject({ exitCode: 3, stdout: 'out' })
  expect(result.error).toBeInstanceOf(RunError)
  const missing = await run('/nonexistent/program', { reject: false })
  expect(missing).toMatchObject({ exitCode: null, pid: undefined, error: { code: 'ENOENT' } })
  expect((await run('true', { reject: false })).error).toBeUndefined()
})

/** What Node's own spawn says of the same. */
function nodes(/** @type {string} */ file, /** @type {string[]} */ args, /** @type {object} */ options = {}) {
  return new Promise((resolve) => {
    spawn(file, args, options).on('error', (/** @type {any} */ { message, code, errno, syscall, path, spawnargs }) =>
      resolve({ message, code, errno, syscall, path, spawnargs })
    )
  })
}

test.each([
  ['ENOENT', () => ['nonexistent-program', ['a']]],
  ['ENOENT', () => [path.join(directory, 'missing'), []]],
  ['ENOENT', () => ['true', ['a'], { cwd: path.join(directory, 'missing') }]],
  ['ENOENT', () => ['true', [], { env: { PATH: '/nonexistent' } }]],
  ['EACCES', () => [directory, []]],
  ['EACCES', () => [path.join(directory, 'plain'), []]],
])('%s is what Node says', async (code, make) => {
  fs.writeFileSync(path.join(directory, 'plain'), 'text', { mode: 0o644 })
  const [file, args, options] = /** @type {[string, string[], object]} */ (make())
  const error = await failure(run(file, args, options))
  expect(error.code).toBe(code)
  expect(error).toMatchObject(/** @type {object} */ (await nodes(file, args, options)))
  expect(error).toBeInstanceOf(RunError)
  expect(error.cause).toMatchObject({ code, syscall: `spawn ${file}` })
  expect(error).toMatchObject({ exitCode: null, pid: undefined, stdout: undefined })
})

test('what Node throws for, rejects', async () => {
  const file = path.join(directory, 'plain', 'x')
  fs.writeFileSync(path.join(directory, 'plain'), 'text', { mode: 0o644 })
  expect(await failure(run(file))).toMatchObject({ code: 'ENOTDIR', syscall: `spawn ${file}`, path: file })
})

test('too many arguments', async () => {
  const error = await failure(run('true', ['x'.repeat(1 << 20), ...Array(40).fill('y'.repeat(1 << 17))]))
  expect(error).toMatchObject({ code: 'E2BIG', syscall: 'spawn true' })
})

test('a start that fails rejects spawned too, and neither is unhandled alone', async () => {
  const running = run('/nonexistent/program')
  await expect(running.spawned).rejects.toMatchObject({ code: 'ENOENT' })
  expect(running.pid).toBeUndefined()
  expect(running.kill()).toBe(false)
  await expect(running).rejects.toMatchObject({ code: 'ENOENT' })
  const late = run('/nonexistent/program')
  await failure(late)
  await expect(late.spawned).rejects.toMatchObject({ code: 'ENOENT' })
})

test("the stack is the error's own, hidden, and may be replaced", async () => {
  const error = await failure(run('false'))
  expect(Object.getOwnPropertyNames(error)).toContain('stack')
  expect(Object.keys(error)).not.toContain('stack')
  const { stack } = error
  expect(stack).toMatch(/^RunError: Command failed with exit code 1: false\n {4}at /)
  expect(error.stack).toBe(stack)
  const other = await failure(run('false'))
  other.stack = 'another'
  expect(other.stack).toBe('another')
  expect(error.stack).toBe(stack)
})

test('one that nobody handles is printed as an error', async () => {
  const index = JSON.stringify(require.resolve('../../lib/child_process'))
  const program = `require(${index}).run('false')`
  const { stderr } = await failure(run(process.execPath, ['-e', program]))
  expect(stderr).toMatch(/^RunError: Command failed with exit code 1: false$/m)
  expect(stderr).toMatch(/^ {4}at \[eval\]/m)
})

test('the message quotes only the end of a long stderr', async () => {
  const error = await failure(run('sh', ['-c', 'yes error | head -1000 >&2; exit 1']))
  expect(error.stderr.split('\n')).toHaveLength(1000)
  expect(error.message.length).toBeLessThan(1200)
})

test('RunError is recognised by its brand, also one of another copy', () => {
  jest.isolateModules(() => {
    const other = require('../../lib/child_process')
    expect(other.RunError).not.toBe(RunError)
    expect(RunError[Symbol.hasInstance]({ [Symbol.for('ironloop.RunError')]: true })).toBe(true)
  })
  expect(new Error('x')).not.toBeInstanceOf(RunError)
  expect(RunError[Symbol.hasInstance](null)).toBe(false)
})
