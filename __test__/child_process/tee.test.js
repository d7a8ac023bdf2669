'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { PassThrough, Writable } = require('node:stream')
const { run } = require('../../lib/child_process')
const { runNode } = require('../fixtures/package/run-node.js')

/** A stream and what was written to it. */
function paper() {
  /** @type {string[]} */
  const said = []
  const stream = new Writable({
    write(chunk, _, done) {
      said.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => said.join('') }
}

test('what is kept is shown while it comes', async () => {
  const [out, err] = [paper(), paper()]
  const script = 'echo out; echo err >&2; read line; echo "$line"'
  const tee = { stdout: out.stream, stderr: err.stream }
  const running = run('sh', ['-c', script], { stdin: 'pipe', tee })
  while (out.text() !== 'out\n' || err.text() !== 'err\n') await new Promise(setImmediate)
  running.stdin?.end('more\n')
  expect(await running).toMatchObject({ stdout: 'out\nmore', stderr: 'err' })
  expect(out.text()).toBe('out\nmore\n')
})

test('one stream may be for both, or for one', async () => {
  const both = paper()
  await run('sh', ['-c', 'echo out; sleep 0.1; echo err >&2'], { tee: both.stream })
  expect(both.text()).toBe('out\nerr\n')
  const one = paper()
  expect((await run('sh', ['-c', 'echo out; echo err >&2'], { tee: { stderr: one.stream } })).stdout).toBe('out')
  expect(one.text()).toBe('err\n')
})

test('what a process said before anybody could listen is shown, too', async () => {
  const quick = paper()
  // The process runs, and is over, before the code that comes after run() asks for its output.
  queueMicrotask(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300))
  const running = run('sh', ['-c', 'echo out; echo err >&2'], { tee: quick.stream })
  expect(await running).toMatchObject({ stdout: 'out', stderr: 'err' })
  expect(quick.text().split('\n').sort()).toEqual(['', 'err', 'out'])
})

test("with capture 'none' it is shown only, and everything has been written when the run is over", async () => {
  const out = paper()
  const { stdout } = await run('head', ['-c', '3000000', '/dev/zero'], { capture: 'none', tee: { stdout: out.stream } })
  expect(stdout).toBeUndefined()
  expect(out.text()).toHaveLength(3_000_000)
})

test('true is our own stdout and stderr', () => {
  const program = `require('ironloop/child_process').run('sh', ['-c', 'echo out; echo err >&2'], { tee: true })`
  expect(runNode(['-e', program])).toMatchObject({ stdout: 'out\n', stderr: 'err\n', status: 0 })
})

test('an iterated output is shown, too', async () => {
  const out = paper()
  const lines = []
  for await (const line of run('printf', ['a\\nb\\n'], { tee: { stdout: out.stream } })) lines.push(line)
  expect(lines).toEqual(['a', 'b'])
  expect(out.text()).toBe('a\nb\n')
})

test('the process waits for a slow stream', async () => {
  const slow = new PassThrough({ highWaterMark: 1024 })
  const running = run('yes', { tee: { stdout: slow }, capture: 'none' })
  const read = await new Promise((resolve) => slow.once('readable', () => resolve(slow.read(100))))
  expect(String(read)).toMatch(/^y\ny\n/)
  const buffered = slow.readableLength
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(slow.readableLength).toBeLessThan(buffered + 2_000_000)
  running.kill()
  await expect(running).rejects.toMatchObject({ signal: 'SIGTERM' })
})

describe('what goes to a file is shown as well', () => {
  const SAID = 'head -c 300000 /dev/zero | tr "\\0" x; echo err >&2'

  test.each([
    ["capture 'spill'", { capture: 'spill', maxBuffer: 10 }],
    ["onOverflow 'spill'", { onOverflow: 'spill', maxBuffer: 10 }],
  ])('%s', async (name, options) => {
    const out = paper()
    const tee = { stdout: out.stream }
    const result = await run('sh', ['-c', SAID], /** @type {any} */ ({ ...options, tee }))
    const { stdout, stderr, truncated } = /** @type {any} */ (result)
    expect(out.text()).toBe('x'.repeat(300_000))
    expect(stdout.bytes).toBe(300_000)
    expect(await stdout.text()).toBe(out.text())
    expect(truncated).toBe(false)
    stdout.remove()
    expect(typeof stderr === 'string' ? stderr : await stderr.text()).toBe(name === "capture 'spill'" ? 'err\n' : 'err')
    if (typeof stderr !== 'string') stderr.remove()
    expect(fs.existsSync(path.dirname(stdout.path))).toBe(false)
  })

  test('in the order in which it came, where both are one', async () => {
    const out = paper()
    const script = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'
    const options = /** @type {const} */ ({ capture: 'spill', merge: true })
    const { stdout } = await run('sh', ['-c', script], { ...options, tee: out.stream })
    expect(await stdout.text()).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n')
    expect(out.text()).toBe(await stdout.text())
    stdout.remove()
  })

  test('what is small stays in memory, where only the large goes to a file', async () => {
    const out = paper()
    const options = /** @type {const} */ ({ onOverflow: 'spill', maxBuffer: 4 })
    expect(await run('echo', ['abc'], { ...options, tee: out.stream })).toMatchObject({
      stdout: 'abc',
      truncated: false,
    })
    expect(out.text()).toBe('abc\n')
  })
})

test('a stream that breaks costs the run nothing', async () => {
  const broken = new Writable({ write: (_chunk, _, done) => done(new Error('no paper')) })
  const { stdout } = await run('seq', ['100000'], { tee: { stdout: broken } })
  expect(stdout.split('\n')).toHaveLength(100_000)
})

test.each([[{ tee: 1 }], [{ tee: { stdout: 'x' } }], [{ tee: { stdin: true } }], [{ tee: null }]])(
  '%j is refused',
  (options) => {
    expect(() => run('true', [], /** @type {any} */ (options))).toThrow(/options\.tee/)
  }
)
