'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { run } = require('../../lib/child_process')

const root = process.getuid?.() === 0

test('a run resolves with what the process said and how it ended', async () => {
  const running = run('sh', ['-c', 'echo out; echo err >&2'])
  expect(running).toBeInstanceOf(Promise)
  const result = await running
  expect(result).toMatchObject({ exitCode: 0, signal: null, stdout: 'out', stderr: 'err' })
  expect(result).toMatchObject({ timedOut: false, cancelled: false, killed: false, truncated: false })
  expect(result.pid).toBeGreaterThan(1)
  expect(running.pid).toBe(result.pid)
  expect(result.durationMs).toBeGreaterThan(0)
  expect(result.userMs + result.systemMs).toBeGreaterThan(0)
  expect(result.stdinError).toBeUndefined()
})

test.each([
  ['text', 'é\na\r\nb', 'é'],
  ['lines', ['é', 'a', 'b'], ['é']],
  ['buffer', Buffer.from('é\na\r\nb'), Buffer.from('é')],
])('capture %s', async (capture, stdout, stderr) => {
  const script = "printf 'é\\na\\r\\nb\\r\\n'; printf 'é\\n' >&2"
  expect(await run('sh', ['-c', script], { capture })).toMatchObject({ stdout, stderr })
})

test("capture 'none' gives the process no pipe", async () => {
  const { stdout, stderr } = await run('sh', ['-c', '[ -p /dev/stdout ] || [ -p /dev/stderr ] && exit 1; exit 0'], {
    capture: 'none',
  })
  expect([stdout, stderr]).toEqual([undefined, undefined])
})

test.each([
  ['text', '\n', '', '\n'],
  ['text', 'a\r\n\n', 'a\r\n', 'a\r\n\n'],
  ['text', '', '', ''],
  ['buffer', 'a\r\n', Buffer.from('a'), Buffer.from('a\r\n')],
  ['lines', '', [], []],
  ['lines', '\n\n', ['', ''], ['', '']],
])('capture %s of %j with and without its final newline', async (capture, said, stripped, kept) => {
  expect((await run('cat', { input: said, capture })).stdout).toEqual(stripped)
  expect((await run('cat', { input: said, capture, stripFinalNewline: false })).stdout).toEqual(kept)
})

test('merge keeps the order of both outputs', async () => {
  const script = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'
  const { stdout, stderr } = await run('sh', ['-c', script], { merge: true })
  expect(stdout).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3')
  expect(stderr).toBeUndefined()
})

test('the working directory may be a path or a URL', async () => {
  const directory = fs.realpathSync(os.tmpdir())
  expect((await run('pwd', { cwd: directory })).stdout).toBe(directory)
  expect((await run('pwd', { cwd: pathToFileURL(directory) })).stdout).toBe(directory)
  expect((await run('pwd', { cwd: '' })).stdout).toBe(process.cwd())
})

describe('the environment', () => {
  const name = 'IRONLOOP_TEST_VARIABLE'
  afterEach(() => {
    delete process.env[name]
  })

  const valueOf = async (/** @type {object} */ options) =>
    (await run('/bin/sh', ['-c', `echo "\${${name}-unset}"`], options)).stdout

  test('is ours, with changes', async () => {
    expect(await valueOf({})).toBe('unset')
    process.env[name] = 'ours'
    expect(await valueOf({})).toBe('ours')
    expect(await valueOf({ env: { OTHER: 'x' } })).toBe('ours')
    expect(await valueOf({ env: { [name]: 'é = theirs' } })).toBe('é = theirs')
    expect(await valueOf({ env: { [name]: undefined } })).toBe('unset')
  })

  test('is theirs alone', async () => {
    process.env[name] = 'ours'
    expect(await valueOf({ extendEnv: false })).toBe('unset')
    const { stdout } = await run('/usr/bin/env', { env: { A: 1, B: undefined }, extendEnv: false })
    expect(stdout).toBe('A=1')
  })

  test('is taken when run() is called', async () => {
    process.env[name] = 'before'
    const env = { OTHER: 'before' }
    const running = run('/bin/sh', ['-c', `echo $${name} $OTHER`], { env })
    process.env[name] = 'after'
    env.OTHER = 'after'
    expect((await running).stdout).toBe('before before')
  })

  test('has PATH in which the file is looked for', async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
    fs.writeFileSync(path.join(directory, 'tool'), '#!/bin/sh\necho found\n', { mode: 0o755 })
    expect((await run('tool', { env: { PATH: directory } })).stdout).toBe('found')
    fs.rmSync(directory, { recursive: true })
  })
})

