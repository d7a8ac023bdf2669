'use strict'

const { Finder, MultiFinder, lz4, promises } = require('../../lib/buffer/index.js')

/** Bytes below and above the sizes from which a job is worth it, and how often the marks are in them. */
const SIZES = [0, 1000, 100_000, 1_000_000]

function text(length) {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = 97 + ((at * at) % 23)
  for (let at = 500; at + 10 < length; at += 977) bytes.write('needle', at)
  return bytes
}

test('findAll off the thread is findAll', async () => {
  const finder = new Finder('needle')
  const many = [
    new MultiFinder(['needle', 'eed', 'x'], { kind: 'leftmost-longest' }),
    new MultiFinder(['needle', 'eed', 'x'], { kind: 'overlapping' }),
  ]
  for (const size of SIZES) {
    const bytes = text(size)
    const found = await promises.findAll(finder, bytes)
    expect(found).toEqual(finder.findAll(bytes))
    expect(found.length > 0).toBe(size > 500)
    for (const one of many) expect(await promises.findAll(one, bytes)).toEqual(one.findAll(bytes))
  }
})

test('LZ4 off the thread is LZ4', async () => {
  for (const size of SIZES) {
    const bytes = text(size)
    expect((await promises.lz4.compress(bytes)).equals(lz4.compress(bytes))).toBe(true)
    expect((await promises.lz4.decompress(lz4.compress(bytes))).equals(bytes)).toBe(true)
    for (const prependSize of [true, false]) {
      const block = await promises.lz4.compressBlock(bytes, { prependSize })
      expect(block.equals(lz4.compressBlock(bytes, { prependSize }))).toBe(true)
      const options = prependSize ? {} : { length: size }
      expect((await promises.lz4.decompressBlock(block, options)).equals(bytes)).toBe(true)
    }
  }
})

test('what LZ4 refuses rejects', async () => {
  const zeros = Buffer.alloc(40_000_000)
  const frame = lz4.compress(zeros)
  const block = lz4.compressBlock(zeros)
  expect(Math.min(frame.length, block.length)).toBeGreaterThan(100_000)
  const tooLarge = { code: 'ERR_BUFFER_TOO_LARGE', name: 'RangeError' }
  const corrupt = { code: 'ERR_BUFFER_CORRUPT_DATA' }
  await expect(promises.lz4.decompress(frame, { maxOutput: zeros.length - 1 })).rejects.toMatchObject(tooLarge)
  await expect(promises.lz4.decompressBlock(block, { maxOutput: zeros.length - 1 })).rejects.toMatchObject(tooLarge)
  await expect(promises.lz4.decompress(frame.subarray(0, -1))).rejects.toMatchObject(corrupt)
  await expect(promises.lz4.decompressBlock(block.subarray(0, -1))).rejects.toMatchObject(corrupt)
  await expect(promises.lz4.decompress(frame.subarray(0, 100))).rejects.toMatchObject(corrupt)
  expect((await promises.lz4.decompress(frame, { maxOutput: zeros.length })).equals(zeros)).toBe(true)
})

test('bad arguments reject', async () => {
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const range = { code: 'ERR_OUT_OF_RANGE' }
  for (const wrong of [undefined, null, 'needle', {}]) {
    await expect(promises.findAll(wrong, Buffer.alloc(1))).rejects.toMatchObject(type)
    await expect(promises.findAll(new Finder('a'), wrong)).rejects.toMatchObject(type)
  }
  for (const name of Object.keys(lz4)) await expect(promises.lz4[name](5)).rejects.toMatchObject(type)
  await expect(promises.lz4.decompress('', { maxOutput: -1 })).rejects.toMatchObject(range)
  await expect(promises.lz4.decompressBlock('', { length: -1 })).rejects.toMatchObject(range)
  await expect(promises.lz4.compressBlock('', { prependSize: 1 })).rejects.toMatchObject(type)
})
