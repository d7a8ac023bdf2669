import type { Matches } from 'ironloop/buffer'
import { blake3, countByte, crc32, MultiFinder, newlineOffsets, promises, xxh3, xxh64 } from 'ironloop/buffer'
import { describe, expect, test } from 'tstyche'

declare const bytes: Buffer

describe('bytes', () => {
  test('are any view, and no string where Node takes none', () => {
    expect(countByte).type.toBeCallableWith(new DataView(new ArrayBuffer(1)), 10)
    expect(countByte).type.toBeCallableWith(new Float64Array(1), 10)
    expect(countByte).type.not.toBeCallableWith('text', 10)
    expect(crc32).type.toBeCallableWith('text')
    expect(crc32(bytes, 0)).type.toBe<number>()
  })
})

describe('MultiFinder', () => {
  const finder = new MultiFinder(['a', bytes], { kind: 'overlapping', caseInsensitive: true })

  test('takes strings and bytes, and kinds by name', () => {
    expect(MultiFinder).type.toBeConstructableWith(['a'] as const)
    expect(MultiFinder).type.not.toBeConstructableWith([1])
    expect(MultiFinder).type.not.toBeConstructableWith(['a'], { kind: 'first' })
  })

  test('gives columns', () => {
    expect(finder.findAll(bytes)).type.toBe<Matches>()
    expect(finder.findAll(bytes).patternIds).type.toBe<Uint32Array<ArrayBuffer>>()
    expect(finder.test(bytes)).type.toBe<boolean>()
  })

  test('replaces by string, bytes, list or function', () => {
    expect(finder.replaceAll(bytes, 'a')).type.toBe<Buffer>()
    expect(finder.replaceAll).type.toBeCallableWith(bytes, ['a', bytes])
    expect(finder.replaceAll).type.toBeCallableWith(
      bytes,
      ({ patternId, start }: { patternId: number; start: number }) => String(patternId + start)
    )
    expect(finder.replaceAll).type.not.toBeCallableWith(bytes, 5)
  })
})

describe('newlineOffsets', () => {
  test('returns the kind of array that it was given', () => {
    expect(newlineOffsets(bytes)).type.toBe<Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>()
    expect(newlineOffsets(bytes, new Float64Array(1))).type.toBe<Float64Array<ArrayBuffer>>()
    expect(newlineOffsets).type.not.toBeCallableWith(bytes, new Int32Array(1))
  })
})

describe('hashes', () => {
  test('return what the encoding says', () => {
    expect(xxh3('text')).type.toBe<bigint>()
    expect(xxh3('text', { bits: 128, seed: 1n })).type.toBe<bigint>()
    expect(xxh3('text', { outputEncoding: 'hex' })).type.toBe<string>()
    expect(xxh64('text', { outputEncoding: 'buffer' })).type.toBe<Buffer>()
    expect(xxh64).type.not.toBeCallableWith('text', { bits: 128 })
    expect(blake3('text')).type.toBe<string>()
    expect(blake3('text', { outputLength: 64 })).type.toBe<string>()
    expect(blake3('text', { outputEncoding: 'buffer' })).type.toBe<Buffer>()
    expect(promises.blake3('text')).type.toBe<Promise<string>>()
    expect(promises.xxh3('text', { outputEncoding: 'buffer' })).type.toBe<Promise<Buffer>>()
  })
})
