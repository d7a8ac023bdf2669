'use strict'

const { Readable } = require('node:stream')
const fc = require('fast-check')

const { MultiFinder } = require('../../lib/buffer/index.js')
const { search } = require('../../lib/stream/index.js')
const { cutAt } = require('../fixtures/stream/chunks.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const kinds = ['leftmost-first', 'leftmost-longest', 'overlapping']

/** Matches one by one. */
function flat({ count, patternIds, starts, ends }) {
  return Array.from({ length: count }, (_, n) => ({ patternId: patternIds[n], start: starts[n], end: ends[n] }))
}

test.each(kinds)('matches are those in the whole, whatever the chunks: %s', async (kind) => {
  const inputs = fc.array(fc.constantFrom('ab', 'abc', 'bca', 'c', 'x', 'aab'), { maxLength: 60 })
  const cuts = fc.array(fc.nat(200), { maxLength: 8 })
  const patterns = ['abc', 'ab', 'bcab', 'x']
  await fc.assert(
    fc.asyncProperty(inputs, cuts, async (parts, at) => {
      const bytes = Buffer.from(parts.join(''))
      const expected = flat(new MultiFinder(patterns, { kind }).findAll(bytes))
      const chunks = () => Readable.from(cutAt(bytes, at))
      expect(
        await chunks()
          .pipe(search(patterns, { kind, batch: false }))
          .toArray()
      ).toEqual(expected)
      expect((await chunks().pipe(search(patterns, { kind })).toArray()).flatMap(flat)).toEqual(expected)
    })
  )
})

test('a finder serves many streams', async () => {
  const finder = new MultiFinder(['NEEDLE'], { caseInsensitive: true })
  for (let n = 0; n < 3; n++) {
    const found = await Readable.from([Buffer.from('a nee'), Buffer.from('dle')])
      .pipe(search(finder))
      .toArray()
    expect(found.flatMap(flat)).toEqual([{ patternId: 0, start: 2, end: 8 }])
  }
  const options = { caseInsensitive: true, batch: false }
  expect(
    await Readable.from(['xNeedle'])
      .pipe(search(['needle'], options))
      .toArray()
  ).toHaveLength(1)
})

test('arguments are checked', () => {
  expect(thrown(() => search('text'))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => search(['x'], null))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => search(['x'], { batch: 'all' }))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => search(['x'], { kind: 'any' }))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => search(['']))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})
