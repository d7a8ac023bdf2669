'use strict'

// spawn, exec, execFile and fork over our own handle. Node's own tests say more (docs/child_process.md); here is what
// shows that the handle is ours and keeps Node's promises.

const nodes = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { promisify } = require('node:util')
const { ChildProcess, exec, execFile, fork, spawn } = require('../../lib/child_process')
const { ChildHandle } = require('../../lib/child_process/spawn/handle.js')

/** @param {import('node:child_process').ChildProcess} child */
async function output(child) {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  const [code, signal] = await once(child, 'close')
  return { text, code, signal }
}

const handleOf = (/** @type {any} */ child) => child._handle

/** @param {() => unknown} start @returns {any} */
function thrown(start) {
  try {
    start()
  } catch (error) {
    return error
  }
}

test('a child has its pid at once, says spawn, exit, close, in this order', async () => {
  const child = spawn('cat')
  expect(child).toBeInstanceOf(ChildProcess)
  expect(handleOf(child)).toBeInstanceOf(ChildHandle)
  expect(child.pid).toBeGreaterThan(0)
  expect(fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain('(cat)')
  /** @type {string[]} */
  const order = []
  for (const name of ['spawn', 'exit', 'close']) child.on(name, () => order.push(name))
  child.stdin.end('said')
  expect(await output(child)).toEqual({ text: 'said', code: 0, signal: null })
  expect(order).toEqual(['spawn', 'exit', 'close'])
  expect(handleOf(child)).toBe(null)
})

// So that one turn of the loop finds all that the child has left behind.
const blockUntilItEnded = (/** @type {import('node:child_process').ChildProcess} */ child) => {
  const until = performance.now() + 10_000
  while (!/\) Z/.test(fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) expect(performance.now()).toBeLessThan(until)
}

test("what a child said before it ended is told before its 'exit'", async () => {
  for (let round = 0; round < 40; round++) {
    const child = spawn('sh', ['-c', 'echo out; echo err >&2; echo more >&3'], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    /** @type {string[]} */
    const order = []
    for (const stream of /** @type {any[]} */ (child.stdio.slice(1))) stream.once('data', () => order.push('data'))
    child.on('exit', () => order.push('exit'))
    await once(child, 'spawn') // its streams are read from now on
    blockUntilItEnded(child)
    await once(child, 'close')
    expect(order).toEqual(['data', 'data', 'data', 'exit'])
  }
})

test("messages of a child that ends are told before its 'exit'", async () => {
  for (let round = 0; round < 5; round++) {
    const child = fork(path.join(__dirname, '../fixtures/child_process/last-words.js'))
    /** @type {unknown[]} */
    const order = []
    child.on('message', (message) => order.push(message)).on('exit', () => order.push('exit'))
    await once(child, 'spawn')
    blockUntilItEnded(child)
    await once(child, 'close')
    expect(order).toEqual([1, 2, 'exit'])
  }
})

test("outside of our calls node:child_process is as it was, and its children have Node's handle", async () => {
  const { spawn: before } = /** @type {any} */ (ChildProcess.prototype)
  const child = spawn('true')
  expect(/** @type {any} */ (ChildProcess.prototype).spawn).toBe(before)
  const other = nodes.spawn('true')
  expect(handleOf(other)).not.toBeInstanceOf(ChildHandle)
  await Promise.all([once(child, 'exit'), once(other, 'exit')])
  thrown(() => spawn(''))
  expect(/** @type {any} */ (ChildProcess.prototype).spawn).toBe(before)
})

test('names, lengths and promise forms are those of Node', () => {
  for (const [name, ours] of Object.entries({ exec, execFile, fork, spawn })) {
    const original = /** @type {any} */ (nodes)[name]
    expect([ours.name, ours.length]).toEqual([original.name, original.length])
  }
  expect(promisify(exec)).not.toBe(promisify(nodes.exec))
  expect(Object.keys(require('../../lib/child_process'))).toEqual(expect.arrayContaining(Object.keys(nodes)))
})

test('the promise forms resolve to both outputs and have their child', async () => {
  const running = promisify(exec)('echo out; echo err >&2')
  expect(handleOf(running.child)).toBeInstanceOf(ChildHandle)
  expect(await running).toEqual({ stdout: 'out\n', stderr: 'err\n' })
  const failure = await promisify(execFile)('sh', ['-c', 'echo some; exit 3']).catch((error) => error)
  expect(failure).toMatchObject({ code: 3, killed: false, signal: null, stdout: 'some\n' })
})

test.each([
  ['ENOENT', '/nonexistent/program', {}],
  ['ENOENT', 'true', { cwd: '/nonexistent' }],
  ['EACCES', '/etc/passwd', {}],
])('%s is an event, with the error that Node makes', async (code, file, options) => {
  const [ours, theirs] = await Promise.all(
    [spawn, nodes.spawn].map(async (start) => {
      const child = start(file, ['a'], options)
      const [error] = await once(child, 'error')
      return { error: { ...error }, message: error.message, pid: child.pid }
    })
  )
  expect(ours).toEqual(theirs)
  expect(ours.error.code).toBe(code)
})

test.each([
  ['E2BIG', ['x'.repeat(1 << 20)], {}],
  ['EBADF', [], { stdio: [999] }],
  ['ERR_INVALID_ARG_VALUE', ['a\0b'], {}],
])('%s is thrown, as Node throws it', (code, args, options) => {
  const errors = [spawn, nodes.spawn].map((start) => {
    const { code, errno, syscall, message } = thrown(() => start('true', args, /** @type {any} */ (options)))
    return { code, errno, syscall, message }
  })
  expect(errors[0]).toEqual(errors[1])
  expect(errors[0].code).toBe(code)
})

test('what has no text is thrown, as Node throws it', () => {
  for (const args of [
    [Symbol('x')],
    [
      {
        toString: () => {
          throw new TypeError('no text')
        },
      },
    ],
    [Object.create(null)],
  ]) {
    const errors = [spawn, nodes.spawn].map((start) => {
      const { name, message } = thrown(() => start('true', /** @type {any} */ (args)))
      return { name, message }
    })
    expect(errors[0]).toEqual(errors[1])
  }
})

test('a failed start leaves streams that end', async () => {
  const child = spawn('/nonexistent/program')
  const closed = new Promise((resolve) => child.once('close', resolve))
  await once(child, 'error')
  child.stdin.on('error', () => {})
  child.stdout.resume()
  child.stderr.resume()
  await closed
})

test('stdio: shared files, nothing, streams, pipes beyond the third, in one child', async () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
  const file = path.join(directory, 'out')
  const fd = fs.openSync(file, 'w')
  const script =
    'echo one; echo two >&2; echo five >&5; cat <&4 >&4; ls /proc/self/fd | sort -n | head -6 | tr "\\n" " " >&2'
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', fd, 'ignore', 'pipe', 'pipe'] })
  fs.closeSync(fd)
  const [, , , nothing, both, last] = /** @type {any[]} */ (child.stdio)
  expect(nothing).toBe(null)
  both.end('there and back')
  const texts = [both, last].map(async (stream) => Buffer.concat(await stream.toArray()).toString())
  expect(await output(child)).toEqual({ text: 'one\n', code: 0, signal: null })
  expect(await Promise.all(texts)).toEqual(['there and back', 'five\n'])
  // 3 is the listing's own.
  expect(fs.readFileSync(file, 'utf8')).toBe('two\n0 1 2 3 4 5 ')
  fs.rmSync(directory, { recursive: true })
})

test('holes in stdio leave no standard descriptor closed', async () => {
  const stdio = new Array(2).concat('pipe') // the only one that Node sees
  const child = /** @type {any} */ (spawn('sh', ['-c', 'cat; echo said; echo said >&2'], { stdio }))
  child.stdin.end()
  expect(await once(child, 'close')).toEqual([0, null])
})

test('a standard input that is a pipe can be opened again by its name', async () => {
  const child = spawn('sh', ['-c', 'cat /dev/stdin'])
  child.stdin.end('text')
  expect((await output(child)).text).toBe('text')
})

test('descriptors that trade places arrive where they belong', async () => {
  const child = nodes.spawnSync(process.execPath, [
    path.join(__dirname, '../fixtures/child_process/spawn-traded-descriptors.js'),
  ])
  expect(child.stdout.toString()).toBe('to stderr\n')
  expect(child.stderr.toString()).toBe('to stdout\n')
})

test('kill() says whether the process is there, also of one that has ended and was not heard of', async () => {
  const child = spawn('sleep', ['100'])
  expect(child.kill(0)).toBe(true)
  expect(child.kill('SIGTERM')).toBe(true)
  blockUntilItEnded(child)
  // Its pid is still its own.
  expect(child.kill(0)).toBe(true)
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  expect(child.kill()).toBe(false)
  expect(() => spawn('true').kill(/** @type {any} */ ('SIGNONE'))).toThrow(
    expect.objectContaining({ code: 'ERR_UNKNOWN_SIGNAL' })
  )
})

test('signals that this process ignores or blocks are at their defaults in a child', async () => {
  const child = spawn('grep', ['-E', '^Sig(Ign|Blk)', '/proc/self/status'])
  expect((await output(child)).text).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n')
})

test('a detached child leads a session of its own', async () => {
  const sessionOf = async (/** @type {boolean} */ detached) => {
    const { text } = await output(spawn('cut', ['-d', ' ', '-f', '1,6', '/proc/self/stat'], { detached }))
    const [pid, session] = text.trim().split(' ')
    return pid === session
  }
  expect(await sessionOf(true)).toBe(true)
  expect(await sessionOf(false)).toBe(false)
})

test('fork talks over the channel, both ways and with handles', async () => {
  const child = fork(path.join(__dirname, '../fixtures/child_process/spawn-echo.js'), ['x'], {
    serialization: 'advanced',
  })
  child.send(new Map([[1, 2n]]))
  expect((await once(child, 'message'))[0]).toEqual({ argv: 'x', message: new Map([[1, 2n]]) })
  const { Server, Socket } = require('node:net')
  const server = new Server().listen(0, '127.0.0.1')
  await once(server, 'listening')
  child.send('server', server)
  expect((await once(child, 'message'))[0]).toEqual({ argv: 'x', message: 'server' })
  const { port } = /** @type {any} */ (server.address())
  server.close()
  const client = new Socket().connect(port, '127.0.0.1')
  expect(String(await once(client, 'data'))).toBe('from the child')
  client.destroy()
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('timeout, maxBuffer and an abort signal end a child as with Node', async () => {
  const timedOut = await promisify(exec)('sleep 100', { timeout: 20 }).catch((error) => error)
  expect(timedOut).toMatchObject({ killed: true, signal: 'SIGTERM', code: null })
  const tooMuch = await promisify(exec)('yes', { maxBuffer: 100 }).catch((error) => error)
  expect(tooMuch).toMatchObject({ code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' })
  expect(tooMuch.stdout).toHaveLength(100)
  const controller = new AbortController()
  const aborted = promisify(execFile)('sleep', ['100'], { signal: controller.signal }).catch((error) => error)
  controller.abort()
  expect(await aborted).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' })
})

test('the environment and arguments arrive as they are', async () => {
  const args = ['', 'a b', "quo'te", 'ünïcode \u{1F600}', '\n']
  const script = 'process.stdout.write(JSON.stringify([process.argv.slice(1), process.env.V]))'
  const child = spawn(process.execPath, ['-e', script, '--', ...args], { env: { V: 'ä=b\n' } })
  expect(JSON.parse((await output(child)).text)).toEqual([args, 'ä=b\n'])
})
