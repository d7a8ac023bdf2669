'use strict'

// The one file that threads of a pool load where it was built: see scripts/pool-worker.mjs.

const fs = require('node:fs')
const path = require('node:path')
const { root, runNode } = require('../fixtures/package/run-node.js')

test('what handlers share with their thread is not in it', () => {
  const { stdout } = runNode(['scripts/pool-worker.mjs', '--print'])
  const required = [...stdout.matchAll(/\brequire\("(\.[^"]+)"\)/g)].map(([, request]) => request)
  expect([...new Set(required)].sort()).toEqual([
    '../lib/internal/native.js',
    '../lib/pool/move.js',
    '../lib/pool/worker-state.js',
  ])
  for (const request of required) expect(fs.existsSync(path.join(root, 'native', request))).toBe(true)
})
