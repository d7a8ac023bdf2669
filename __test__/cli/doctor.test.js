'use strict'

// The command itself, on real programs.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { text } = require('node:stream/consumers')
const { runNode } = require('../fixtures/package/run-node.js')

jest.setTimeout(60_000) // programs that are watched, several at once, on a machine that may be busy

const COMMAND = path.join(__dirname, '../../bin/ironloop.js')
const fixture = (/** @type {string} */ file) => path.join(__dirname, '../fixtures/cli', file)
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-doctor-test-'))
afterAll(() => fs.rmSync(directory, { recursive: true }))

/** Starts the doctor; `until(word)` waits for the program to have said something. */
function start(/** @type {string[]} */ ...args) {
  const { NODE_OPTIONS, ...env } = process.env
  const child = spawn(process.execPath, [COMMAND, 'doctor', ...args], { env })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (said += chunk))
  const until = async (/** @type {string} */ word) => {
    while (!said.includes(word)) await once(child.stdout, 'data')
  }
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]).then(([[status, signal], stderr]) => {
    const last = stderr.trimEnd().split('\n').at(-1) ?? ''
    return { status, signal, stdout: said, stderr, findings: last.startsWith('{') ? JSON.parse(last) : undefined }
  })
  return { child, until, ended }
}

/** Runs it to its end. */
const doctor = (/** @type {string[]} */ ...args) => start(...args).ended

test('finds the planted culprits in a server under load', async () => {
  const page = path.join(directory, 'culprits.html')
  const { findings, status } = await doctor('--json', '--html', page, fixture('culprits.js'))
  expect(status).toBe(0)
  /** @type {Record<string, any>} */
  const found = Object.fromEntries(
    findings.culprits.map((/** @type {any} */ one) => [one.functionName.split('.').at(-1), one])
  )
  expect(Object.keys(found)).toEqual(
    expect.arrayContaining(['matchSlowly', 'hashPassword', 'parseMuch', 'readWhole', 'makeGarbage'])
  )
  for (const { file, code } of Object.values(found)) {
    if (file !== undefined) expect(code.some((/** @type {string} */ line) => line.startsWith('>'))).toBe(true)
  }
  expect(found.hashPassword.call).toBe('crypto.pbkdf2Sync')
  expect(found.readWhole.call).toBe('fs.readFileSync')
  expect(found.matchSlowly.maxMs).toBeGreaterThan(50)
  expect(fs.readFileSync(page, 'utf8')).toContain('matchSlowly')
})

test('is silent on a healthy server: no culprit, no call', async () => {
  // A machine that is busy enough takes the processor away for as long: that it did so each time is not to be expected.
  let ran = await doctor('--threshold', '400', fixture('healthy.js'))
  for (let again = 0; again < 4 && ran.stderr.includes('blocked'); again++) {
    ran = await doctor('--threshold', '400', fixture('healthy.js'))
  }
  const { findings, status, stderr } = ran
  expect({ status, findings }).toEqual({ status: 0, findings: undefined })
  expect(stderr).toContain('no block over 400 ms')
  expect(stderr).not.toMatch(/blocked|Sync/)
})

test('ES modules: arguments, input and the culprit', async () => {
  const { child, ended } = start('--json', fixture('module.mjs'), '--html', 'x')
  child.stdin.end('words')
  const { findings, stdout } = await ended
  expect(JSON.parse(stdout)).toEqual({ args: ['--html', 'x'], input: 'words' })
  const culprit = findings.culprits.find((/** @type {any} */ { call }) => call === 'crypto.pbkdf2Sync')
  expect(culprit).toMatchObject({ file: fixture('module.mjs'), line: 7 })
})

test('worker threads are watched where asked for, and not else', async () => {
  const ran = await Promise.all([
    doctor('--json', '--workers', fixture('workers.js')),
    doctor('--json', fixture('workers.js')),
  ])
  const inWorkers = ran.map(({ findings }) => findings.culprits.filter((/** @type {any} */ { worker }) => worker))
  expect(inWorkers[0][0]).toMatchObject({ functionName: 'computeMuch', file: fixture('workers.js') })
  expect(inWorkers[1]).toEqual([])
})

test('a debugger is left alone: it is said why there are no stacks', async () => {
  const { child, ended } = start('--json', fixture('debugged.js'))
  const { findings, status } = await ended
  expect(child.pid).toBeGreaterThan(0)
  expect(status).toBe(0)
  const blocked = findings.culprits.find((/** @type {any} */ { maxMs }) => maxMs > 250)
  expect(blocked).toMatchObject({ stackMissing: expect.stringContaining('debugger') })
})

