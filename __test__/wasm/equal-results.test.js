'use strict'

const path = require('node:path')
const { runNode } = require('../fixtures/package/run-node.js')

const program = path.join(__dirname, '../fixtures/wasm/equal-results.js')
const SEEDS = 60

test('every function of ironloop/buffer gives what it gives on the native build', () => {
  const { stdout, stderr } = runNode([program, String(SEEDS)])
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^ok, \d{4} compared\n$/)
}, 120_000)
