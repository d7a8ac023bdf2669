'use strict'

const fc = require('fast-check')

const { MultiFinder } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

/** @typedef {[patternId: number, start: number, end: number]} Row */

/** @returns {Row[]} */
function rows({ count, patternIds, starts, ends }) {
  expect([patternIds.length, starts.length, ends.length]).toEqual([count, count, count])
  return Array.from(patternIds, (id, i) => [id, starts[i], ends[i]])
}

function folded(bytes, fold) {
  return Buffer.from(fold ? bytes.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte)) : bytes)
}

/** The definition, word for word: every pattern tried at every place. */
function naive(patterns, haystack, kind, fold) {
  const text = folded(haystack, fold)
  const needles = patterns.map((pattern) => folded(pattern, fold))
  /** @returns {Row[]} */
  const at = (start) =>
    needles.flatMap((needle, id) => {
      const end = start + needle.length
      return text.subarray(start, end).equals(needle) ? [[id, start, end]] : []
    })
  const all = []
  for (let start = 0; start < text.length; ) {
    const here = at(start)
    if (kind === 'overlapping') all.push(...here)
    if (kind === 'leftmost-longest') here.sort((a, b) => b[2] - a[2])
    if (kind === 'overlapping' || here.length === 0) start++
    else {
      all.push(here[0])
      start = here[0][2]
    }
  }
  return all
}

const byEnds = (a, b) => a[2] - b[2] || a[1] - b[1] || a[0] - b[0]
const kinds = ['leftmost-first', 'leftmost-longest', 'overlapping']
const someBytes = (alphabet, constraints) =>
  fc.array(fc.constantFrom(...Buffer.from(alphabet, 'latin1')), constraints).map((bytes) => Buffer.from(bytes))

describe.each(kinds)('findAll, %s', (kind) => {
  test('finds what the definition says', () => {
    const property = fc.property(
      fc.array(someBytes('aAbB\n\xe9\0', { minLength: 1, maxLength: 5 }), { maxLength: 60 }),
      someBytes('aAbBc\n\xe9\0', { maxLength: 300 }),
      fc.boolean(),
      (patterns, haystack, caseInsensitive) => {
        const finder = new MultiFinder(patterns, { kind, caseInsensitive })
        const found = rows(finder.findAll(haystack))
        if (kind === 'overlapping') found.sort(byEnds)
        expect(found).toEqual(naive(patterns, haystack, kind, caseInsensitive).sort(byEnds))
        expect(finder.test(haystack)).toBe(found.length > 0)
      }
    )
    fc.assert(property, { numRuns: 150 })
  })

  test.each([1, 4, 40, 130, 500])('finds each of %i planted words', (count) => {
    const words = Array.from({ length: count }, (_, n) => `word${n.toString(36).padStart(3, '_')}!`)
    const planted = words.map((word, n) => `${'-'.repeat(n % 70)}${word}`).join('')
    const found = new MultiFinder(words, { kind }).findAll(Buffer.from(planted))
    expect(Array.from(found.patternIds)).toEqual(words.map((_, n) => n))
    expect(Array.from(found.starts)).toEqual(words.map((word) => planted.indexOf(word)))
  })

  test('no pattern, no bytes: no match', () => {
    expect(new MultiFinder([], { kind }).findAll(Buffer.from('text')).count).toBe(0)
    expect(new MultiFinder(['a'], { kind }).findAll(Buffer.alloc(0)).count).toBe(0)
  })

  test('more matches than a search keeps in native code', () => {
    const finder = new MultiFinder(['a'], { kind })
    const { count, starts, ends } = finder.findAll(Buffer.alloc(200_000, 'a'))
    expect([count, starts[199_999], ends[199_999]]).toEqual([200_000, 199_999, 200_000])
    expect(rows(finder.findAll(Buffer.from('ba')))).toEqual([[0, 1, 2]])
  })
})

test('leftmost-first is what a RegExp finds', () => {
  const patterns = ['eval', 'evaluate', 'new Function', 'function', 'unction(']
  const text = 'evaluate(new Function("x"), function() { eval }) function('
  const expected = Array.from(text.matchAll(/eval|evaluate|new Function|function|unction\(/g), (m) => m.index)
  expect(Array.from(new MultiFinder(patterns).findAll(Buffer.from(text)).starts)).toEqual(expected)
})

test('strings are their UTF-8 bytes, and folding is for ASCII letters only', () => {
  const finder = new MultiFinder(['größe'], { caseInsensitive: true })
  expect(rows(finder.findAll(Buffer.from('Größe GRößE GRÖSSE')))).toEqual([
    [0, 0, 7],
    [0, 8, 15],
  ])
})

test('results are the caller’s own, and can be transferred', () => {
  const finder = new MultiFinder(['a'])
  const first = finder.findAll(Buffer.from('aa'))
  finder.findAll(Buffer.from('bba'))
  expect(Array.from(first.starts)).toEqual([0, 1])
  structuredClone(first, { transfer: [first.patternIds.buffer, first.starts.buffer, first.ends.buffer] })
  expect(rows(finder.findAll(Buffer.from('a')))).toEqual([[0, 0, 1]])
})

test('kind and size tell what it was made of', () => {
  const finder = new MultiFinder(['a', 'b'], { kind: 'overlapping' })
  expect([finder.kind, finder.size]).toEqual(['overlapping', 2])
  expect(new MultiFinder([]).kind).toBe('leftmost-first')
})

describe('replaceAll', () => {
  const finder = new MultiFinder(['cat', 'dog', 'catalog'], { kind: 'leftmost-longest' })
  const text = Buffer.from('cat, dog: catalog.')

  test('takes one replacement for all, or one for each pattern', () => {
    expect(finder.replaceAll(text, '*').toString()).toBe('*, *: *.')
    expect(finder.replaceAll(text, Buffer.alloc(0)).toString()).toBe(', : .')
    expect(finder.replaceAll(text, ['chat', Buffer.from('chien'), '']).toString()).toBe('chat, chien: .')
    expect(text.toString()).toBe('cat, dog: catalog.')
  })

  test('takes a function of the match', () => {
    const seen = []
    const replaced = finder.replaceAll(text, (match) => {
      seen.push(match)
      return finder.test(Buffer.from('a dog')) ? `<${match.patternId}>` : ''
    })
    expect(replaced.toString()).toBe('<0>, <1>: <2>.')
    expect(seen[2]).toEqual({ patternId: 2, start: 10, end: 17 })
  })

  test('without a match it is a copy', () => {
    const copy = finder.replaceAll(Buffer.from('birds'), '*')
    expect(copy.toString()).toBe('birds')
    expect(Buffer.isBuffer(copy)).toBe(true)
  })

  test('does what splitting and joining does', () => {
    const property = fc.property(someBytes('abc', { maxLength: 200 }), fc.string({ maxLength: 3 }), (bytes, piece) => {
      const replaced = new MultiFinder(['ab']).replaceAll(bytes, piece)
      expect(replaced.toString()).toBe(bytes.toString().split('ab').join(Buffer.from(piece).toString()))
    })
    fc.assert(property)
  })

  test('refuses overlapping matches and a wrong number of replacements', () => {
    const overlapping = new MultiFinder(['a'], { kind: 'overlapping' })
    expect(thrown(() => overlapping.replaceAll(text, ''))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(thrown(() => finder.replaceAll(text, ['1', '2']))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(thrown(() => finder.replaceAll(text, ['1', '2', 3]))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => finder.replaceAll(text, () => 5))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => finder.replaceAll(text))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })
})
