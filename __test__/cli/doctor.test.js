'use strict'

// The command itself, on real programs.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { text } = require('node:stream/consumers')
const { runNode } = require('../fixtures/package/run-node.js')

const COMMAND = path.join(__dirname, '../../bin/ironloop.js')
const fixture = (/** @type {string} */ file) => path.join(__dirname, '../fixtures/cli', file)
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-doctor-test-'))
afterAll(() => fs.rmSync(directory, { recursive: true }))

/** Runs the doctor to its end. */
function doctor(/** @type {string[]} */ ...args) {
  const ran = runNode([COMMAND, 'doctor', ...args])
  const last = ran.stderr.trimEnd().split('\n').at(-1) ?? ''
  return { ...ran, findings: last.startsWith('{') ? JSON.parse(last) : undefined }
}

/** Starts it; `until(word)` waits for the program to have said something. */
function start(/** @type {string[]} */ ...args) {
  const child = spawn(process.execPath, [COMMAND, 'doctor', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (said += chunk))
  const until = async (/** @type {string} */ word) => {
    while (!said.includes(word)) await once(child.stdout, 'data')
  }
  const ended = Promise.all([once(child, 'close'), text(child.stderr)])
  return { child, until, said: () => said, ended: ended.then(([[code, signal], report]) => ({ code, signal, report })) }
}

test('finds the planted culprits in a server under load', () => {
  const page = path.join(directory, 'culprits.html')
  const { findings, status } = doctor('--json', '--html', page, fixture('culprits.js'))
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

test('is silent on a healthy server: no culprit, no call', () => {
  const { findings, status, stderr } = doctor('--threshold', '400', fixture('healthy.js'))
  expect({ status, findings }).toEqual({ status: 0, findings: undefined })
  expect(stderr).toContain('no block over 400 ms')
  expect(stderr).not.toMatch(/blocked|Sync/)
})

test('ES modules: arguments, input and the culprit', () => {
  const { findings, stdout } = (() => {
    const ran = runNode([COMMAND, 'doctor', '--json', fixture('module.mjs'), '--html', 'x'], { input: 'words' })
    return { ...ran, findings: JSON.parse(ran.stderr.trimEnd().split('\n').at(-1) ?? '') }
  })()
  expect(JSON.parse(stdout)).toEqual({ args: ['--html', 'x'], input: 'words' })
  expect(findings.culprits[0]).toMatchObject({ call: 'crypto.pbkdf2Sync', file: fixture('module.mjs'), line: 7 })
})

test.each([
  ['exit', 7],
  ['code', 5],
  ['throw', 1],
  ['well', 0],
])('a program that ends by %s keeps its code, and is reported', (how, code) => {
  // It has a listener for SIGTERM, which keeps nothing.
  const { findings, status } = doctor('--json', fixture('ends.js'), how)
  expect(status).toBe(code)
  expect(findings.longestMs).toBeGreaterThan(100)
})

test('a program that is killed: its signal is the doctor’s', () => {
  const { findings, signal } = doctor('--json', fixture('ends.js'), 'signal')
  expect(signal).toBe('SIGKILL')
  expect(findings.culprits[0].functionName).toBe('block')
})

test('--fail-over turns a good end into 1, and only then', () => {
  expect(doctor('--fail-over', '100', fixture('ends.js'), 'well').status).toBe(1)
  expect(doctor('--fail-over', '60000', fixture('ends.js'), 'well').status).toBe(0)
  expect(doctor('--fail-over', '100', fixture('ends.js'), 'exit').status).toBe(7)
})

test('Ctrl-C ends the program by its signal, and the report comes', async () => {
  const { child, ended, until } = start(fixture('ends.js'), 'stay')
  await until('ready')
  child.kill('SIGINT')
  const { report, signal } = await ended
  expect(signal).toBe('SIGINT')
  expect(report).toMatch(/1 block over 50 ms|2 blocks over 50 ms/)
})

test('a signal reaches a program that handles it', async () => {
  const { child, ended, said, until } = start(fixture('ends.js'), 'stay')
  await until('ready')
  child.kill('SIGTERM')
  expect((await ended).code).toBe(9)
  expect(said()).toContain('terminated')
})

test('a program that never returns is reported when it is stopped', async () => {
  const { child, ended, until } = start('--json', fixture('ends.js'), 'never')
  await until('blocked')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  child.kill('SIGINT')
  const { report } = await ended
  const { culprits } = JSON.parse(report.trimEnd().split('\n').at(-1) ?? '')
  expect(culprits.find((/** @type {any} */ { ended }) => ended === false)).toMatchObject({ functionName: 'never' })
})

test.each([
  ['that does not exist', 'missing.js', ''],
  ['that does not parse', 'broken.js', 'let let = 1'],
])('a FILE %s gives node’s own message and code', (_, name, source) => {
  const file = path.join(directory, name)
  if (source !== '') fs.writeFileSync(file, source)
  const plain = runNode([file])
  const { status, stderr } = doctor(file)
  // Without the lines of the stack, which tell how node came there.
  const message = (/** @type {string} */ text) => text.split('\n').filter((line) => !/^ {4}at |^\s*$|:\d+$/.test(line))
  expect(message(stderr)).toEqual(message(plain.stderr))
  expect(status).toBe(plain.status)
})

test('the launcher loads no binding, and the command line is checked', () => {
  const program = `process.argv.splice(1, 2, 'ironloop'); require('./lib/cli/index.js').main(['doctor', '--help']).then(() =>
    console.log(Object.keys(require.cache).filter((file) => file.endsWith('.node') || file.includes('native')).length))`
  const { stdout } = runNode(['-e', program])
  expect(stdout).toMatch(/Usage: ironloop doctor[\s\S]*\n0\n$/)
  expect(runNode([COMMAND]).status).toBe(2)
  expect(runNode([COMMAND, 'doktor']).stderr).toContain("no command 'doktor'")
  expect(doctor('--threshold', 'x', 'a').status).toBe(2)
  expect(doctor().stderr).toContain('FILE is missing')
  expect(runNode([COMMAND, '--version']).stdout.trim()).toBe(require('../../package.json').version)
})
