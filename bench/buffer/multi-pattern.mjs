// Many patterns at once in source text and in random bytes: ours against one RegExp over the bytes as a latin1 string,
// which is the quickest that plain Node has, and against an Aho-Corasick automaton in JavaScript.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { random, randomBytes } from '../harness/random.js'

const MIB = 2 ** 20

// What people scan trees for: the shapes of secrets, dynamic code, marks.
const SECRETS = [
  ...[
    'AKIA',
    'ghp_',
    'sk_live_',
    '-----BEGIN',
    'ASIA',
    'gho_',
    'github_pat_',
    'glpat-',
    'npm_',
    'xoxb-',
    'xoxp-',
    'AIza',
  ],
  ...[
    'ya29.',
    'SG.',
    'hf_',
    'sk-ant-',
    'dop_v1_',
    'hvs.',
    'shpat_',
    'AccountKey=',
    'postgres://',
    'mysql://',
    'mongodb://',
  ],
  ...[
    'aws_secret_access_key',
    '_authToken=',
    'hooks.slack.com/services/',
    'eval(',
    'new Function',
    "Function('",
    'FIXME',
  ],
  ...[
    'child_process',
    'runInNewContext',
    'runInThisContext',
    'process.binding',
    'process.dlopen',
    'TODO',
    'HACK',
    'XXX',
  ],
  ...['rk_live_', 'pypi-AgEI'],
]

/** Real source: the TypeScript compiler, which the repository has for its type tests. */
function sourceText() {
  const require = createRequire(import.meta.url)
  return readFileSync(require.resolve('typescript/lib/typescript.js'))
}

/** Identifiers of the text, in an order of no meaning: a dictionary, of which some words are there. */
function words(text, count) {
  const all = [...new Set(text.toString('latin1').match(/\b[A-Za-z]{6,16}\b/g))].sort()
  const next = random(7)
  return Array.from({ length: count }, () => all.splice(Math.floor(next() * all.length), 1)[0])
}

/** What begins as the most common identifiers do and is not there: no filter by beginnings can skip these. */
function nearMisses(text, count) {
  const counts = new Map()
  for (const [word] of text.toString('latin1', 0, 2 * MIB).matchAll(/\b[A-Za-z]{4,}\b/g)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const common = [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word)
  return common.slice(0, count).map((word, n) => `${word}_${n}(`)
}

function patternsOf(text, { near, patterns }) {
  if (near) return nearMisses(text, patterns)
  return patterns <= SECRETS.length ? SECRETS.slice(0, patterns) : words(text, patterns)
}

function fixture(params) {
  const { data, length = MIB } = params
  const text = sourceText()
  const start = Math.floor(text.length / 2)
  return {
    bytes: data === 'random' ? randomBytes(length, 3) : text.subarray(start, start + length),
    patterns: patternsOf(text, params),
  }
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const rows = [
  { name: '4 patterns, source', data: 'source', patterns: 4, atLeast: { RegExp: 10 } },
  { name: '30 patterns, source', data: 'source', patterns: 30, atLeast: { RegExp: 10 } },
  { name: '40 patterns, source', data: 'source', patterns: 40, atLeast: { RegExp: 10 } },
  { name: '40 patterns, 16 KB of source', data: 'source', patterns: 40, length: 16_384, automaton: true },
  { name: '40 patterns in either case, source', data: 'source', patterns: 40, caseInsensitive: true },
  {
    name: '40 that begin as common words do, source',
    data: 'source',
    patterns: 40,
    near: true,
    atLeast: { RegExp: 0.9 },
  },
  { name: '120 words, source', data: 'source', patterns: 120, atLeast: { RegExp: 3 } },
  { name: '500 words, source', data: 'source', patterns: 500, atLeast: { RegExp: 3 } },
  { name: '4 patterns, random bytes', data: 'random', patterns: 4, atLeast: { RegExp: 0.9 } },
  { name: '40 patterns, random bytes', data: 'random', patterns: 40, atLeast: { RegExp: 0.9 } },
  { name: '120 words, random bytes', data: 'random', patterns: 120, atLeast: { RegExp: 0.9 } },
  { name: '500 words, random bytes', data: 'random', patterns: 500, atLeast: { RegExp: 0.9 } },
  {
    name: '40 patterns, overlapping, source',
    data: 'source',
    patterns: 40,
    overlapping: true,
    automaton: true,
    slow: true,
  },
  {
    name: '500 words, overlapping, source',
    data: 'source',
    patterns: 500,
    overlapping: true,
    automaton: true,
    slow: true,
  },
]

/** Pattern and start of each match, as every contender has to deliver them. */
const pairs = (ids, starts) =>
  Array.from(ids, (id, i) => `${id} ${starts[i]}`)
    .sort()
    .join()

export default {
  title: 'many patterns at once: findAll against one RegExp, and against a JavaScript automaton',
  unit: 'MB/s',
  better: 'higher',
  rows: rows.map((row) => ({ bytes: row.length ?? MIB, ...row })),
  fixture,
  contenders: {
    ironloop: {
      async setup({ caseInsensitive, overlapping }, { bytes, patterns }) {
        const { MultiFinder } = await import('ironloop/buffer')
        const kind = overlapping ? 'overlapping' : 'leftmost-first'
        return { bytes, finder: new MultiFinder(patterns, { caseInsensitive, kind }) }
      },
      run: ({ bytes, finder }) => finder.findAll(bytes),
      answer({ bytes, finder }) {
        const { patternIds, starts } = finder.findAll(bytes)
        return pairs(patternIds, starts)
      },
    },
    RegExp: {
      absent: ({ overlapping }) => (overlapping ? 'finds no overlapping matches' : undefined),
      setup({ caseInsensitive }, { bytes, patterns }) {
        const key = caseInsensitive ? (text) => text.toLowerCase() : (text) => text
        return {
          bytes,
          key,
          ids: new Map(patterns.map((pattern, id) => [key(pattern), id]).reverse()),
          any: new RegExp(patterns.map(escaped).join('|'), caseInsensitive ? 'gi' : 'g'),
        }
      },
      run: search,
      answer(state) {
        const { ids, starts } = search(state)
        return pairs(ids, starts)
      },
    },
    'modern-ahocorasick': {
      // Its /fast variant took 9 s for 64 KB under Node 20.
      absent: ({ automaton }) => (automaton ? undefined : 'slow: takes part in three rows only'),
      async setup({ overlapping }, { bytes, patterns }) {
        const { default: AhoCorasick } = await import('modern-ahocorasick')
        return { automaton: new AhoCorasick(patterns), bytes, strategy: overlapping ? 'all' : 'leftmost-first' }
      },
      run: ({ automaton, bytes, strategy }) => automaton.search(bytes.latin1Slice(), { strategy }),
      answer({ automaton, bytes, strategy }) {
        const found = automaton.search(bytes.latin1Slice(), { strategy })
        return pairs(
          found.map(({ patternIndex }) => patternIndex),
          found.map(({ start }) => start)
        )
      },
    },
  },
}

function search({ any, bytes, ids, key }) {
  const found = { ids: [], starts: [] }
  const text = bytes.latin1Slice()
  any.lastIndex = 0
  for (let match = any.exec(text); match !== null; match = any.exec(text)) {
    found.ids.push(ids.get(key(match[0])))
    found.starts.push(match.index)
  }
  return found
}
