'use strict'

const fc = require('fast-check')

const { MultiFinder } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const bytesOf = (length) => fc.uint8Array({ max: 2, maxLength: length })
const patterns = fc.array(fc.uint8Array({ max: 2, minLength: 1, maxLength: 5 }), { maxLength: 5 })

const rows = ({ count, ends, patternIds, starts }) =>
  Array.from({ length: count }, (_, n) => [patternIds[n], starts[n], ends[n]])

test.each(['leftmost-first', 'leftmost-longest', 'overlapping'])(
  'a stream has the matches of the whole: %s',
  (kind) => {
    fc.assert(
      fc.property(patterns, bytesOf(80), fc.array(fc.nat(80), { maxLength: 6 }), (all, bytes, cuts) => {
        const finder = new MultiFinder(all, { kind })
        const stream = finder.stream()
        const found = []
        let start = 0
        for (const end of [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]) {
          const chunk = bytes.slice(start, end)
          found.push(...rows(stream.push(chunk)))
          chunk.fill(9)
          start = end
        }
        found.push(...rows(stream.flush()))
        const sorted = (list) => list.map(String).sort()
        const expected = rows(finder.findAll(bytes))
        expect(kind === 'overlapping' ? sorted(found) : found).toEqual(
          kind === 'overlapping' ? sorted(expected) : expected
        )
        // It begins anew.
        expect([...rows(stream.push(bytes)), ...rows(stream.flush())]).toHaveLength(expected.length)
      }),
      { numRuns: 300 }
    )
  }
)

test('matches are reported as soon as nothing can change them', () => {
  const stream = new MultiFinder(['ab', 'abcd']).stream()
  expect(rows(stream.push(Buffer.from('xab')))).toEqual([])
  expect(rows(stream.push(Buffer.from('cxx')))).toEqual([[0, 1, 3]])
  expect(rows(stream.push(Buffer.from('ab')))).toEqual([])
  expect(rows(stream.flush())).toEqual([[0, 6, 8]])
})

test('chunks are checked', () => {
  const stream = new MultiFinder(['a']).stream()
  for (const wrong of [undefined, null, 'text', []]) {
    expect(thrown(() => stream.push(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
})
