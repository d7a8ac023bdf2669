'use strict'

const zlib = require('node:zlib')

const fc = require('fast-check')

const { blake3, crc32, crc32c, promises, xxh3, xxh64 } = require('../../lib/buffer/index.js')

/** The textbook form: bit by bit, reflected. */
function naiveCrc(bytes, value, polynomial) {
  let crc = ~value
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  }
  return ~crc >>> 0
}

const anyBytes = fc.uint8Array({ maxLength: 400 })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

test('checksums equal the textbook, from any start', () => {
  fc.assert(
    fc.property(anyBytes, uint32, (bytes, value) => {
      expect(crc32(bytes, value)).toBe(naiveCrc(bytes, value, 0xedb88320))
      expect(crc32c(bytes, value)).toBe(naiveCrc(bytes, value, 0x82f63b78))
      if (zlib.crc32) expect(crc32(bytes, value)).toBe(zlib.crc32(bytes, value))
    })
  )
})

test('checksums continue', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(400), (bytes, cut) => {
      for (const crc of [crc32, crc32c]) {
        expect(crc(bytes.subarray(cut), crc(bytes.subarray(0, cut)))).toBe(crc(bytes))
      }
    })
  )
})

test('published values', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
  expect(crc32c('123456789')).toBe(0xe3069283)
  expect(xxh64('')).toBe(0xef46db3751d8e999n)
  expect(xxh64('abc')).toBe(0x44bc2cf5ad770999n)
  expect(xxh3('')).toBe(0x2d06800538d394c2n)
  expect(xxh3('', { bits: 128 })).toBe(0x99aa06d3014798d86001c324468d497fn)
  expect(blake3('')).toBe('af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262')
  expect(blake3('abc')).toBe('6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85')
})

// The official vectors hash bytes that count up to 250 and start again.
test.each([
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
  [1023, '10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11'],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7'],
  [102400, 'bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085'],
])('BLAKE3 of %i bytes is the official one', (length, digest) => {
  expect(blake3(Uint8Array.from({ length }, (_, n) => n % 251))).toBe(digest)
})

test('the outputs are forms of one digest', () => {
  const hex = blake3('abc')
  expect(blake3('abc', { outputEncoding: 'buffer' }).toString('hex')).toBe(hex)
  expect(blake3('abc', { outputEncoding: 'base64' })).toBe(Buffer.from(hex, 'hex').toString('base64'))
  const long = blake3('abc', { outputLength: 100 })
  expect(long).toHaveLength(200)
  expect(long.startsWith(hex)).toBe(true)
  for (const bits of [64, 128]) {
    const value = xxh3('abc', { bits })
    const shown = value.toString(16).padStart(bits / 4, '0')
    expect(xxh3('abc', { bits, outputEncoding: 'hex' })).toBe(shown)
    expect(xxh3('abc', { bits, outputEncoding: 'buffer' })).toEqual(Buffer.from(shown, 'hex'))
  }
})

test('leading zeros of a digest are kept', () => {
  const small = Array.from({ length: 5000 }, (_, n) => `${n}`).find((text) => xxh64(text) < 2n ** 56n)
  expect(xxh64(small, { outputEncoding: 'hex' })).toHaveLength(16)
})

test('seeds count, as number or bigint', () => {
  expect(xxh3('abc', { seed: 7 })).toBe(xxh3('abc', { seed: 7n }))
  expect(xxh3('abc', { seed: 0 })).toBe(xxh3('abc'))
  const seeds = [0n, 1n, 2n ** 63n, 2n ** 64n - 1n]
  for (const hash of [xxh3, xxh64]) expect(new Set(seeds.map((seed) => hash('abc', { seed }))).size).toBe(4)
})

test('the promise forms give the same, in this realm', async () => {
  for (const data of ['', 'abc', Buffer.alloc(300_000, 'x')]) {
    for (const bits of [64, 128]) {
      expect(await promises.xxh3(data, { bits, seed: 3 })).toBe(xxh3(data, { bits, seed: 3 }))
      expect(await promises.xxh3(data, { bits, outputEncoding: 'hex' })).toBe(
        xxh3(data, { bits, outputEncoding: 'hex' })
      )
    }
    expect(await promises.blake3(data)).toBe(blake3(data))
    expect(await promises.blake3(data, { outputLength: 99 })).toBe(blake3(data, { outputLength: 99 }))
  }
  expect(promises.blake3('')).toBeInstanceOf(Promise)
  expect(await promises.blake3('', { outputEncoding: 'buffer' })).toBeInstanceOf(Buffer)
})

test('a promise form hashes the bytes as they were when it was called', async () => {
  const data = Buffer.alloc(100_000, 1)
  const expected = blake3(data)
  const digest = promises.blake3(data)
  data.fill(2)
  expect(await digest).toBe(expected)
})

test('many promises at once keep their answers apart', async () => {
  const inputs = Array.from({ length: 500 }, (_, n) => `input ${n}`)
  const digests = await Promise.all(inputs.map((input) => promises.xxh3(input)))
  expect(digests).toEqual(inputs.map((input) => xxh3(input)))
})
