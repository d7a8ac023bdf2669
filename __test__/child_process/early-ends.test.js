'use strict'

// Runs that are left, aborted or refused before they have come far: nothing is started in vain, nobody waits for ever.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { PassThrough, Writable } = require('node:stream')
const { run } = require('../../lib/child_process')

const aborted = () => ({ signal: AbortSignal.abort() })
/** @type {string[]} */
const directories = []
const directory = () => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-'))
  directories.push(made)
  return made
}
afterAll(() => {
  for (const made of directories) fs.rmSync(made, { recursive: true, force: true })
})
const never = () => new Writable({ highWaterMark: 1, write() {} })

describe('of a run whose signal is aborted already', () => {
  test('the pipe starts neither it nor waits for it', async () => {
    const file = path.join(directory(), 'started')
    const source = run('touch', [file], aborted())
    const next = source.pipe('cat')
    await expect(next).rejects.toMatchObject({ code: 'ABORT_ERR' })
    await expect(source).rejects.toMatchObject({ code: 'ABORT_ERR', pid: undefined })
    expect(fs.existsSync(file)).toBe(false)
  })

  test('the pipe into it ends who writes', async () => {
    const file = path.join(directory(), 'started')
    const next = run('yes').pipe('touch', [file], aborted())
    const error = await next.catch((error) => error)
    expect(error).toMatchObject({ code: 'ABORT_ERR', pid: undefined })
    expect(error.pipedFrom).toMatchObject([{ signal: 'SIGPIPE' }])
    expect(fs.existsSync(file)).toBe(false)
  })

  test('no signal starts it', async () => {
    const running = run('sleep', ['100'], aborted())
    expect(running.kill('SIGCONT')).toBe(false)
    expect(running.kill()).toBe(false)
    await expect(running).rejects.toMatchObject({ code: 'ABORT_ERR', pid: undefined, killed: false })
  })

  test('the input is destroyed', async () => {
    const input = new PassThrough()
    await expect(run('cat', [], { input, ...aborted() })).rejects.toMatchObject({ code: 'ABORT_ERR' })
    expect(input.destroyed).toBe(true)
  })
})

test.each(['return', 'throw'])('an iterator that waits for a line can be left by %s', async (way) => {
  const running = run('sleep', ['100'])
  const lines = /** @type {any} */ (running[Symbol.asyncIterator]())
  const step = lines.next()
  const reason = new Error('enough')
  const left = lines[way](reason)
  expect(await step).toEqual({ value: undefined, done: true })
  if (way === 'throw') await expect(left).rejects.toBe(reason)
  else expect(await left).toEqual({ value: reason, done: true })
  await expect(running).rejects.toMatchObject({ signal: 'SIGTERM' })
})

describe('an iterated output that is shown as well', () => {
  test('on a stream that never has room waits no longer than its process lasts', async () => {
    /** @type {Writable | undefined} */
    let tee
    /** @type {Promise<void>} */
    const shown = new Promise((resolve) => {
      tee = new Writable({ highWaterMark: 1, write: () => resolve() })
    })
    const running = run('yes', { tee })
    const lines = running[Symbol.asyncIterator]()
    const step = lines.next()
    await shown
    running.kill()
    expect(await step).toEqual({ value: 'y', done: false })
    await lines.return?.()
  })

  test.each([
    ['was destroyed', () => new PassThrough().destroy()],
    ['is destroyed', () => never().on('pipe', () => {})],
    ['fails', () => new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) })],
  ])('on a stream that %s is iterated to its end', async (what, make) => {
    const stream = make()
    if (what === 'is destroyed') {
      const write = stream.write.bind(stream)
      stream.write = (/** @type {any[]} */ ...args) => {
        setImmediate(() => stream.destroy())
        return Reflect.apply(write, stream, args)
      }
    }
    let count = 0
    for await (const _line of run('seq', ['50000'], { tee: /** @type {Writable} */ (stream) })) count++
    expect(count).toBe(50_000)
  })
})

test('where our working directory has been removed, a relative one is not found, and others are as ever', async () => {
  const script = `
    const { run } = require(process.argv[1])
    const fs = require('node:fs')
    process.chdir(process.argv[2])
    fs.rmdirSync(process.argv[2])
    const code = (error) => error.code
    const sub = run('true', [], { cwd: 'sub' }).then(() => 'ran', code)
    const here = run('true', [], { preferLocal: true }).then(() => 'ran', code)
    const root = run('pwd', [], { cwd: '/', preferLocal: 'sub' }).then(({ stdout }) => stdout, code)
    Promise.all([sub, here, root]).then((found) => console.log(found.join()))`
  const args = ['-e', script, '--', path.join(__dirname, '../../lib/child_process'), directory()]
  expect((await run(process.execPath, args)).stdout).toBe('ENOENT,ran,/')
})
