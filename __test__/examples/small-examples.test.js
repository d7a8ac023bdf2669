'use strict'

const { spawnSync } = require('node:child_process')
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
