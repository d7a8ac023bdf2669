'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-runners-'))
afterAll(() => fs.rmSync(directory, { recursive: true }))

const node = process.execPath

function runExample(/** @type {string} */ name, /** @type {string[]} */ args, input = '') {
  const file = path.join(__dirname, '..', '..', 'examples', name)
  const { status, stdout, stderr } = spawnSync(node, [file, ...args], { encoding: 'utf8', input })
  return { status, stdout, stderr, lines: stdout.trimEnd().split('\n') }
}

function build(/** @type {object} */ tasks, /** @type {string[]} */ args = []) {
  const file = path.join(directory, 'tasks.json')
  fs.writeFileSync(file, JSON.stringify(tasks))
  return runExample('build-runner.mjs', [...args, file])
}

describe('build-runner.mjs', () => {
  test('runs what it shows, each after what it needs, in plain lines when piped', () => {
    const { status, lines, stdout, stderr } = runExample('build-runner.mjs', [])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(lines).toContain('[test] 12 tests passed')
    expect(lines.at(-1)).toBe('5 done, 0 failed, 0 skipped')
    const at = (/** @type {string} */ text) => lines.findIndex((line) => line.startsWith(text))
    expect(at('[generate] done')).toBeLessThan(at('[compile] 40'))
    expect(at('[compile] done')).toBeLessThan(at('[bundle] 80'))
    expect(stdout).not.toContain('\x1b')
  })

  test('the first failure ends what runs, with all that it started, and nothing more starts', () => {
    const mark = path.join(directory, 'pid')
    const { status, lines } = build(
      {
        slow: { command: ['sh', '-c', `sleep 60 & echo $! > ${mark}; echo started; wait`] },
        bad: { command: ['sh', '-c', `until [ -s ${mark} ]; do sleep 0.01; done; echo no; exit 3`] },
        after: { command: ['true'], needs: ['slow'] },
      },
      ['--jobs', '2']
    )
    expect(status).toBe(1)
    expect(lines).toContain('[bad] no')
    expect(lines.find((line) => line.startsWith('[bad] failed'))).toMatch(/exit code 3$/)
    expect(lines).toContain('[slow] ended, because another failed')
    expect(lines.at(-1)).toBe('0 done, 1 failed, 2 skipped')
    expect(() => process.kill(Number(fs.readFileSync(mark, 'utf8')), 0)).toThrow('ESRCH')
  })

  test('--keep-going does what can still be done', () => {
    const tasks = {
      bad: { command: ['false'] },
      after: { command: ['true'], needs: ['bad'] },
      good: { command: ['true'] },
    }
    expect(build(tasks, ['--keep-going', '--jobs', '1']).lines.at(-1)).toBe('1 done, 1 failed, 1 skipped')
  })

  test('a circle and a missing task are refused', () => {
    expect(build({ a: { command: ['true'], needs: ['b'] }, b: { command: ['true'], needs: ['a'] } }).stderr).toContain(
      'a circle: a needs b needs a'
    )
    expect(build({ a: { command: ['true'], needs: ['c'] } }).stderr).toContain("no task is named 'c'")
  })
})

describe('bounded-runner.mjs', () => {
  test('says how each command ended and what it took', () => {
    const commands = [
      '# a comment',
      'echo a',
      '["sh", "-c", "exit 3"]',
      'nonexistent-program',
      'sleep 60',
      '["sh", "-c", "while :; do :; done"]',
      JSON.stringify(['sh', '-c', `head -c 100000 /dev/zero > ${path.join(directory, 'large')}`]),
      JSON.stringify([node, '-e', 'const a = []; setInterval(() => a.push(Buffer.alloc(9e6, 1)), 5)']),
    ]
    const args = ['--timeout', '1500ms', '--cpu', '1s', '--memory', '250M', '--file-size', '50K', '--jobs', '2']
    const { status, lines, stderr } = runExample('bounded-runner.mjs', args, commands.join('\n'))
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    const [, ...rows] = lines
    const outcomeOf = (/** @type {string} */ command) =>
      rows
        .find((row) => row.includes(command))
        ?.slice(0, 18)
        .trim()
    expect(outcomeOf('echo a')).toBe('ok')
    expect(outcomeOf('exit 3')).toBe('exit code 3')
    expect(outcomeOf('nonexistent')).toBe('ENOENT')
    expect(outcomeOf('sleep 60')).toBe('too slow')
    expect(outcomeOf('while')).toMatch(/^too (much cpu|slow)$/)
    expect(outcomeOf('/large')).toMatch(/^(exit code|file too large)/)
    expect(outcomeOf('setInterval')).toBe('too much memory')
  })

  test('all is well when all is', () => {
    expect(runExample('bounded-runner.mjs', [], 'true\ntrue\n')).toMatchObject({ status: 0, stderr: '' })
    expect(runExample('bounded-runner.mjs', ['--memory', 'much']).status).toBe(2)
  })
})
