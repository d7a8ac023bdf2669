'use strict'

const node = require('node:buffer')

const fc = require('fast-check')

const { decodeUtf8, transcode, transcodeInto } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

/** Text with all lengths of characters, torn and wrong sequences among it. */
const almostUtf8 = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xc0, 0x80])),
      fc.constant(Buffer.from('a stretch of plain text, as there is most of the time'))
    ),
    { maxLength: 20 }
  )
  .map((parts) => Buffer.concat(parts))

/** Where TextDecoder stops to accept, found by trying. */
function firstInvalid(bytes) {
  const isValid = (part) => {
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part)
      return true
    } catch {
      return false
    }
  }
  if (isValid(bytes)) return -1
  let offset = bytes.length
  while (!isValid(bytes.subarray(0, offset))) offset--
  // The longest valid beginning may end with whole characters only.
  return offset
}

test('decodes as Buffer.toString does, bit for bit', () => {
  fc.assert(
    fc.property(almostUtf8, fc.nat(40), fc.nat(40), (bytes, from, until) => {
      const start = Math.min(from, bytes.length)
      const end = Math.max(start, bytes.length - until)
      expect(decodeUtf8(bytes, start, end)).toBe(bytes.toString('utf8', start, end))
    })
  )
})

test('strictly, text is the same and what is none throws with its offset', () => {
  fc.assert(
    fc.property(almostUtf8, (bytes) => {
      const offset = firstInvalid(bytes)
      if (offset === -1) expect(decodeUtf8(bytes, 0, bytes.length, { strict: true })).toBe(bytes.toString())
      else {
        expect(thrown(() => decodeUtf8(bytes, 0, bytes.length, { strict: true }))).toMatchObject({
          code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
          name: 'TypeError',
          message: 'The encoded data was not valid for encoding utf-8',
          offset,
        })
      }
    })
  )
})

test('the offset counts from the start of the view, and a torn end is not valid', () => {
  const bytes = Buffer.from('héllo 天')
  const strict = { strict: true }
  expect(thrown(() => decodeUtf8(bytes, 2, bytes.length, strict))).toMatchObject({ offset: 2 })
  expect(thrown(() => decodeUtf8(bytes, 0, bytes.length - 1, strict))).toMatchObject({ offset: 7 })
  expect(decodeUtf8(bytes, 3, 7, strict)).toBe('llo ')
  expect(decodeUtf8(Buffer.alloc(0), 0, 0, strict)).toBe('')
  expect(decodeUtf8(Buffer.from('\ufeffbom'), 0, 6, strict)).toBe('\ufeffbom')
})

test('a lone surrogate becomes U+FFFD and leaks nothing', () => {
  expect(decodeUtf8(Buffer.from('a\ud800b'))).toBe('a\ufffdb')
  expect(decodeUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toBe('\ufffd\ufffd\ufffd')
})

const encodings = ['utf8', 'utf16le', 'latin1', 'ascii', 'ucs2', 'binary', 'utf-8', 'UTF-16LE']

test('transcodes as Node does, from every encoding to every other', () => {
  fc.assert(
    fc.property(
      fc.oneof(almostUtf8, fc.uint8Array({ maxLength: 300 })),
      fc.constantFrom(...encodings),
      fc.constantFrom(...encodings),
      (bytes, from, to) => {
        const source = /16|ucs/i.test(from) ? bytes.subarray(0, bytes.length & ~1) : bytes
        if (source.length === 0) return
        let expected
        try {
          expected = node.transcode(source, from, to)
        } catch (error) {
          expect(thrown(() => transcode(source, from, to)).code).toBe(error.code)
          return
        }
        expect(transcode(source, from, to).equals(expected)).toBe(true)
        const target = Buffer.alloc(expected.length + 3, 7)
        expect(transcodeInto(source, target, from, to)).toBe(expected.length)
        expect(target.subarray(0, expected.length).equals(expected)).toBe(true)
        expect(target.subarray(expected.length).equals(Buffer.alloc(3, 7))).toBe(true)
      }
    ),
    { numRuns: 400 }
  )
})

test('every Latin-1 character becomes what its string is in UTF-8, at every length', () => {
  const all = Buffer.from(Array.from({ length: 600 }, (_, n) => (n * 7) & 255))
  for (let length = 0; length <= all.length; length++) {
    const latin1 = all.subarray(0, length)
    expect(transcode(latin1, 'latin1', 'utf8').equals(Buffer.from(latin1.toString('latin1')))).toBe(true)
  }
})

test('a target without room names the room that is needed', () => {
  const source = Buffer.alloc(100, 0xe9)
  for (const to of ['utf8', 'utf16le']) {
    expect(thrown(() => transcodeInto(source, Buffer.alloc(199), 'latin1', to))).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
      message: 'The value of "target.byteLength" is out of range. It must be >= 200. Received 199',
    })
  }
})

test('source and target may share memory', () => {
  const memory = Buffer.alloc(300, 0xe9)
  expect(transcodeInto(memory.subarray(0, 100), memory.subarray(50, 250), 'latin1', 'utf8')).toBe(200)
  expect(memory.subarray(50, 250).toString()).toBe('é'.repeat(100))
})

test('arguments are checked', () => {
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const range = { code: 'ERR_OUT_OF_RANGE' }
  const bytes = Buffer.from('text')
  for (const wrong of [undefined, null, 'text', [], new ArrayBuffer(4)]) {
    expect(thrown(() => decodeUtf8(wrong))).toMatchObject(type)
    expect(thrown(() => transcode(wrong, 'latin1', 'utf8'))).toMatchObject(type)
    expect(thrown(() => transcodeInto(bytes, wrong, 'latin1', 'utf8'))).toMatchObject(type)
  }
  for (const wrong of [-1, 5, 1.5]) expect(thrown(() => decodeUtf8(bytes, wrong))).toMatchObject(range)
  for (const wrong of [1, 5, Number.NaN]) expect(thrown(() => decodeUtf8(bytes, 2, wrong))).toMatchObject(range)
  expect(thrown(() => decodeUtf8(bytes, '0'))).toMatchObject(type)
  expect(thrown(() => decodeUtf8(bytes, 0, 4, { strict: 1 }))).toMatchObject(type)
  expect(thrown(() => decodeUtf8(bytes, 0, 4, null))).toMatchObject(type)
  for (const wrong of ['hex', 'base64', 'utf7', '']) {
    expect(thrown(() => transcode(bytes, wrong, 'utf8'))).toMatchObject({ code: 'ERR_UNKNOWN_ENCODING' })
    expect(thrown(() => transcode(bytes, 'utf8', wrong))).toMatchObject({ code: 'ERR_UNKNOWN_ENCODING' })
  }
  expect(thrown(() => transcode(bytes, undefined, 'utf8'))).toMatchObject(type)
  const shared = new Uint8Array(new SharedArrayBuffer(20))
  expect(thrown(() => transcodeInto(bytes, shared, 'latin1', 'utf8'))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})
