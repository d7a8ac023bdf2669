'use strict'

// The harness as its users meet it: the command, its stdout, its exit code.

const { spawn } = require('node:child_process')
const path = require('node:path')

jest.setTimeout(60_000)

const command = path.join(__dirname, '../../bench/run.mjs')
const fixture = (name) => path.join(__dirname, `../fixtures/bench/${name}.mjs`)

/** @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
function bench(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => (output.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
  })
}

const figures = { median: expect.any(Number), p99: expect.any(Number), rounds: expect.any(Array) }

test('--json prints one object of the contract and nothing else, also when a contender prints', async () => {
  const { code, stdout, stderr } = await bench(fixture('sums'), '--json', '--quick', '--rounds', '2', '--row', 'few')
  expect(code).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(stderr).not.toContain('\r')
  const result = JSON.parse(stdout)
  expect(result).toMatchObject({
    scenario: 'bench/sums',
    unit: 'us',
    better: 'lower',
    machine: { node: process.versions.node, packages: { ironloop: expect.any(String) } },
    params: { row: 'few', kind: 'integers', count: 100, mode: 'interleaved', rounds: 2 },
    contenders: { ironloop: figures, reduce: figures, 'only few': figures },
    ratios: { reduce: expect.any(Number) },
    bars: { reduce: { atLeast: 0.0001, met: true }, ironloop: { limit: 0, met: false } },
  })
  expect(result.contenders.ironloop.rounds).toHaveLength(2)
  expect(result.ratios).not.toHaveProperty('only few')
  // Figures are rounded, so they agree to about one in a hundred.
  const medians = result.contenders.reduce.median / result.contenders.ironloop.median
  expect(result.ratios.reduce / medians).toBeCloseTo(1, 1)
})

test('rows have the same shape, and the first one stands at the top', async () => {
  const { stdout } = await bench(fixture('sums'), '--json', '--rounds', '1')
  const { rows, ...top } = JSON.parse(stdout)
  expect(rows.map(({ row }) => row)).toEqual(['few', 'many'])
  expect(top.contenders).toEqual(rows[0].contenders)
  expect(rows[1]).toMatchObject({ params: { count: 10_000 }, absent: { 'only few': 'too many' } })
  expect(rows[1].contenders).not.toHaveProperty('only few')
})

test('--quick leaves the slow rows out', async () => {
  const { stdout } = await bench(fixture('sums'), '--json', '--quick', '--rounds', '1')
  expect(JSON.parse(stdout).rows.map(({ row }) => row)).toEqual(['few'])
})

test('alternating rounds have a process each; a scenario without rows has none', async () => {
  const { stdout } = await bench(fixture('alternating'), '--json')
  const { contenders, rows } = JSON.parse(stdout)
  expect(rows).toBeUndefined()
  expect(new Set([...contenders.ironloop.rounds, ...contenders.peer.rounds]).size).toBe(4)
})

test('nanosecond scenarios measure one peer against itself and say whether they count', async () => {
  const { code, stdout } = await bench(fixture('nanoseconds'), '--json', '--quick')
  const { control, counts, ratios, contenders } = JSON.parse(stdout)
  expect(control).toEqual({ contender: 'peer', ratio: expect.any(Number), counts })
  expect(counts).toBe(Math.abs(control.ratio - 1) <= 0.06)
  expect(code).toBe(counts ? 0 : 1)
  expect(Object.keys(contenders)).toEqual(['ironloop', 'peer'])
  const fastest = (name) => Math.min(...contenders[name].rounds)
  expect(ratios.peer / (fastest('peer') / fastest('ironloop'))).toBeCloseTo(1, 1)
})

test('the table is plain text when piped', async () => {
  const { code, stdout, stderr } = await bench(fixture('sums'), '--quick', '--rounds', '1')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^bench\/sums {3}us, lower is better/)
  expect(stdout).toMatch(/^ {2}reduce .* at least 0\.0001x: met$/m)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of escape codes is what is tested
  expect(stdout + stderr).not.toMatch(/[\r\u001b]/)
})

test('--node measures under the given node', async () => {
  const { stdout } = await bench(fixture('alternating'), '--json', '--rounds', '1', '--node', process.execPath)
  expect(JSON.parse(stdout).machine.node).toBe(process.versions.node)
})

test.each([
  ['answers that differ', 'disagree', 1, /the contenders disagree: ironloop: \[ 1, 2 \]; peer: \[ 1, 3 \]/],
  ['answers that are equal and wrong', 'wrong', 1, /agree on a wrong answer/],
  ['a contender that throws', 'throws', 1, /bench\/throws \(the only row, ironloop\): TypeError: cannot do it/],
  ['a process that ends by itself', 'fails', 1, /ended with exit code 7/],
  [
    'a missing peer',
    'missing-peer',
    2,
    /^bench: .*ironloop-no-such-peer, which is missing: npm install --prefix bench\n$/,
  ],
  ['a missing scenario', 'no-such-scenario', 2, /^bench: there is no scenario .*\n$/],
])('%s: nothing on stdout, the reason on stderr', async (_, name, exitCode, reason) => {
  const { code, stdout, stderr } = await bench(fixture(name), '--json', '--quick')
  expect(stdout).toBe('')
  expect(stderr).toMatch(reason)
  expect(code).toBe(exitCode)
})

test.each([
  ['an unknown option', ['--fast']],
  ['rounds that are no number', ['package/load', '--rounds', 'many']],
  ['a node that is not there', ['package/load', '--nodes', './no/such/node']],
  ['two scenarios', ['package/load', 'package/load']],
])('%s is one line and exit code 2', async (_, args) => {
  const { code, stdout, stderr } = await bench(...args)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^bench: [^\n]+\n$/)
  expect(code).toBe(2)
})

test('without arguments all scenarios are listed, one line each', async () => {
  const { code, stdout } = await bench()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^package\/load {2,}\S.*$/m)
})