test('preferLocal finds what a directory above has installed', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
  const bin = path.join(directory, 'node_modules', '.bin')
  fs.mkdirSync(bin, { recursive: true })
  fs.mkdirSync(path.join(directory, 'a', 'b'), { recursive: true })
  fs.writeFileSync(path.join(bin, 'sh'), '#!/bin/sh\necho local\n', { mode: 0o755 })
  const cwd = path.join(directory, 'a', 'b')
  expect((await run('sh', { cwd, preferLocal: true })).stdout).toBe('local')
  expect((await run('sh', { preferLocal: cwd, env: { PATH: '/usr/bin' } })).stdout).toBe('local')
  expect((await run('sh', ['-c', 'echo global'], { cwd })).stdout).toBe('global')
  fs.rmSync(directory, { recursive: true })
})

test('a shell only where it is asked for', async () => {
  expect((await run('echo', ['$HOME', '|', 'cat'])).stdout).toBe('$HOME | cat')
  expect((await run('echo one', ['two', '| tr a-z A-Z'], { shell: true })).stdout).toBe('ONE TWO')
  expect((await run('echo $0', { shell: '/bin/sh' })).stdout).toBe('/bin/sh')
})

test('umask, nice and limits are those of the process alone', async () => {
  const before = process.umask()
  const { stdout } = await run('sh', ['-c', 'umask; nice; ulimit -n; ulimit -f; ulimit -t; ulimit -v'], {
    umask: 0o27,
    nice: 7,
    limits: { openFiles: 64, fileSizeBytes: 1024 * 1024, cpuTimeMs: 1500, addressSpaceBytes: 2 ** 30 },
    capture: 'lines',
  })
  expect(stdout).toEqual(['0027', '7', '64', '2048', '2', String(2 ** 20)])
  expect(process.umask()).toBe(before)
})

test('a user and a group, where we may', async () => {
  const running = run('sh', ['-c', 'id -u; id -g; id -G'], { uid: 65534, gid: 65533, capture: 'lines' })
  if (root) expect((await running).stdout).toEqual(['65534', '65533', '65533'])
  else await expect(running).rejects.toMatchObject({ code: 'EPERM', syscall: 'spawn sh' })
})

test('a session of its own', async () => {
  const script = 'cut -d" " -f6 /proc/self/stat'
  const { stdout, pid } = await run('sh', ['-c', `exec ${script}`], { detached: true })
  expect(Number(stdout)).toBe(pid)
  expect(Number((await run('sh', ['-c', script])).stdout)).not.toBe(pid)
})

test('run.with() sets defaults that a call may change', async () => {
  const lines = run.with({ capture: 'lines' }).with({ env: { A: '1' } })
  expect((await lines('sh', ['-c', 'echo $A; echo b'])).stdout).toEqual(['1', 'b'])
  expect((await lines('echo', ['a'], { capture: 'text' })).stdout).toBe('a')
  expect((await lines`printf a\nb`).stdout).toEqual(['a', 'b'])
})

test('spawned tells when the process runs', async () => {
  const running = run('sleep', ['100'])
  await expect(running.spawned).resolves.toBeUndefined()
  expect(running.pid).toBeGreaterThan(1)
  expect(running).toMatchObject({ spawnfile: 'sleep', spawnargs: ['sleep', '100'], stdin: null })
  expect(running.kill(0)).toBe(true)
  running.kill()
  await expect(running).rejects.toMatchObject({ signal: 'SIGTERM' })
  await expect(running.spawned).resolves.toBeUndefined()
  expect(running.kill(0)).toBe(false)
})

test('a resident set is told only where it is known to be its own', async () => {
  expect((await run('true')).maxRssBytes).toBeUndefined()
  const more = Math.ceil((process.resourceUsage().maxRSS * 1024) / 1e6) + 100
  const { maxRssBytes } = await run('sh', ['-c', `head -c ${more}000000 /dev/zero | tail -c ${more}000000`], {
    capture: 'none',
  })
  expect(maxRssBytes).toBeGreaterThan(more * 1e6)
})
