'use strict'

const { join } = require('node:path')
const { runNode } = require('../fixtures/package/run-node.js')

test('game-loop.mjs loses no tick to its heavy frames', () => {
  const { status, stdout, stderr } = runNode([join(__dirname, '../../examples/game-loop.mjs'), '0.5'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const [, ticks, frames] = /^(\d+) ticks in (\d+) frames\n$/.exec(stdout) ?? []
  expect(Number(ticks)).toBeGreaterThanOrEqual(29)
  expect(Number(frames)).toBeLessThan(Number(ticks))
})
