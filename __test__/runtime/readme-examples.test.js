'use strict'

// Every example of the README runs as it stands, in a directory that has what it speaks of.

const { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const { examples, furnish, missing } = require('../fixtures/package/readme.js')
const { root, runNode } = require('../fixtures/package/run-node.js')

/** @type {string} */
let directory

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ironloop-readme-'))
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules', 'ironloop'), 'junction')
  furnish(directory)
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('there is one for each critical piece', () => {
  expect(examples).toHaveLength(4)
})

test.each(examples)('$title', ({ code }) => {
  const file = join(directory, 'example.mjs')
  writeFileSync(file, code)
  const { status, stdout, stderr } = runNode([file], { cwd: directory })
  expect({ status, stderr, missing: missing(code, String(stdout)) }).toEqual({ status: 0, stderr: '', missing: [] })
})
