import type { Transform } from 'node:stream'
import type { MultiFinder, StreamMatches } from 'ironloop/buffer'
import { compress, decompress, frames, hash, lines, type StreamMatch, search, type TransformOf } from 'ironloop/stream'
import { expect, test } from 'tstyche'

test('lines', () => {
  expect(lines()).type.toBe<TransformOf<string[]>>()
  expect(lines({ batch: 256 })).type.toBe<TransformOf<string[]>>()
  expect(lines({ batch: false })).type.toBe<TransformOf<string>>()
  expect(lines({ encoding: 'buffer', maxLengthBytes: 100 })).type.toBe<TransformOf<Buffer[]>>()
  expect(lines({ batch: false, map: (line: string) => line.length })).type.toBe<TransformOf<number>>()
  expect(lines).type.not.toBeCallableWith({ encoding: 'hex' })
  expect<TransformOf<string>>().type.toBeAssignableTo<Transform>()
})

test('frames', () => {
  const codec = {
    createDecoder: () => ({
      push(_chunk: Buffer, messages: number[]) {
        messages.push(1)
      },
    }),
  }
  expect(frames(codec)).type.toBe<TransformOf<number>>()
  expect(frames(codec, { batch: true })).type.toBe<TransformOf<number[]>>()
})

test('search', () => {
  expect(search(['a', Buffer.from('b')])).type.toBe<TransformOf<StreamMatches>>()
  expect(search(['a'], { batch: false, kind: 'overlapping' })).type.toBe<TransformOf<StreamMatch>>()
  expect(search).type.toBeCallableWith({} as MultiFinder)
})

test('hash and compression', () => {
  expect(hash('sha256')).type.toBe<TransformOf<Buffer>>()
  expect(hash('sha256', { outputEncoding: 'hex' })).type.toBe<TransformOf<string>>()
  expect(compress('gzip', 9)).type.toBe<TransformOf<Buffer>>()
  expect(decompress('zstd')).type.toBe<TransformOf<Buffer>>()
  expect(compress).type.not.toBeCallableWith('zip')
})
