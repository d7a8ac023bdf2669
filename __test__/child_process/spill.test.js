'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { run } = require('../../lib/child_process')
const { withTime } = require('../fixtures/child_process/processes.js')
const { runNode } = require('../fixtures/package/run-node.js')

const SAID = 'head -c 300000 /dev/zero | tr "\\0" x; echo err >&2'

describe("capture 'spill'", () => {
  test('lets the process write to files itself', async () => {
    const script = `[ -f /dev/stdout ] && [ -f /dev/stderr ] || exit 1; ${SAID}`
    const { stdout, stderr, truncated } = await run('sh', ['-c', script], { capture: 'spill', maxBuffer: 10 })
    expect(stdout.bytes).toBe(300_000)
    expect(await stdout.text()).toBe('x'.repeat(300_000))
    expect(await stderr.text()).toBe('err\n')
    expect(truncated).toBe(false)
    expect(fs.statSync(stdout.path).mode & 0o777).toBe(0o600)
    let streamed = 0
    for await (const chunk of stdout.stream()) streamed += chunk.length
    expect(streamed).toBe(300_000)
    stdout.remove()
    stdout.remove()
    expect(fs.existsSync(stdout.path)).toBe(false)
    expect(fs.existsSync(stderr.path)).toBe(true)
    const dispose = /** @type {any} */ (Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose'))
    await /** @type {any} */ (stderr)[dispose]()
    expect(fs.existsSync(path.dirname(stderr.path))).toBe(false)
  })

  test('merges in exact order', async () => {
    const script = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'
    const { stdout, stderr } = await run('sh', ['-c', script], { capture: 'spill', merge: true })
    expect(await stdout.text()).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n')
    expect(stderr).toBeUndefined()
    stdout.remove()
  })

  test('keeps what a failed one said; one that never ran leaves no file', async () => {
    const error = await run('sh', ['-c', 'echo said; exit 2'], { capture: 'spill' }).catch((one) => one)
    expect(error).toMatchObject({ code: 'ERR_CHILD_PROCESS_FAILED', exitCode: 2 })
    expect(await error.stdout.text()).toBe('said\n')
    error.stdout.remove()
    error.stderr.remove()
    const missing = await run('/nonexistent', { capture: 'spill' }).catch((one) => one)
    expect(missing).toMatchObject({ code: 'ENOENT', stdout: undefined })
  })

  test('is nothing to iterate', async () => {
    const running = run('echo', ['a'], { capture: 'spill' })
    await expect(running[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE',
    })
    const { stdout, stderr } = await running
    stdout.remove()
    stderr.remove()
  })
})

describe("onOverflow 'spill'", () => {
  test('moves to a file what is larger, and that alone', async () => {
    const { stdout, stderr, truncated } = await run('sh', ['-c', SAID], { onOverflow: 'spill', maxBuffer: 1000 })
    const spilled = /** @type {any} */ (stdout)
    expect(spilled.bytes).toBe(300_000)
    expect(await spilled.text()).toBe('x'.repeat(300_000))
    expect(stderr).toBe('err')
    expect(truncated).toBe(false)
    spilled.remove()
  })

  test('leaves in memory what is not', async () => {
    expect((await run('sh', ['-c', SAID], { onOverflow: 'spill', maxBuffer: 300_000 })).stdout).toHaveLength(300_000)
  })

  test('of a run that is killed keeps what it said', async () => {
    const script = 'yes | head -c 100000; exec sleep 100'
    await withTime(async (timeout) => {
      const options = /** @type {const} */ ({ onOverflow: 'spill', maxBuffer: 10, timeout })
      const error = await run('sh', ['-c', script], options).catch((one) => one)
      expect(error).toMatchObject({ code: 'ERR_CHILD_PROCESS_TIMEOUT' })
      const text = await error.stdout.text()
      error.stdout.remove()
      expect(text).toBe('y\n'.repeat(50_000))
    }, 500)
  }, 60_000)
})

test('files are gone when the process exits', () => {
  const program = `
    const { run } = require('ironloop/child_process')
    run('echo', ['a'], { capture: 'spill' }).then(({ stdout }) => console.log(stdout.path))`
  const { stdout } = runNode(['-e', program])
  const file = String(stdout).trim()
  expect(file).toContain('ironloop-spill-')
  expect(fs.existsSync(path.dirname(file))).toBe(false)
})
