'use strict'

// A test that the runner does not find passes for ever: every file in __test__ is a test that is run, or a fixture.

const path = require('node:path')
const { filesBelow } = require('../fixtures/package/tree.js')
const { root, runNode } = require('../fixtures/package/run-node.js')

const all = filesBelow(root, '__test__').filter((file) => !file.startsWith('__test__/fixtures/'))
const lines = (/** @type {string} */ text) => text.split(/\r?\n/).filter((line) => line !== '')
const inTree = (/** @type {string} */ file) => path.relative(root, file).replaceAll('\\', '/')

test('Jest finds every .test.js', () => {
  const { stdout } = runNode([
    path.join(root, 'node_modules/jest/bin/jest.js'),
    '--listTests',
    '--testPathIgnorePatterns',
    '/fixtures/',
  ])
  expect(lines(stdout).map(inTree).sort()).toEqual(all.filter((file) => file.endsWith('.test.js')))
})

test('TSTyche finds every .tst.ts', () => {
  const cli = path.join(root, 'node_modules/tstyche/build/bin.js')
  const { stdout } = runNode([cli, '--listFiles', '--config', '__test__/types/tstyche.json'])
  const found = JSON.parse(stdout).map((/** @type {string} */ file) => inTree(file.replace('file://', '')))
  expect(found.sort()).toEqual(all.filter((file) => file.endsWith('.tst.ts')))
})

test('__test__ holds nothing else outside fixtures', () => {
  const others = all.filter((file) => !/\.(test\.js|tst\.ts)$/.test(file) && !file.startsWith('__test__/types/'))
  expect(others).toEqual([])
})

test('no test is skipped or run alone', () => {
  const { readFileSync } = require('node:fs')
  const marked = all.filter((file) => {
    const text = readFileSync(path.join(root, file), 'utf8')
    return (
      file !== inTree(__filename) && /\b(test|it|describe)\.(skip|only|todo)\b|\b(xit|xtest|fit|fdescribe)\(/.test(text)
    )
  })
  expect(marked).toEqual([])
})
