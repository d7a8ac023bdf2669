'use strict'

// Runs that somebody leaves, whose input or output fails, or that cannot have what they need.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Readable, Writable } = require('node:stream')
const { killTree, run } = require('../../lib/child_process')

const dispose = /** @type {any} */ (Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose'))
const code = (/** @type {string} */ name) => expect.objectContaining({ code: name })
/** The shell is gone at once, and what it leaves behind holds its pipes. */
const HELD = 'sleep 20 & echo $!; echo b'

test('run.sync() starts nothing when its input throws', () => {
  const threw = () =>
    run.sync('cat', [], {
      input: (function* () {
        yield 'a'
        throw new RangeError('mine')
      })(),
    })
  expect(threw).toThrow('mine')
  const input = /** @type {any} */ (['a', 5])
  expect(() => run.sync('cat', [], { input })).toThrow(code('ERR_INVALID_ARG_TYPE'))
  const children = fs.readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const cats = children.filter((pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8') === 'cat\n')
  expect(cats).toEqual([])
})

test('leaving an iteration does not wait for whoever holds the pipe', async () => {
  let holder = 0
  const started = performance.now()
  for await (const line of run('sh', ['-c', HELD])) {
    holder = Number(line)
    break
  }
  expect(performance.now() - started).toBeLessThan(15_000)
  process.kill(holder, 'SIGKILL')
})

test('disposing does not wait for whoever holds the pipe', async () => {
  const running = run('sh', ['-c', HELD])
  const started = performance.now()
  await running.spawned
  await /** @type {any} */ (running)[dispose]()
  expect(performance.now() - started).toBeLessThan(15_000)
  const { stdout, cancelled } = await running.catch((error) => error)
  expect(cancelled).toBe(false)
  const holder = Number(stdout.split('\n')[0])
  if (holder > 0) process.kill(holder, 'SIGKILL')
})

test('a signal of 0 only asks, also for a tree', async () => {
  const running = run('sleep', ['20'], { gracePeriodMs: 0, reject: false })
  await running.spawned
  expect(await killTree(Number(running.pid), 0, { gracePeriodMs: 0 })).toBe(true)
  expect(await running.killTree(0)).toBe(true)
  expect(running.kill(0)).toBe(true)
  expect(await running.killTree()).toBe(true)
  expect(await running).toMatchObject({ signal: 'SIGTERM', killed: true })
  expect(await killTree(Number(running.pid), 0)).toBe(false)
})

test.each([['async'], ['sync']])("capture 'spill' without a place for files rejects: %s", async (form) => {
  const open = fs.readdirSync('/proc/self/fd').length
  const place = jest.spyOn(os, 'tmpdir').mockReturnValue(path.join(os.tmpdir(), 'not-there'))
  const attempt = async () => (form === 'sync' ? run.sync : run)('true', { capture: 'spill' })
  await expect(attempt()).rejects.toMatchObject({ name: 'RunError', code: 'ENOENT', command: 'true' })
  place.mockRestore()
  expect(fs.readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(open + 2)
})

test('an input that gives nothing is closed when its reader has gone', async () => {
  const input = new Readable({ read() {} })
  await run('true', { input })
  expect(input.destroyed).toBe(true)
  let returned = false
  const iterable = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        returned = true
        return { value: undefined, done: true }
      },
    }),
  }
  await run('true', { input: /** @type {any} */ (iterable) })
  expect(returned).toBe(true)
})

test('a pipe from what could not be started has its path', async () => {
  const error = await run('no-such-program')
    .pipe('cat')
    .catch((reason) => reason)
  expect(error).toMatchObject({ code: 'ENOENT', path: 'no-such-program', syscall: 'spawn no-such-program' })
})

test.each([[false], [true]])('a tee whose write throws ends the run (iterated: %p)', async (iterated) => {
  const tee = new Writable()
  tee.write = () => {
    throw new RangeError('mine')
  }
  const running = run('sh', ['-c', 'echo a; exec sleep 20'], { tee: { stdout: tee } })
  if (!iterated) return expect(running).rejects.toMatchObject({ name: 'RunError', message: 'mine' })
  await expect(running[Symbol.asyncIterator]().next()).rejects.toThrow('mine')
  await expect(running).rejects.toMatchObject({ name: 'RunError' })
})

/** Says more than is kept and than pipes hold, and waits for a line. */
async function afterDropping() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
  const mark = path.join(directory, 'said')
  const script = 'yes | head -c 5000000; : >"$0"; read line; echo end' // short lines: some may still be in the pipe
  const running = run('sh', ['-c', script, mark], { maxBuffer: 100, onOverflow: 'truncate', stdin: 'pipe' })
  while (!fs.existsSync(mark)) await new Promise(setImmediate)
  fs.rmSync(directory, { recursive: true })
  return { running }
}

test('truncated is true when output was dropped before somebody came for the rest', async () => {
  const [first, second] = await Promise.all([afterDropping(), afterDropping()])
  const lines = first.running[Symbol.asyncIterator]()
  first.running.stdin?.end('go\n')
  let last
  for await (const line of lines) last = line
  expect(last).toBe('end')
  expect(await first.running).toMatchObject({ truncated: true, stdout: undefined })
  const next = second.running.pipe('cat')
  second.running.stdin?.end('go\n')
  const { pipedFrom } = await next
  expect(pipedFrom?.[0]).toMatchObject({ truncated: true, stdout: undefined })
})
