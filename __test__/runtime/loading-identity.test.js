'use strict'

const { runNode, specifier, subpaths } = require('../fixtures/package/run-node.js')

test.each(subpaths)('%s is the same by import and by require, name for name', (subpath) => {
  const { status, stdout, stderr } = runNode(['__test__/fixtures/package/identity.mjs', specifier(subpath)])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { names, differences } = JSON.parse(stdout)
  expect(names.length).toBeGreaterThan(0)
  expect(differences).toEqual([])
})

test('a subpath that is not exported cannot be reached', () => {
  const { stderr } = runNode(['-e', "require('ironloop/lib/index.js')"])
  expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
})
