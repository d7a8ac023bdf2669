'use strict'

const fc = require('fast-check')

const { lz4 } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const corrupt = { code: 'ERR_BUFFER_CORRUPT_DATA' }
const tooLarge = { code: 'ERR_BUFFER_TOO_LARGE', name: 'RangeError' }
const inputs = fc
  .tuple(fc.uint8Array({ maxLength: 400 }), fc.nat(300))
  .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)))

/** The block format, as its specification describes it: slow and plain. */
function naive(block) {
  const out = []
  let at = 0
  const length = (start) => {
    let sum = start
    if (start === 15) {
      let more
      do {
        more = block[at++]
        sum += more
      } while (more === 255)
    }
    return sum
  }
  while (at < block.length) {
    const token = block[at++]
    for (let left = length(token >> 4); left > 0; left--) out.push(block[at++])
    if (at >= block.length) break
    const distance = block[at++] | (block[at++] << 8)
    for (let left = length(token & 15) + 4; left > 0; left--) out.push(out[out.length - distance])
  }
  return Buffer.from(out)
}

test('frames come back', () => {
  fc.assert(
    fc.property(inputs, (bytes) => {
      const frame = lz4.compress(bytes)
      expect(frame.readUInt32LE(0)).toBe(0x184d2204)
      expect(lz4.decompress(frame).equals(bytes)).toBe(true)
    })
  )
})

test('blocks come back, and are what the specification says', () => {
  fc.assert(
    fc.property(inputs, (bytes) => {
      const block = lz4.compressBlock(bytes)
      expect(block.readUInt32LE(0)).toBe(bytes.length)
      expect(lz4.decompressBlock(block).equals(bytes)).toBe(true)
      const bare = lz4.compressBlock(bytes, { prependSize: false })
      expect(bare.equals(block.subarray(4))).toBe(true)
      expect(naive(bare).equals(bytes)).toBe(true)
      expect(lz4.decompressBlock(bare, { length: bytes.length }).equals(bytes)).toBe(true)
    }),
    { numRuns: 50 }
  )
})

test('frames that follow each other are one content', () => {
  const several = Buffer.concat([lz4.compress('one '), lz4.compress(''), lz4.compress('two')])
  expect(lz4.decompress(several).toString()).toBe('one two')
})

test('ceilings hold, and lengths that are lies are refused', () => {
  const bytes = Buffer.alloc(200_000, 'some text')
  const frame = lz4.compress(bytes)
  expect(lz4.decompress(frame, { maxOutput: bytes.length })).toHaveLength(bytes.length)
  expect(thrown(() => lz4.decompress(frame, { maxOutput: bytes.length - 1 }))).toMatchObject(tooLarge)
  const block = lz4.compressBlock(bytes)
  expect(lz4.decompressBlock(block, { maxOutput: bytes.length })).toHaveLength(bytes.length)
  expect(thrown(() => lz4.decompressBlock(block, { maxOutput: bytes.length - 1 }))).toMatchObject(tooLarge)
  for (const length of [0, 199_999, 200_001]) {
    block.writeUInt32LE(length)
    expect(thrown(() => lz4.decompressBlock(block))).toMatchObject(corrupt)
  }
  block.writeUInt32LE(2 ** 32 - 1)
  expect(thrown(() => lz4.decompressBlock(block))).toMatchObject(tooLarge)
  block.writeUInt32LE(2 ** 27)
  expect(thrown(() => lz4.decompressBlock(block))).toMatchObject(corrupt)
})

test('broken bytes throw, or give bytes, and nothing else', () => {
  const packed = [lz4.compress(Buffer.alloc(5000, 'some text')), lz4.compressBlock(Buffer.alloc(5000, 'some text'))]
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1),
      fc.nat(100),
      fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { maxLength: 4 }),
      (kind, cut, changes) => {
        const bytes = Buffer.from(packed[kind].subarray(0, packed[kind].length - cut))
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const undo = kind === 0 ? lz4.decompress : lz4.decompressBlock
        try {
          expect(undo(bytes, { maxOutput: 2 ** 20 }).length).toBeLessThanOrEqual(2 ** 20)
        } catch (error) {
          expect(['ERR_BUFFER_CORRUPT_DATA', 'ERR_BUFFER_TOO_LARGE']).toContain(error.code)
        }
      }
    ),
    { numRuns: 500 }
  )
})

test('arguments are checked', () => {
  for (const wrong of [undefined, null, 5, {}]) {
    for (const one of Object.values(lz4)) {
      expect(thrown(() => one(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }
  }
  for (const one of [lz4.decompress, lz4.decompressBlock, lz4.compressBlock]) {
    expect(thrown(() => one('', null))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  expect(thrown(() => lz4.decompress('', { maxOutput: 0 }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  expect(thrown(() => lz4.decompressBlock('', { length: -1 }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  expect(thrown(() => lz4.compressBlock('', { prependSize: 1 }))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})
