'use strict'

const { MultiFinder, blake3, countByte, crc32, crc32c, newlineOffsets, promises, xxh3, xxh64 } =
  require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const type = { code: 'ERR_INVALID_ARG_TYPE', name: 'TypeError' }
const range = { code: 'ERR_OUT_OF_RANGE', name: 'RangeError' }
const value = { code: 'ERR_INVALID_ARG_VALUE', name: 'TypeError' }
const finder = new MultiFinder(['a'])

const notViews = [undefined, null, 1, 1n, true, {}, [], [1, 2], () => {}, new ArrayBuffer(3), Symbol('s')]

test.each(notViews)('%p is not bytes', (wrong) => {
  const searches = [countByte, newlineOffsets, (one) => finder.findAll(one), (one) => finder.test(one)]
  for (const search of searches) expect(thrown(() => search(wrong, 1))).toMatchObject(type)
  expect(thrown(() => finder.replaceAll(wrong, ''))).toMatchObject(type)
  for (const hash of [crc32, crc32c, xxh3, xxh64, blake3]) expect(thrown(() => hash(wrong))).toMatchObject(type)
})

test('a string is bytes for hashes only', () => {
  for (const search of [countByte, newlineOffsets, (one) => finder.findAll(one), (one) => finder.test(one)]) {
    expect(thrown(() => search('text', 1))).toMatchObject(type)
  }
})

test('messages are Node’s', () => {
  expect(() => countByte('text', 1)).toThrow(
    'The "bytes" argument must be an instance of Buffer, TypedArray, or DataView. Received type string (\'text\')'
  )
  expect(() => countByte(Buffer.alloc(0), 256)).toThrow(
    'The value of "byte" is out of range. It must be >= 0 and <= 255. Received 256'
  )
})

test('numbers are checked', () => {
  for (const wrong of [-1, 256, 1.5, Number.NaN])
    expect(thrown(() => countByte(Buffer.alloc(0), wrong))).toMatchObject(range)
  for (const wrong of ['1', undefined, 1n]) expect(thrown(() => countByte(Buffer.alloc(0), wrong))).toMatchObject(type)
  for (const crc of [crc32, crc32c]) {
    for (const wrong of [-1, 2 ** 32, 0.5]) expect(thrown(() => crc('', wrong))).toMatchObject(range)
    expect(thrown(() => crc('', '0'))).toMatchObject(type)
  }
})

test('patterns are checked', () => {
  for (const wrong of [undefined, 'a', new Set(['a']), { length: 1 }]) {
    expect(thrown(() => new MultiFinder(wrong))).toMatchObject(type)
  }
  for (const wrong of [[1], [null], ['a', undefined], [['a']]])
    expect(thrown(() => new MultiFinder(wrong))).toMatchObject(type)
  for (const wrong of [[''], ['a', ''], [new Uint8Array(0)]])
    expect(thrown(() => new MultiFinder(wrong))).toMatchObject(value)
  expect(() => MultiFinder(['a'])).toThrow(TypeError)
})

test('options are checked', () => {
  for (const wrong of [null, 5, 'first', []]) expect(thrown(() => new MultiFinder(['a'], wrong))).toMatchObject(type)
  expect(thrown(() => new MultiFinder(['a'], { kind: 'first' }))).toMatchObject(value)
  expect(thrown(() => new MultiFinder(['a'], { caseInsensitive: 1 }))).toMatchObject(type)
  for (const hash of [xxh3, xxh64, blake3]) {
    for (const wrong of [null, 5, []]) expect(thrown(() => hash('', wrong))).toMatchObject(type)
    expect(thrown(() => hash('', { outputEncoding: 'utf8' }))).toMatchObject(value)
  }
  for (const hash of [xxh3, xxh64]) {
    for (const seed of [-1n, 2n ** 64n, -1, 1.5, 2 ** 53]) expect(thrown(() => hash('', { seed }))).toMatchObject(range)
    for (const seed of ['1', null]) expect(thrown(() => hash('', { seed }))).toMatchObject(type)
    expect(thrown(() => hash('', { bits: 32 }))).toMatchObject(value)
  }
  expect(thrown(() => xxh64('', { bits: 128 }))).toMatchObject(value)
  for (const outputLength of [0, 2 ** 20 + 1, 1.5])
    expect(thrown(() => blake3('', { outputLength }))).toMatchObject(range)
})

test('promise forms reject and never throw', async () => {
  await expect(promises.blake3()).rejects.toMatchObject(type)
  await expect(promises.xxh3('', { bits: 1 })).rejects.toMatchObject(value)
  await expect(promises.blake3('', { outputLength: 0 })).rejects.toMatchObject(range)
})

test('a method of another object is refused, not crashed on', () => {
  const { findAll } = MultiFinder.prototype
  expect(() => findAll.call({}, Buffer.alloc(5))).toThrow(TypeError)
  expect(() => findAll.call(undefined, Buffer.alloc(5))).toThrow(TypeError)
})

test('an error of native code is one of this realm, with the original as its cause', () => {
  const { raw, unshared } = require('../../lib/buffer/raw.js')
  const call = () => {
    try {
      raw().multiFinderTest('no finder', Buffer.alloc(1))
    } catch (error) {
      unshared(Buffer.alloc(1), error)
    }
  }
  const error = thrown(call)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ code: 'ERR_INTERNAL_ASSERTION', cause: { code: 'ERR_INTERNAL_ASSERTION' } })
})

test('a pattern that is left out is no pattern', () => {
  expect(thrown(() => new MultiFinder(new Array(1)))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})
