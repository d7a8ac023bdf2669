'use strict'

// Every example of the README runs as it stands, in a directory that has what it speaks of.

const { execFileSync } = require('node:child_process')
const { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const { root, runNode } = require('../fixtures/package/run-node.js')

const examples = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^(.*):\n\n```js\n([\s\S]*?)^```$/gm)].map(
  ([, title, code]) => [title, code]
)

/** @type {string} */
let directory

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ironloop-readme-'))
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules', 'ironloop'), 'junction')
  writeFileSync(join(directory, 'package.json'), '{ "name": "reader", "version": "1.0.0" }')
  writeFileSync(join(directory, 'server.js'), "eval('1')\n")
  writeFileSync(join(directory, 'worker.js'), 'module.exports = ({ a, b }) => a + b\n')
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', ['-c', 'user.name=reader', '-c', 'user.email=reader@example.org', ...args], { cwd: directory })
  git('init', '--quiet')
  git('add', 'server.js')
  git('commit', '--quiet', '--message', 'Begin')
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('there is one for each critical piece', () => {
  expect(examples).toHaveLength(4)
})

test.each(examples)('%s', (_title, code) => {
  const file = join(directory, 'example.mjs')
  writeFileSync(file, code)
  const { status, stdout, stderr } = runNode([file], { cwd: directory })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  // What a comment at the end of a line that prints says is printed.
  for (const [, printed] of code.matchAll(/^ *console\.log\(.*\) +\/\/ (.*)$/gm)) expect(stdout).toContain(printed)
})
