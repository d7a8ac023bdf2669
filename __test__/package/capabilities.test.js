'use strict'

const fs = require('node:fs')
const { capabilities } = require('../../lib/index.js')
const { capabilities: withContributors } = require('../../lib/internal/capabilities.js')
const { evaluate } = require('../fixtures/package/run-node.js')

test('says where it runs and which binding was loaded', () => {
  const found = capabilities()
  expect(found).toMatchObject({ platform: process.platform, arch: process.arch, node: process.versions.node })
  expect(found.binding).toMatchObject({ kind: 'native', reason: undefined })
  expect(fs.existsSync(String(found.binding.path))).toBe(true)
  expect(found.binding.path).toContain(found.binding.triple)
})

test.each([
  ['uv-async', ''],
  ['doorbell', 'doorbell'],
])('says that it is woken by %s under IRONLOOP_WAKE=%s', (wake, asked) => {
  expect(evaluate("console.log(require('ironloop').capabilities().wake)", { IRONLOOP_WAKE: asked })).toBe(wake)
})

test.each([
  ['3', '3'],
  ['0', 'default'],
  ['-1', 'default'],
  ['1.5', 'default'],
  ['many', 'default'],
])('threads: IRONLOOP_CPUS=%s gives %s', (asked, expected) => {
  const print = "console.log(require('ironloop').capabilities().threads)"
  const wanted = expected === 'default' ? evaluate(print, { IRONLOOP_CPUS: '' }) : expected
  expect(evaluate(print, { IRONLOOP_CPUS: asked })).toBe(wanted)
})

test('a module whose mechanisms cannot be told costs the others nothing', () => {
  const found = withContributors({
    good: () => ({ spawn: 'clone3' }),
    bad: () => {
      throw new Error('no /proc')
    },
  })
  expect(found.modules).toEqual({ good: { spawn: 'clone3' }, bad: { error: 'no /proc' } })
})
