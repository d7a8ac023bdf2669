'use strict'

const { spawnSync } = require('node:child_process')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

/** @param {string} name @param {string[]} args */
function runExample(name, ...args) {
  const file = join(__dirname, '..', '..', 'examples', name)
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('events-bus.mjs receives every price of both threads', () => {
  const { status, stdout, stderr } = runExample('events-bus.mjs')
  expect(stderr).toBe('')
  expect(stdout).toContain('100000 prices from 2 threads')
  expect(status).toBe(0)
})

test('pool.mjs counts, ends what is endless, and goes on', () => {
  const { status, stdout, stderr } = runExample('pool.mjs')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^78498 prime numbers.*ERR_POOL_TASK_TIMEOUT.*25 prime numbers below a hundred\n$/s)
  expect(status).toBe(0)
})

test('buffer-search.mjs finds patterns with their lines', () => {
  const { status, stdout } = runExample('buffer-search.mjs', __filename, "'use strict'", 'spawnSync')
  expect(stdout).toMatch(/^ {4}1 {2}'use strict' +'use strict'\n/)
  expect(stdout).toMatch(/ {4}3 {2}spawnSync/)
  expect(status).toBe(0)
})

test('child-process-run.mjs shows lines, arguments, a failure and a deadline', () => {
  const { status, stdout, stderr } = runExample('child-process-run.mjs')
  expect(stderr).toBe('')
  const [one, two, three, name, failure, deadline] = stdout.split('\n')
  expect([one, two, three]).toEqual(['line 1', 'line 2', 'line 3'])
  expect(name).toMatch(/^a name; with \$\(quotes\) and "spaces", after \d+ ms$/)
  expect(failure).toBe('exit code 3, and on stderr: out of paper')
  expect(deadline).toBe('timed out: true, ended by SIGTERM')
  expect(status).toBe(0)
})

test('log-analyser.mjs counts lines, levels and times of its own log', () => {
  const { status, stdout, stderr } = runExample('log-analyser.mjs', '3')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^\d+ lines, 3 MB in .* XXH3 [0-9a-f]{32}\n {2}ERROR: \d+\n {2}WARN: \d+\n/)
  expect(stdout).toMatch(/slowest: \/api\/items\/\d+ \d+\.\d ms/)
  expect(status).toBe(0)
})

test('pcap-reader.mjs sums up a capture', () => {
  const { status, stdout, stderr } = runExample('pcap-reader.mjs')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^PCAP 2\.4: 50000 packets over 49\.999 s/)
  expect(stdout).toContain('UDP: 16667\n  TCP: 33333')
  expect(status).toBe(0)
})

test('duplicate-finder.mjs finds files of equal content', () => {
  const folder = mkdtempSync(join(tmpdir(), 'duplicates-'))
  try {
    for (const [name, text] of Object.entries({ a: 'same', b: 'same', c: 'else', d: 'longer than these' })) {
      writeFileSync(join(folder, name), text)
    }
    const { status, stdout, stderr } = runExample('duplicate-finder.mjs', folder)
    expect(stderr).toBe('')
    expect(stdout).toContain(
      `1 groups of identical files, 0.0 MB could be saved\n  2 x 4 bytes: ${join(folder, 'a')}\n`
    )
    expect(status).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
