import type { Matches } from 'ironloop/buffer'
import {
  blake3,
  compileStruct,
  countByte,
  crc32,
  createHash,
  DelimiterSplitter,
  Finder,
  LineSplitter,
  MultiFinder,
  newlineOffsets,
  promises,
  xxh3,
  xxh64,
} from 'ironloop/buffer'
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

describe('compileStruct', () => {
  const struct = compileStruct({
    size: 40,
    fields: {
      id: 'biguint64le',
      price: 'floatbe',
      name: { type: 'utf8', length: 8 },
      digest: { type: 'bytes', length: 4 },
      flags: { type: 'uint16be', bits: { urgent: 1, kind: 15 } },
      levels: { type: 'int16le', count: 2 },
      at: { fields: { x: 'uint24le' } },
    },
  })

  test('knows the columns of its fields', () => {
    const columns = struct.columns(bytes)
    expect(columns.id).type.toBe<BigUint64Array<ArrayBuffer>>()
    expect(columns.price).type.toBe<Float32Array<ArrayBuffer>>()
    expect(columns.name).type.toBe<string[]>()
    expect(columns.digest).type.toBe<Uint8Array<ArrayBuffer>>()
    expect(columns.flags.urgent).type.toBe<Uint32Array<ArrayBuffer>>()
    expect(columns.levels).type.toBe<Int16Array<ArrayBuffer>>()
    expect(columns.at.x).type.toBe<Uint32Array<ArrayBuffer>>()
    expect(columns).type.not.toHaveProperty('other')
    expect(struct.columns).type.toBeCallableWith(bytes, 5, columns)
  })

  test('knows the values of a record', () => {
    const record = struct.read(bytes)
    expect(record.id).type.toBe<bigint>()
    expect(record.price).type.toBe<number>()
    expect(record.name).type.toBe<string>()
    expect(record.digest).type.toBe<Buffer>()
    expect(record.flags.kind).type.toBe<number>()
    expect(record.levels).type.toBe<number[]>()
    expect(record.at.x).type.toBe<number>()
  })

  test('refuses types that do not exist', () => {
    expect(compileStruct).type.not.toBeCallableWith({ fields: { a: 'uint12' } })
    expect(compileStruct).type.not.toBeCallableWith({ fields: { a: { type: 'utf8' } } })
  })
})

describe('splitters and hashes', () => {
  test('give what their encoding says', () => {
    expect(new LineSplitter().push(bytes)).type.toBe<string[]>()
    expect(new DelimiterSplitter('-', { encoding: 'buffer' }).push(bytes)).type.toBe<Buffer[]>()
    expect(createHash('xxh3', { bits: 128 }).update('text').digest()).type.toBe<Buffer>()
    expect(createHash('blake3').digest('hex')).type.toBe<string>()
    expect(createHash('xxh64').digest('bigint')).type.toBe<bigint>()
    expect(createHash).type.not.toBeCallableWith('md5')
    expect(promises.sha256('text')).type.toBe<Promise<string>>()
  })
  test('off the thread what they are on it', () => {
    expect(promises.findAll(new MultiFinder(['a']), bytes)).type.toBe<Promise<Matches>>()
    expect(promises.findAll(new Finder('a'), bytes)).type.toBe<
      Promise<Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>
    >()
    expect(promises.findAll).type.not.toBeCallableWith('a', bytes)
    expect(promises.lz4.compressBlock('text', { prependSize: false })).type.toBe<Promise<Buffer>>()
  })
})
