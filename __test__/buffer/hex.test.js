'use strict'

const fc = require('fast-check')

const { fromHex, toHex } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const digits = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFgG \u0131'), maxLength: 300 }),
  fc
    .tuple(fc.nat(300), fc.constantFrom('x', '\u00e9', '\u0131', '/', ':', '@', '`'))
    .map(([at, wrong]) => `${'aF'.repeat(150).slice(0, at)}${wrong}0123`)
)

test('encodes as toString does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), (bytes, offset) => {
      const target = Buffer.alloc(offset + bytes.length * 2 + 1, 'x')
      expect(toHex(bytes, target, offset)).toBe(bytes.length * 2)
      expect(target.toString()).toBe(`${'x'.repeat(offset)}${Buffer.from(bytes).toString('hex')}x`)
    })
  )
})

test('decodes as Buffer.from does: up to the first pair that is none', () => {
  fc.assert(
    fc.property(digits, fc.boolean(), fc.nat(5), (text, asBytes, offset) => {
      const source = asBytes ? Buffer.from(text, 'latin1') : text
      const expected = Buffer.from(asBytes ? source.toString('latin1') : text, 'hex')
      const target = Buffer.alloc(offset + expected.length + 1, 7)
      const written = fromHex(source, target.subarray(0, offset + expected.length), offset)
      expect(written).toBe(expected.length)
      expect(target.subarray(offset, offset + written).equals(expected)).toBe(true)
      expect(target[offset + written]).toBe(7)
    })
  )
})

test('strictly, the first character that is no digit throws with its offset', () => {
  fc.assert(
    fc.property(digits, fc.boolean(), (text, asBytes) => {
      const source = asBytes ? Buffer.from(text, 'latin1') : text
      const shown = asBytes ? source.toString('latin1') : text
      const target = Buffer.alloc(1000)
      const bad = [...shown].findIndex((one) => !/[0-9a-fA-F]/.test(one))
      if (bad === -1 && shown.length % 2 === 0) {
        expect(fromHex(source, target, 0, { strict: true })).toBe(shown.length / 2)
      } else {
        expect(thrown(() => fromHex(source, target, 0, { strict: true }))).toMatchObject({
          code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
          offset: bad === -1 ? shown.length : bad,
        })
      }
    })
  )
})

test('a target that is too short takes what fits, and strictly throws', () => {
  const target = Buffer.alloc(40)
  expect(fromHex('ff'.repeat(100), target)).toBe(40)
  expect(target.every((byte) => byte === 255)).toBe(true)
  expect(thrown(() => fromHex('ff'.repeat(41), target, 0, { strict: true }))).toMatchObject({
    code: 'ERR_OUT_OF_RANGE',
    message: 'The value of "target.byteLength" is out of range. It must be >= 41. Received 40',
  })
  expect(thrown(() => toHex(Buffer.alloc(20), target, 1))).toMatchObject({
    code: 'ERR_OUT_OF_RANGE',
    message: 'The value of "target.byteLength" is out of range. It must be >= 41. Received 40',
  })
})

test.each([10, 400])('source and target may share memory: %i bytes', (length) => {
  const memory = Buffer.alloc(length * 3, 0xab)
  toHex(memory.subarray(0, length), memory)
  expect(memory.toString('latin1', 0, length * 2)).toBe('ab'.repeat(length))
  expect(fromHex(memory.subarray(0, length * 2), memory)).toBe(length)
  expect(memory.subarray(0, length).every((byte) => byte === 0xab)).toBe(true)
})

test.each([10, 400])('sources may be shared, and views of wider elements: %i bytes', (length) => {
  const shared = new Uint8Array(new SharedArrayBuffer(length)).fill(0x5a)
  const target = Buffer.alloc(length * 2)
  expect(toHex(shared, target)).toBe(length * 2)
  expect(target.toString()).toBe('5a'.repeat(length))
  const wide = new Uint16Array(length).fill(0x6161)
  expect(fromHex(wide, target)).toBe(length)
  expect(target.subarray(0, length).every((byte) => byte === 0xaa)).toBe(true)
})

test('arguments are checked', () => {
  const target = Buffer.alloc(8)
  for (const wrong of [undefined, null, 5, {}, new ArrayBuffer(2)]) {
    expect(thrown(() => toHex(wrong, target))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => fromHex(wrong, target))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => fromHex('', wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  for (const wrong of [-1, 9, 0.5]) {
    expect(thrown(() => fromHex('', target, wrong))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    expect(thrown(() => toHex(target, target, wrong))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
  expect(thrown(() => fromHex('', target, 0, { strict: 'yes' }))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  const shared = new Uint8Array(new SharedArrayBuffer(8))
  expect(thrown(() => toHex(Buffer.alloc(1), shared))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => fromHex('aa', shared))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})
