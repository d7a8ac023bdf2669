'use strict'

const { spawnSync } = require('node:child_process')
const path = require('node:path')

const fixture = path.join(__dirname, '../fixtures/child_process/handles-of-the-loop.js')

test('children leave the queue of the loop whole', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fixture], { encoding: 'utf8', timeout: 100_000 })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '2\n', stderr: '' })
}, 120_000)
