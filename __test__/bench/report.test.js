'use strict'

const { spawnSync } = require('node:child_process')
const { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { stolenSince } = require('../../bench/harness/stolen.js')
const { page } = require('../../bench/report/page.js')
const { plot } = require('../../bench/report/plot.js')
const { replace } = require('../../bench/report/results-file.js')
const { scenarios } = require('../../bench/report/figures.js')

jest.setTimeout(60_000)

const machine = (node) => ({
  cpu: 'a processor',
  cores: 2,
  memoryGiB: 8,
  platform: 'linux x64',
  release: '6.1',
  node,
  packages: { ironloop: '0.1.0', peer: '1.2.3' },
})

/** A result with one row that is won and one that is lost. */
const result = (node, scenario = 'pool/noop', won = 12) => {
  const row = (name, ratio, atLeast) => ({
    row: name,
    params: { row: name, mode: 'interleaved', rounds: 1 },
    contenders: {
      ironloop: { median: 1, p99: 2, rounds: [1] },
      'peer <&>': { median: ratio, p99: ratio, rounds: [ratio] },
    },
    ratios: { 'peer <&>': ratio },
    bars: { 'peer <&>': { atLeast, met: ratio >= atLeast } },
  })
  const rows = [row('many | at once', won, 8), row('one', 0.5, 1)]
  return { scenario, unit: 'us', better: 'lower', machine: machine(node), ...rows[0], rows }
}
const run = (...args) => ({ at: '2026-01-02', result: result(...args) })

test('a run takes the place of the one before it under the same major version of Node', () => {
  let runs = []
  for (const one of [run('24.1.0'), run('20.1.0'), run('24.9.0', 'pool/noop', 13), run('24.1.0', 'bus/strings')]) {
    runs = replace(runs, one)
  }
  expect(runs.map(({ result: { scenario, machine } }) => `${scenario} ${machine.node}`)).toEqual([
    'bus/strings 24.1.0',
    'pool/noop 20.1.0',
    'pool/noop 24.9.0',
  ])
})

test('lost rows and missed bars are found', () => {
  const [{ nodes, rows }] = scenarios([run('26.1.0'), run('20.1.0'), run('24.1.0')])
  expect(nodes).toEqual(['20.1.0', '24.1.0', '26.1.0'])
  expect(rows[0]).toMatchObject({ lost: [], missed: [] })
  expect(rows[1].lost).toEqual(['20', '24', '26'].map((node) => `peer <&> under Node ${node}: 0.5x`))
  expect(rows[1].missed).toHaveLength(3)
})

test('a peer that saw nothing is compared with nothing', () => {
  // What JSON makes of a ratio to 0.
  const [{ rows }] = scenarios(JSON.parse(JSON.stringify([run('24.1.0', 'pool/noop', Number.POSITIVE_INFINITY)])))
  expect(rows[0].contenders[1].figures[0].ratio).toBeUndefined()
  expect([rows[0].lost, rows[0].missed]).toEqual([[], []])
})

test('a plot marks every ratio, on the side of the line where it belongs', () => {
  const svg = plot(scenarios([run('20.1.0'), run('24.1.0')])[0])
  expect(svg.match(/<circle class="n0" /g)).toHaveLength(3)
  const one = Number(/class="one" x1="([\d.]+)"/.exec(svg)[1])
  const [, won, lost] = [...svg.matchAll(/<circle class="n0" cx="([\d.]+)"/g)].map(([, x]) => Number(x))
  expect(won).toBeGreaterThan(one)
  expect(lost).toBeLessThan(one)
  expect(svg).toContain('peer &#60;&#38;&#62;')
})

test('each scenario names its processor where there were several', () => {
  const of = (...runs) =>
    page({ scenarios: scenarios(runs), titles: {}, plots: new Set(), made: 'once', leftToNode: '' }).split('\n')
  const [one, other] = [run('24.1.0'), run('24.1.0', 'bus/strings')]
  expect(of(one, other).filter((line) => line.startsWith('On: '))).toEqual([])
  other.result.machine.cpu = 'a newer one'
  expect(of(one, other).filter((line) => line.startsWith('On: '))).toEqual(['On: a newer one.', 'On: a processor.'])
})

test('time that a hypervisor gave to others is said beside the figures', () => {
  const stat =
    (/** @type {number[]} */ ...ticks) =>
    () =>
      ticks
  // user, nice, system, idle, iowait, irq, softirq, steal, and guests', which are counted as user's, too
  const reads = [stat(10, 0, 5, 100, 7, 0, 0, 2, 3), stat(80, 0, 15, 900, 99, 0, 0, 22, 40)]
  expect(stolenSince(() => reads.shift()?.())()).toBe(0.2)
  expect(stolenSince(() => undefined)()).toBeUndefined()

  const [undisturbed, disturbed] = [run('24.1.0'), run('26.1.0')]
  disturbed.result.stolen = 0.2
  const [{ stolen }] = scenarios([undisturbed, disturbed])
  expect(stolen).toEqual(['under Node 26 the host gave 20 % of the processor time to others'])
})

test('there is no plot where nothing is compared', () => {
  const { ratios, ...whole } = result('24.1.0')
  const alone = { ...whole, rows: whole.rows.map((row) => ({ ...row, ratios: {}, bars: undefined })) }
  expect(plot(scenarios([{ at: '', result: alone }])[0])).toBeUndefined()
})

test('--from renders a results file: page and plots, lost rows included', () => {
  const out = mkdtempSync(path.join(tmpdir(), 'ironloop-report-'))
  try {
    const from = path.join(out, 'results.json')
    writeFileSync(from, JSON.stringify({ runs: [run('24.1.0')] }))
    const command = path.join(__dirname, '../../bench/report.mjs')
    const { status, stderr } = spawnSync(process.execPath, [command, '--from', from, '--out', out], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const page = readFileSync(path.join(out, 'docs/benchmarks.md'), 'utf8')
    expect(page).toContain('[pool/noop](#poolnoop), one: peer <&> under Node 24: 0.5x')
    expect(page).toContain('| many \\| at once | **ironloop** | 1.00 (p99 2.00) |')
    expect(page).toContain('**0.50× (lost)**')
    expect(page).toContain('a processor, 2 cores, 8 GiB')
    expect(page).toContain('## Tried and left to Node')
    expect(readdirSync(path.join(out, 'docs/plots'))).toEqual(['pool-noop.svg'])
  } finally {
    rmSync(out, { recursive: true })
  }
})

test('results that are not there are one line and exit code 2', () => {
  const command = path.join(__dirname, '../../bench/report.mjs')
  const { status, stderr } = spawnSync(process.execPath, [command, '--from', 'no-such-file'], { encoding: 'utf8' })
  expect(stderr).toMatch(/^bench:report: [^\n]+\n$/)
  expect(status).toBe(2)
})
