'use strict'

const { complete } = require('../../bench/harness/scenario.js')

const run = () => 1
const valid = { title: 'a title', unit: 'us', better: 'lower', contenders: { ironloop: { run } } }

test('a declaration gets its defaults', () => {
  expect(complete(valid, 'a/b')).toMatchObject({ name: 'a/b', mode: 'interleaved', params: {}, nodeArgs: [] })
})

test.each([
  ['nothing', undefined, /no default export/],
  ['no title', { ...valid, title: undefined }, /title/],
  ['no unit', { ...valid, unit: undefined }, /unit/],
  ['a wrong direction', { ...valid, better: 'bigger' }, /better/],
  ['a wrong mode', { ...valid, mode: 'serial' }, /mode/],
  ['no ironloop', { ...valid, contenders: { other: { run } } }, /ironloop/],
  ['a contender that does nothing', { ...valid, contenders: { ironloop: {} } }, /run\(\) or measure\(\)/],
  ['run() in a unit without a clock', { ...valid, unit: 'apples' }, /measure\(\) instead/],
  ['bytes per second without bytes', { ...valid, unit: 'MB/s' }, /bytes/],
  ['rows of one name', { ...valid, rows: [{ name: 'a' }, { name: 'a' }] }, /differ/],
])('refuses %s', (_, declared, why) => {
  expect(() => complete(declared, 'a/b')).toThrow(why)
})
