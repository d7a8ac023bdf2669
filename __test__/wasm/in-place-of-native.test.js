'use strict'

// Where the native build is missing or must not be loaded, the WASM build takes its place.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { evaluate, root, runNode } = require('../fixtures/package/run-node.js')

const USE = `
  const { buffer, capabilities } = require('ironloop')
  const { kind, reason } = capabilities().binding
  console.log(JSON.stringify({ kind, reason, found: buffer.countByte(Buffer.alloc(10_000, 7), 7) }))`

/** The package as it is installed where no platform package fits. */
const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-wasm-'))
const installed = path.join(copy, 'node_modules', 'ironloop')
beforeAll(() => {
  for (const file of ['package.json', 'lib', 'esm', 'native/binding.js', 'native/wasm']) {
    fs.cpSync(path.join(root, file), path.join(installed, file), { recursive: true })
  }
})
afterAll(() => fs.rmSync(copy, { recursive: true, force: true }))

test('IRONLOOP_NATIVE=wasm asks for it, and nothing warns', () => {
  const { stdout, stderr } = runNode(['-e', USE], { env: { IRONLOOP_NATIVE: 'wasm' } })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    kind: 'wasm',
    reason: expect.stringContaining('IRONLOOP_NATIVE'),
    found: 10_000,
  })
})

test('IRONLOOP_NATIVE=off allows none of the two', () => {
  const { stdout } = runNode(['-e', USE], { cwd: copy, env: { IRONLOOP_NATIVE: 'off' } })
  expect(stdout).toBe('')
})

test('a missing platform package: one warning says so', () => {
  const { stdout, stderr } = runNode(['-e', `${USE}\n${USE.replaceAll(/const \{.*\} = .*/g, '').trim()};`], {
    cwd: copy,
  })
  expect(JSON.parse(stdout.split('\n')[0])).toMatchObject({ kind: 'wasm', found: 10_000 })
  expect(stderr.match(/IRONLOOP_WASM/g)).toHaveLength(1)
  expect(stderr).toContain('could be loaded. Install it again without --omit=optional')
})

test('import finds it, too', () => {
  const program = "import { countByte } from 'ironloop/buffer'; console.log(countByte(Buffer.alloc(10_000, 7), 7))"
  const { stdout } = runNode(['--no-warnings', '--input-type=module', '-e', program], { cwd: copy })
  expect(stdout).toBe('10000\n')
})

test('a truncated binary is one sentence of the warning', () => {
  const { triple } = require('../../lib/internal/platform.js')
  const file = path.join(installed, 'native', `ironloop.${triple()}.node`)
  fs.writeFileSync(file, fs.readFileSync(path.join(root, 'native', path.basename(file))).subarray(0, 100_000))
  const { stdout, stderr } = runNode(['-e', USE], { cwd: copy })
  fs.rmSync(file)
  expect(JSON.parse(stdout).kind).toBe('wasm')
  expect(stderr).toMatch(/ is cut off: .* The WASM build takes its place/)
})

test('where addons are forbidden, the warning names the flag', () => {
  const { stdout, stderr } = runNode(['--no-addons', '-e', USE])
  expect(JSON.parse(stdout).kind).toBe('wasm')
  expect(stderr).toContain('--no-addons')
})

test.each([['--disallow-code-generation-from-strings'], ['--frozen-intrinsics', '--no-warnings']])(
  'it loads under %s',
  (...flags) => {
    const { stdout } = runNode([...flags, '-e', USE], { env: { IRONLOOP_NATIVE: 'wasm' } })
    expect(JSON.parse(stdout).kind).toBe('wasm')
  }
)

test.each([
  ['new Pool', "new ironloop.pool.Pool({ filename: '/x.js' })"],
  ['setPreciseTimeout', 'ironloop.timers.setPreciseTimeout(() => {}, 1)'],
  ['Bus.open', "ironloop.events.Bus.open('x')"],
  ['run', "await ironloop.child_process.run('true')"],
])('%s says what is missing', (_, call) => {
  const program = `(async () => { ${call} })().catch(({ code, message }) => console.log(code, message))`
  expect(evaluate(`const ironloop = require('ironloop'); ${program}`, { IRONLOOP_NATIVE: 'wasm' })).toMatch(
    /^ERR_UNSUPPORTED_PLATFORM .* is not supported on this platform: the WASM build .*\. IRONLOOP_NATIVE=wasm asks for/
  )
})

test('a refusal that ends the program before the warning is written names the flag itself', () => {
  const { stderr, status } = runNode(['--no-addons', '-e', "require('ironloop').events.Bus.open('x')"])
  expect(status).toBe(1)
  expect(stderr).toMatch(/A Bus is not supported .*: the WASM build has no threads\. .*--allow-addons/)
})

test('a worker has an instance of its own, and may be terminated', () => {
  const program = `
    const { Worker } = require('node:worker_threads')
    const { countByte } = require('ironloop/buffer')
    const inWorker = "const { countByte } = require('ironloop/buffer');"
      + "require('node:worker_threads').parentPort.postMessage(countByte(Buffer.alloc(10_000, 7), 7)); setInterval(() => {}, 1e6)"
    const worker = new Worker(inWorker, { eval: true })
    worker.on('message', async (count) => {
      await worker.terminate()
      console.log(count, countByte(Buffer.alloc(5000, 7), 7))
    })`
  expect(evaluate(program, { IRONLOOP_NATIVE: 'wasm' })).toBe('10000 5000')
})

test('memory of calls is given back', () => {
  const program = `
    const { Finder, crc32, promises } = require('ironloop/buffer')
    const bytes = Buffer.alloc(2 ** 20, 'abc')
    const use = async (times) => {
      for (let n = 0; n < times; n++) {
        crc32(bytes)
        new Finder('cab').findAll(bytes)
        await promises.gzip(bytes)
      }
      global.gc()
      return process.memoryUsage().rss
    }
    use(10).then(async (before) => console.log((await use(100)) - before < 100e6))`
  const { stdout } = runNode(['--expose-gc', '-e', program], { env: { IRONLOOP_NATIVE: 'wasm' } })
  expect(stdout).toBe('true\n')
}, 60_000)
