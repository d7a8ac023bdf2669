'use strict'

const fs = require('node:fs')
const { join } = require('node:path')
const { describeComparison } = require('../../examples/xray/compare.js')
const { renderReport } = require('../../examples/xray/report/report.js')
const { makeDirectory, runXray } = require('../fixtures/xray/run-xray.js')

test('--compare runs both in turn, shows both, and finds the answers equal', () => {
  const root = makeDirectory('compare')
  for (const name of ['a.js', 'b.js']) fs.writeFileSync(join(root, name), 'if (a) b()\n')
  const { status, stdout } = runXray([root, '--compare', '--json'])
  expect(status).toBe(0)
  const answer = JSON.parse(stdout)
  const { compare, run } = answer
  expect(compare.rounds.map(({ engine }) => engine)).toEqual(['ironloop', 'node', 'node', 'ironloop'])
  expect(compare).toMatchObject({ equal: true, differences: [] })
  expect(run).toEqual(compare.best.ironloop)
  const report = renderReport(answer, { top: 3 }, process.stdout)
  expect(report).toContain('ironloop and plain Node')
  expect(report).toContain('the answers are equal')
  fs.rmSync(root, { recursive: true, force: true })
})

test('answers that differ are named', () => {
  const run = { engine: 'ironloop', elapsedMs: 1, bytesPerSecond: 1, longestBlockMs: 1, cpuMs: 1, maxRssBytes: 1 }
  const one = { lines: 1, bytes: 2, run }
  const other = { lines: 1, bytes: 3, run: { ...run, engine: 'node' } }
  expect(describeComparison(/** @type {any} */ ([one, other]))).toMatchObject({ equal: false, differences: ['bytes'] })
})
