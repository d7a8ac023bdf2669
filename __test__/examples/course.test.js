'use strict'

// Every program of the course runs as it stands and prints what its comments say; docs/course.md lists them all.

const { readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { root, runNode } = require('../fixtures/package/run-node.js')
const { printedBy } = require('../fixtures/docs/printed-by.js')

const folder = join(root, 'examples/course')
const programs = readdirSync(folder).filter((name) => name.endsWith('.mjs'))
const page = readFileSync(join(root, 'docs/course.md'), 'utf8')

test.each(programs)('%s', (name) => {
  const { status, stdout, stderr } = runNode([join('examples/course', name)])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const code = readFileSync(join(folder, name), 'utf8')
  for (const printed of printedBy(code)) expect(stdout.split('\n')).toContain(printed)
  const header = /^(?:\/\/ .*\n)+/.exec(code)?.[0] ?? ''
  expect(page).toContain(header.replaceAll('// ', '').trim().replaceAll('\n', ' '))
})

test('the page lists them in order, and nothing else', () => {
  expect([...page.matchAll(/\]\(\.\.\/examples\/course\/(.+)\)/g)].map(([, name]) => name)).toEqual(programs)
})
