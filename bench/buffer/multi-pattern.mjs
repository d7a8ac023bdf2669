// Which of many patterns occur where in a Buffer, as a scanner of files meets it: bytes in, pattern ids and offsets out.
// The peers search strings, so turning the bytes into one (latin1, the cheapest way) is part of their work.
import { random, randomBytes } from '../harness/random.js'

const WORDS =
  'const let return function value index result error buffer length callback options while throw import'.split(' ')

/**
 * Patterns none of which begins or ends inside another, so that all kinds of matching agree on them: rare ones as secrets
 * and markers are, or ones that begin as every other word of the text does, which no prefilter can skip.
 */
function patternsOf({ count, kind }) {
  const next = random(5)
  const letters = (length) => Array.from({ length }, () => String.fromCharCode(65 + next() * 26)).join('')
  return Array.from({ length: count }, (_, at) =>
    kind === 'rare' ? `${letters(3 + (at % 6))}_${at.toString(36)}(` : `${WORDS[at % WORDS.length]}_${at.toString(36)}(`
  )
}

/** Text like source code, in which every 200th word or so is one of the patterns. */
function sourceText(bytes, patterns) {
  const next = random(7)
  const pick = (list) => list[(next() * list.length) | 0]
  const lines = []
  for (let length = 0; length < bytes; length += lines.at(-1).length + 1) {
    lines.push(Array.from({ length: 9 }, () => pick(next() < 0.005 ? patterns : WORDS)).join(' '))
  }
  return Buffer.from(lines.join('\n')).subarray(0, bytes)
}

const row = (name, params, times) => ({
  name,
  kind: 'rare',
  text: 'source',
  bytes: 1 << 20,
  ...params,
  atLeast: { RegExp: times, ...(params.text !== 'random' && { 'modern-ahocorasick': times }) },
})

export default {
  title: 'searching a Buffer for many patterns at once, against one RegExp and an Aho-Corasick in JavaScript',
  unit: 'MB/s',
  better: 'higher',
  rows: [
    row('10 patterns, 1 MB of source', { count: 10 }, 10),
    row('30 patterns, 1 MB of source', { count: 30 }, 10),
    row('300 patterns, 1 MB of source', { count: 300 }, 3),
    row('30 patterns, 64 KB of source', { count: 30, bytes: 1 << 16 }, 10),
    row('30 patterns that begin as the words of the source do', { count: 30, kind: 'common' }, 0.9),
    row('30 patterns, 1 MB of random bytes', { count: 30, text: 'random' }, 0.9),
  ],
  fixture(params) {
    const patterns = patternsOf(params)
    const { text, bytes } = params
    return { patterns, haystack: text === 'random' ? randomBytes(bytes, 3) : sourceText(bytes, patterns) }
  },
  contenders: {
    ironloop: {
      async setup(_, { patterns, haystack }) {
        const { MultiFinder } = (await import('ironloop/buffer')).default
        return { finder: new MultiFinder(patterns), haystack }
      },
      run: ({ finder, haystack }) => finder.findAll(haystack),
      answer({ finder, haystack }) {
        const { patternIds, starts } = finder.findAll(haystack)
        return Array.from(patternIds, (id, at) => [id, starts[at]])
      },
    },
    RegExp: {
      setup: (_, { patterns, haystack }) => ({
        expression: new RegExp(patterns.map((pattern) => pattern.replace('(', '\\(')).join('|'), 'g'),
        ids: new Map(patterns.map((pattern, id) => [pattern, id])),
        haystack,
      }),
      run({ expression, ids, haystack }) {
        const found = []
        const text = haystack.latin1Slice()
        expression.lastIndex = 0
        for (let match = expression.exec(text); match; match = expression.exec(text)) {
          found.push([ids.get(match[0]), match.index])
        }
        return found
      },
    },
    'modern-ahocorasick': {
      absent: ({ text }) => text === 'random' && 'it segments text, and takes seconds for 1 MB that is none',
      async setup(_, { patterns, haystack }) {
        const { default: AhoCorasick } = await import('modern-ahocorasick')
        return { matcher: new AhoCorasick(patterns), haystack }
      },
      run: ({ matcher, haystack }) => matcher.search(haystack.latin1Slice()),
      answer: ({ matcher, haystack }) =>
        matcher.search(haystack.latin1Slice()).map(({ patternIndex, start }) => [patternIndex, start]),
    },
  },
}
