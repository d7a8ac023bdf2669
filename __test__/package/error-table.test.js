'use strict'

// One table of errors, stated four times: for the code, for TypeScript, for readers, and in what native code gives.

const fs = require('node:fs')
const path = require('node:path')
const { codes } = require('../../lib/internal/errors.js')
const { filesBelow } = require('../fixtures/package/tree.js')

const root = path.join(__dirname, '../..')
const read = (/** @type {string} */ file) => fs.readFileSync(path.join(root, file), 'utf8')
const sorted = (/** @type {Iterable<string>} */ names) => [...new Set(names)].sort()

/** The rows of docs/errors.md: code, class, native. */
const documented = [...read('docs/errors.md').matchAll(/^\| `(\w+)` +\| (\w+) +\| (yes|) *\|/gm)]

/** The codes in Rust sources, where no comment or test names any but real ones. */
const native = sorted(
  [...filesBelow(root, 'src', '.rs'), ...filesBelow(root, 'crates', '.rs')].flatMap((file) =>
    [...read(file).matchAll(/"(ERR_[A-Z0-9_]+|ABORT_ERR)"/g)].map(([, code]) => code)
  )
)

test('types/errors.d.ts lists the codes of the table', () => {
  const listed = [...read('types/errors.d.ts').matchAll(/'([A-Z][A-Z0-9_]+)'/g)].map(([, code]) => code)
  expect(sorted(listed)).toEqual(sorted(Object.keys(codes)))
})

test('docs/errors.md lists the codes of the table, once each, in order', () => {
  const listed = documented.map(([, code]) => code)
  expect(sorted(listed)).toEqual(sorted(Object.keys(codes)))
  expect(listed.length).toBe(new Set(listed).size)
})

test('docs/errors.md names the class of each code', () => {
  for (const [, code, name] of documented) expect([code, codes[code]?.name]).toEqual([code, name])
})

test('native code gives no code that the table lacks', () => {
  expect(native.filter((code) => codes[code] === undefined)).toEqual([])
})

test('docs/errors.md marks what native code gives', () => {
  const marked = documented.filter(([, , , mark]) => mark === 'yes').map(([, code]) => code)
  expect(sorted(marked)).toEqual(native)
})

test('lib throws only what the table has', () => {
  const used = filesBelow(root, 'lib', '.js').flatMap((file) =>
    [...read(file).matchAll(/\bcodes\.([A-Z][A-Z0-9_]+)/g)].map(([, code]) => `${file}: ${code}`)
  )
  expect(used.filter((use) => codes[use.split(': ')[1]] === undefined)).toEqual([])
})

test.each(Object.keys(codes))('%s can be thrown, caught by code and recognised by its class', (code) => {
  const error = new codes[code]('a', 'b', 'c')
  expect(error.code).toBe(code)
  expect(error.message).not.toBe('')
  expect(String(error)).toContain(`[${code}]`)
  expect(error instanceof codes[code]).toBe(true)
  expect(Object.keys(error)).toEqual(['code'])
})
