'use strict'

const fc = require('fast-check')

const { DelimiterSplitter, LineSplitter } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

/** Cuts bytes at some places and pushes the chunks, one of them empty. */
function pushed(splitter, bytes, cuts) {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  const pieces = []
  let start = 0
  for (const end of [...at, bytes.length]) {
    const chunk = Buffer.from(bytes.subarray(start, end))
    pieces.push(...splitter.push(chunk))
    // Strings are made already; what is pending was copied.
    if (typeof pieces[0] !== 'object') chunk.fill('!')
    start = end
  }
  pieces.push(...splitter.push(Buffer.alloc(0)), ...splitter.flush())
  return pieces
}

/** The definition, on the whole. */
function split(bytes, delimiter) {
  const pieces = []
  let start = 0
  for (let at = bytes.indexOf(delimiter); at !== -1; at = bytes.indexOf(delimiter, start)) {
    pieces.push(bytes.subarray(start, at))
    start = at + delimiter.length
  }
  if (start < bytes.length) pieces.push(bytes.subarray(start))
  return pieces
}

const texts = fc.array(fc.constantFrom('a', 'line of text', '\n', '\r', '\r\n', 'é', '天', '😀', '--', '-', '\n\n'), {
  maxLength: 60,
})
const cuts = fc.array(fc.nat(1000), { maxLength: 8 })

test.each(['utf8', 'latin1', 'buffer'])('lines are what a split of the whole gives: %s', (encoding) => {
  fc.assert(
    fc.property(texts, cuts, (parts, at) => {
      const bytes = Buffer.from(parts.join(''))
      const expected = split(bytes, Buffer.from('\n')).map((piece) => {
        const line = piece.at(-1) === 13 ? piece.subarray(0, -1) : piece
        return encoding === 'buffer' ? Buffer.from(line) : line.toString(encoding)
      })
      expect(pushed(new LineSplitter({ encoding }), bytes, at)).toEqual(expected)
    })
  )
})

test.each([
  ['all ASCII, without carriage returns', ['some text', ', and more of it', '\n']],
  ['all ASCII, with carriage returns', ['some text', ', and more of it', '\n', '\r\n', '\r']],
  ['not all ASCII', ['some text', ' é', ' 😀', '\n']],
  ['not all ASCII, with carriage returns', ['some text', ' é', ' 😀', '\n', '\r\n', '\r']],
])('lines in chunks that native code scans: %s', (_, parts) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { minLength: 300, maxLength: 3000 }), fc.nat(), (chosen, cut) => {
      const bytes = Buffer.from(chosen.join(''))
      const expected = split(bytes, Buffer.from('\n')).map((piece) => piece.toString().replace(/\r$/, ''))
      const unended = bytes.at(-1) !== 10
      const found = pushed(new LineSplitter(), bytes, [cut])
      expect(found.slice(0, -1)).toEqual(expected.slice(0, -1))
      if (!unended) expect(found.at(-1)).toBe(expected.at(-1))
      expect(found).toHaveLength(expected.length)
    }),
    { numRuns: 40 }
  )
})

test('more lines than a scan keeps', () => {
  for (const count of [4095, 4096, 4097, 20_000]) {
    const bytes = Buffer.alloc(count * 2, 'a\n')
    expect(new LineSplitter().push(bytes)).toEqual(Array(count).fill('a'))
  }
})

test.each(['utf8', 'latin1', 'buffer'])('any delimiter, also across the borders of chunks: %s', (encoding) => {
  const delimiters = fc.constantFrom('-', '--', '\r\n', '\n\n', 'é', '天', 'of', '--\n')
  fc.assert(
    fc.property(texts, cuts, delimiters, (parts, at, delimiter) => {
      const bytes = Buffer.from(parts.join(''))
      const expected = split(bytes, Buffer.from(delimiter)).map((piece) =>
        encoding === 'buffer' ? Buffer.from(piece) : piece.toString(encoding)
      )
      expect(pushed(new DelimiterSplitter(delimiter, { encoding }), bytes, at)).toEqual(expected)
    })
  )
})

test('a delimiter may be any bytes', () => {
  const splitter = new DelimiterSplitter(Buffer.from([0xff, 0x80]))
  expect(splitter.push(Buffer.from([0x61, 0xff, 0x80, 0xc3, 0xa9, 0xff, 0x80, 0xff]))).toEqual(['a', 'é'])
  expect(splitter.push(Buffer.from([0x80, 0x62]))).toEqual([''])
  expect(splitter.flush()).toEqual(['b'])
  expect(splitter.flush()).toEqual([])
})

test('bytes that come one by one', () => {
  const bytes = Buffer.from('one\r\ntwo\r\n\r\nthree')
  const splitter = new LineSplitter()
  const lines = []
  for (const byte of bytes) lines.push(...splitter.push(Uint8Array.of(byte)))
  expect([...lines, ...splitter.flush()]).toEqual(['one', 'two', '', 'three'])
})

test('a piece that is too long throws, wherever it ends', () => {
  const error = { code: 'ERR_BUFFER_PIECE_TOO_LONG', name: 'RangeError' }
  const options = { maxLengthBytes: 10 }
  expect(new LineSplitter(options).push(Buffer.from('0123456789\n0123456789\n'))).toHaveLength(2)
  for (const text of ['0123456789a\nb\n', 'b\n0123456789a\n', 'b\n0123456789a', 'b\néééééé\n', '0123456789a']) {
    for (const encoding of ['utf8', 'buffer']) {
      expect(thrown(() => new LineSplitter({ ...options, encoding }).push(Buffer.from(text)))).toMatchObject(error)
    }
  }
  const splitter = new LineSplitter(options)
  splitter.push(Buffer.from('0123456789'))
  expect(thrown(() => splitter.push(Buffer.from('a\n')))).toMatchObject(error)
  expect(splitter.push(Buffer.from('again\n'))).toEqual(['again'])
})

test('a chunk of any size', () => {
  const line = 'x'.repeat(999)
  const chunk = Buffer.alloc(70_000_003, `${line}\n`)
  const splitter = new LineSplitter()
  const lines = splitter.push(chunk)
  expect(lines).toHaveLength(70_000)
  expect(lines.every((one) => one === line)).toBe(true)
  expect(splitter.flush()).toEqual(['xxx'])
})

test('a long piece without delimiter takes linear time', () => {
  const splitter = new DelimiterSplitter('\r\n\r\n')
  const chunk = Buffer.alloc(1024, '\r\n')
  let pieces = 0
  for (let n = 0; n < 20_000; n++) pieces += splitter.push(chunk.subarray(0, 2)).length
  expect(pieces).toBe(10_000)
  const quiet = new LineSplitter()
  for (let n = 0; n < 20_000; n++) quiet.push(Buffer.alloc(1000, 'x'))
  expect(quiet.push(Buffer.from('\n'))[0]).toHaveLength(20_000_000)
})

test('arguments are checked', () => {
  for (const wrong of [undefined, null, 10, []]) {
    expect(thrown(() => new DelimiterSplitter(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => new LineSplitter().push(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  expect(thrown(() => new DelimiterSplitter(''))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => new LineSplitter(null))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => new LineSplitter({ encoding: 'hex' }))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  for (const maxLengthBytes of [0, -1, 1.5]) {
    expect(thrown(() => new LineSplitter({ maxLengthBytes }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
  expect(thrown(() => new LineSplitter().push('text'))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})
