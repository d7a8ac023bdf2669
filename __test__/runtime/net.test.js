'use strict'

// Framed connections in plain node: as many as there may be, and bytes that come one by one.

const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

/** Descriptors that a process may have: each of the two needs one for a connection, and some more. */
const limit =
  process.platform === 'win32' ? 20_000 : Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }))
const count = Math.min(10_000, (Number.isNaN(limit) ? 20_000 : limit) - 200)

test('10,000 connections, or as many as descriptors allow, are held at once and each is answered', async () => {
  const program = path.join(__dirname, '../fixtures/net/many-connections.js')
  const { stdout } = await execute(process.execPath, [program, String(count)], { timeout: 110_000 })
  expect(stdout).toBe('ok\n')
}, 120_000)

test('what comes byte by byte takes its length in memory', async () => {
  const program = path.join(__dirname, '../fixtures/net/tiny-chunks.js')
  const { stdout } = await execute(process.execPath, ['--expose-gc', program], { timeout: 60_000 })
  expect(stdout).toBe('ok\n')
})