test('TypeScript is run as node itself runs it', async () => {
  const plain = runNode([fixture('typed.ts')])
  const { status, stdout } = await doctor(fixture('typed.ts'))
  expect({ status, stdout }).toEqual({ status: plain.status, stdout: plain.stdout })
})

test('a program keeps its exit code, or the signal that killed it, and is reported', async () => {
  const ways = ['exit', 'code', 'throw', 'well', 'signal', 'abort']
  const ran = await Promise.all(ways.map((how) => doctor('--json', fixture('ends.js'), how)))
  expect(ran.map(({ status, signal }) => status ?? signal)).toEqual([7, 5, 1, 0, 'SIGKILL', 'SIGABRT'])
  for (const { findings } of ran) {
    expect(findings.longestMs).toBeGreaterThan(100)
    expect(findings.culprits.map((/** @type {any} */ one) => one.functionName)).toContain('block')
  }
})

test('--fail-over turns a good end into 1, and only then', async () => {
  const ran = await Promise.all([
    doctor('--fail-over', '100', fixture('ends.js'), 'well'),
    doctor('--fail-over', '600000', fixture('ends.js'), 'well'),
    doctor('--fail-over', '100', fixture('ends.js'), 'exit'),
  ])
  expect(ran.map(({ status }) => status)).toEqual([1, 0, 7])
})

test('Ctrl-C ends the program by its signal, and the report comes; one that handles a signal gets it', async () => {
  const [interrupted, terminated] = [start(fixture('ends.js'), 'stay'), start(fixture('ends.js'), 'stay')]
  await Promise.all([interrupted.until('ready'), terminated.until('ready')])
  interrupted.child.kill('SIGINT')
  terminated.child.kill('SIGTERM')
  expect(await interrupted.ended).toMatchObject({
    signal: 'SIGINT',
    stderr: expect.stringContaining('over 50 ms, the longest'),
  })
  expect(await terminated.ended).toMatchObject({ status: 9, stdout: expect.stringContaining('terminated') })
})

test('a program that never returns is reported when it is stopped', async () => {
  const { child, ended, until } = start('--json', fixture('ends.js'), 'never')
  await until('blocked')
  // The native watchdog has to have seen it, and nobody in here can ask it.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  child.kill('SIGINT')
  const { findings } = await ended
  expect(findings.culprits.find((/** @type {any} */ { ended }) => ended === false)).toMatchObject({
    functionName: 'never',
  })
})

test.each([
  ['that does not exist', 'missing.js', ''],
  ['that does not parse', 'broken.js', 'let let = 1'],
  ['that is no module', 'broken.mjs', 'let let = 1'],
  ['that imports what does not exist', 'imports.mjs', "import './missing.mjs'"],
])('a FILE %s gives node’s own message and code', async (_, name, source) => {
  const file = path.join(directory, name)
  if (source !== '') fs.writeFileSync(file, source)
  const plain = runNode([file])
  const { status, stderr } = await doctor(file)
  // Without the lines of the stack, which tell how node came there.
  const message = (/** @type {string} */ text) => text.split('\n').filter((line) => !/^ {4}at |^\s*$|:\d+$/.test(line))
  expect(message(stderr)).toEqual(message(plain.stderr))
  expect(status).toBe(plain.status)
})

test('the launcher loads no binding, and the command line is checked', async () => {
  const program = `process.argv.splice(1, 2, 'ironloop'); require('./lib/cli/index.js').main(['doctor', '--help']).then(() =>
    console.log(Object.keys(require.cache).filter((file) => file.endsWith('.node') || file.includes('native')).length))`
  const { stdout } = runNode(['-e', program])
  expect(stdout).toMatch(/Usage: ironloop doctor[\s\S]*\n0\n$/)
  expect(runNode([COMMAND]).status).toBe(2)
  expect(runNode([COMMAND, 'doktor']).stderr).toContain("no command 'doktor'")
  expect((await doctor('--threshold', 'x', 'a')).status).toBe(2)
  expect((await doctor()).stderr).toContain('FILE is missing')
  const unwritable = await doctor('--html', path.join(directory, 'no/such/page.html'), fixture('ends.js'), 'well')
  expect(unwritable).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('cannot be written') })
  expect(runNode([COMMAND, '--version']).stdout.trim()).toBe(require('../../package.json').version)
})
