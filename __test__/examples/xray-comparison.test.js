'use strict'

const fs = require('node:fs')
const { join } = require('node:path')
const { makeDirectory, runXray } = require('../fixtures/xray/run-xray.js')

test('--compare runs both in turn, shows both, and finds the answers equal', () => {
  const root = makeDirectory('compare')
  for (const name of ['a.js', 'b.js']) fs.writeFileSync(join(root, name), 'if (a) b()\n')
  const { status, stdout } = runXray([root, '--compare', '--json'])
  expect(status).toBe(0)
  const { compare, run } = JSON.parse(stdout)
  expect(compare.rounds.map(({ engine }) => engine)).toEqual(['ironloop', 'node', 'node', 'ironloop'])
  expect(compare).toMatchObject({ equal: true, differences: [] })
  expect(run).toEqual(compare.best.ironloop)
  const { stdout: report } = runXray([root, '--compare'])
  expect(report).toContain('ironloop and plain Node')
  expect(report).toContain('the answers are equal')
  fs.rmSync(root, { recursive: true, force: true })
})
