'use strict'

const fs = require('node:fs')
const { join } = require('node:path')
const { SECRETS } = require('../fixtures/xray/nasty-tree.js')
const { makeDirectory, runXray } = require('../fixtures/xray/run-xray.js')

const ONE_LINE = /^xray: [^\n]+\n$/

describe('exit codes of xray', () => {
  const root = makeDirectory('codes')
  const clean = join(root, 'clean')
  const dirty = join(root, 'dirty')

  beforeAll(() => {
    fs.mkdirSync(join(clean), { recursive: true })
    fs.writeFileSync(join(clean, 'a.txt'), 'a\n')
    const installed = join(dirty, 'node_modules', 'a')
    fs.mkdirSync(installed, { recursive: true })
    fs.writeFileSync(join(installed, 'package.json'), '{"version":"1.0.0","scripts":{"install":"make"}}')
    fs.writeFileSync(join(dirty, 'b.txt'), SECRETS.github)
    fs.writeFileSync(join(dirty, 'c.txt'), SECRETS.github)
  })
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

  test.each(['duplicates', 'secrets', 'install-scripts'])('--fail-on %s: 1 when there are any', (what) => {
    expect(runXray([dirty, '--fail-on', what]).status).toBe(1)
  })

  test('--fail-on: 0 when there are none', () => {
    expect(runXray([clean, '--fail-on', 'duplicates,secrets,install-scripts']).status).toBe(0)
  })

  test('several --fail-on, and --json beside', () => {
    const { status, stdout } = runXray([
      dirty,
      '--json',
      '--fail-on',
      'secrets,duplicates',
      '--fail-on=install-scripts',
    ])
    expect(status).toBe(1)
    expect(JSON.parse(stdout).secrets).toHaveLength(2)
  })

  test.each([
    ['a missing directory', [join(root, 'missing')], /no such directory/],
    ['a file', [join(clean, 'a.txt')], /not a directory/],
    ['an unknown option', ['--frob'], /--frob/],
    ['an unknown --fail-on', ['--fail-on', 'rain'], /--fail-on takes duplicates/],
    ['--fail-on without a value', ['--fail-on'], /--fail-on/],
    ['two directories', [clean, dirty], /one directory/],
    ['a strange --top', ['--top', 'x'], /--top/],
    ['an unknown engine', ['--engine', 'steam'], /--engine/],
  ])('%s: one line on stderr, nothing on stdout, 2', (_, args, text) => {
    const { status, stdout, stderr } = runXray(args)
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toMatch(text)
    expect([status, stdout]).toEqual([2, ''])
  })

  test('without the native binding: one line that says so', () => {
    const env = { ...process.env, IRONLOOP_NATIVE: 'off' }
    const { status, stdout, stderr } = runXray([clean], { env })
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toMatch(/native binding/)
    expect([status, stdout]).toEqual([70, ''])
    expect(runXray([clean, '--engine', 'node'], { env }).status).toBe(0)
  })

  test('--help is no failure', () => {
    const { status, stdout } = runXray(['--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('--fail-on')
  })

  test('an empty directory is no failure', () => {
    const empty = join(root, 'empty')
    fs.mkdirSync(empty)
    const { status, stdout } = runXray([empty])
    expect(stdout).toContain('0 files')
    expect(status).toBe(0)
  })
})
