'use strict'

// What a thread of a pool loads until its first result: each file costs every thread time and memory.

const path = require('node:path')
const { evaluate } = require('../fixtures/package/run-node.js')

const filename = path.join(__dirname, '../fixtures/pool/files-loaded.js')

test('a thread loads the addon that its pool has loaded, without looking for it, and no more than it needs', () => {
  const program = `
    const { Pool } = require('ironloop/pool')
    const pool = new Pool({ filename: ${JSON.stringify(filename)}, maxThreads: 1 })
    pool.run().then((files) => {
      const addons = Object.keys(require.cache).filter((file) => file.endsWith('.node'))
      console.log(JSON.stringify({ files, addons }))
    })`
  const { files, addons } = JSON.parse(evaluate(program))
  expect(addons).toHaveLength(1)
  expect(files).toContain(addons[0])
  const names = files.map((/** @type {string} */ file) => path.basename(file))
  for (const lazy of ['binding.js', 'binding-trouble.js', 'platform.js', 'errors.js', 'structure.js', 'ports.js']) {
    expect(names).not.toContain(lazy)
  }
})

test('the tables of raw functions are made when they are asked for, once', () => {
  const program = `
    const { native } = require('./lib/internal/native.js')
    const { raw } = native()
    const tables = Object.keys(raw)
    const before = tables.filter((name) => Object.getOwnPropertyDescriptor(raw, name).value !== undefined)
    console.log(JSON.stringify([before, tables.filter((name) => raw[name] !== raw[name]), tables.includes('pool')]))`
  expect(JSON.parse(evaluate(program))).toEqual([[], [], true])
})
