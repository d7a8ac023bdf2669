'use strict'

const { Readable } = require('node:stream')
const { pipeline } = require('node:stream/promises')
const { run } = require('../../lib/child_process')

const big = Buffer.alloc(5_000_000, 'ironloop ')

test.each([
  ['a string', 'é', 'é'],
  ['a Buffer', Buffer.from('a\n'), 'a'],
  ['an empty string', '', ''],
  ['another view', new DataView(Uint8Array.of(0, 97, 98, 0).buffer, 1, 2), 'ab'],
  ['wider elements', Uint16Array.of(0x6261, 0x6463), 'abcd'],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(3)).fill(97), 'aaa'],
  ['an array', ['a', Buffer.from('b')], 'ab'],
])('input from %s', async (_, input, output) => {
  expect((await run('cat', { input: /** @type {any} */ (input) })).stdout).toBe(output)
})

test('without input there is nothing to read', async () => {
  expect((await run('cat')).stdout).toBe('')
})

test('bytes are taken when run() is called', async () => {
  const input = Buffer.from('before')
  const running = run('cat', { input })
  const waiting = run('cat', { input, capture: 'none' })
  const lines = waiting[Symbol.asyncIterator]()
  input.fill('x')
  expect((await running).stdout).toBe('before')
  expect((await lines.next()).value).toBe('before')
})

test('more than pipes hold goes in and out', async () => {
  const { stdout } = await run('cat', { input: big, capture: 'buffer' })
  expect(stdout.equals(big)).toBe(true)
})

test('input from a stream or an iterable is read as the process takes it', async () => {
  let asked = 0
  async function* source() {
    for (; asked < 1000; asked++) yield asked % 2 ? `${asked}\n` : Buffer.alloc(100_000, 'x')
  }
  expect((await run('wc', ['-c'], { input: source() })).stdout).toBe(String(500 * 100_000 + 1945))
  expect((await run('cat', { input: Readable.from(['a', 'b']) })).stdout).toBe('ab')
  asked = 0
  await run('true', { input: source() })
  expect(asked).toBeLessThan(1000)
})

test('an error of the source ends the run and is its cause', async () => {
  const fault = new Error('the source broke')
  async function* source() {
    yield 'a'
    throw fault
  }
  const error = await run('cat', { input: source() }).catch((one) => one)
  expect(error).toMatchObject({ name: 'RunError', cause: fault, cancelled: false })
  await expect(run('cat', { input: /** @type {any} */ ([1]) })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})

test('input that nobody reads is reported, not thrown', async () => {
  const result = await run('sh', ['-c', 'exec <&-; echo said'], { input: big })
  expect(result).toMatchObject({ exitCode: 0, stdout: 'said', stdinError: { code: 'EPIPE', syscall: 'write' } })
  expect((await run('true', { input: Readable.from([big, big]) })).stdinError).toMatchObject({ code: 'EPIPE' })
  expect((await run('cat', { input: 'a' })).stdinError).toBeUndefined()
})

describe("stdin: 'pipe'", () => {
  test('is a Writable with backpressure', async () => {
    const running = run('wc', ['-c'], { stdin: 'pipe' })
    await pipeline(Readable.from([big, big]), /** @type {any} */ (running.stdin))
    expect((await running).stdout).toBe('10000000')
  })

  test('tells its writer of a reader that has gone, and never throws', async () => {
    const running = run('sh', ['-c', 'exec <&-; sleep 0.2'], { stdin: 'pipe' })
    const error = await new Promise((resolve) => {
      const write = () => running.stdin?.write(big, (/** @type {any} */ one) => (one ? resolve(one) : write()))
      write()
    })
    expect(error).toMatchObject({ code: 'EPIPE', syscall: 'write' })
    expect((await running).stdinError).toMatchObject({ code: 'EPIPE' })
  })

  test('is destroyed with its run', async () => {
    const running = run('true', { stdin: 'pipe' })
    await running
    expect(running.stdin?.destroyed).toBe(true)
  })

  test('may be written to before the process is there', async () => {
    const running = run('cat', { stdin: 'pipe', capture: 'none' })
    running.stdin?.write('a')
    running.stdin?.end('b')
    const lines = []
    for await (const line of running) lines.push(line)
    expect(lines).toEqual(['ab'])
  })
})

test("stdin: 'inherit' is ours", async () => {
  const script = `const { run } = require(${JSON.stringify(require.resolve('../../lib/child_process'))})
    run('cat', { stdin: 'inherit' }).then(({ stdout }) => console.log('got ' + stdout))`
  expect((await run(process.execPath, ['-e', script], { input: 'ours' })).stdout).toBe('got ours')
})
