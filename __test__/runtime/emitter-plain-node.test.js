'use strict'

// The emitter in plain node: what Jest's sandbox hides, since its Error and its globals are not those of Node.

const path = require('node:path')
const { runNode } = require('../fixtures/package/run-node.js')

const fixture = (/** @type {string} */ name) => path.join(__dirname, `../fixtures/events/emitter-${name}.js`)

test.each([
  ['domains are entered, also by emitters that were there before them', 'domains'],
  ['too many listeners are warned of as by Node', 'warnings'],
  ['an emitter with an async context calls its listeners there', 'async-resource'],
  ['an emitter takes no more memory than one of Node', 'memory'],
])('%s', (_, name) => {
  const { status, stdout, stderr } = runNode(['--expose-gc', '--no-warnings', fixture(name)])
  expect([status, stdout, stderr]).toEqual([0, 'ok\n', ''])
})

test("an 'error' that nobody listens to ends the process, and its trace says where it was emitted", () => {
  const { status, stderr } = runNode([fixture('uncaught')])
  expect(status).toBe(1)
  expect(stderr).toMatch(/RangeError: nobody listens/)
  expect(stderr).toMatch(/Emitted 'error' event on Queue instance at:/)
  expect(stderr).toMatch(/later/)
})
