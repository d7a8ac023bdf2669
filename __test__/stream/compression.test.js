'use strict'

const { randomBytes } = require('node:crypto')
const { Duplex, Readable } = require('node:stream')
const zlib = require('node:zlib')
const fc = require('fast-check')

const { compress, decompress } = require('../../lib/stream/index.js')
const { collected, cutAt, cutEvery } = require('../fixtures/stream/chunks.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const joined = async (stream) => Buffer.concat(await stream.toArray())
const text = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `line ${n} of ${n % 77} things\n`).join(''))
const mixed = Buffer.concat([text, randomBytes(300_000), Buffer.alloc(5_000_000, 'abc')])

const nodes = {
  gzip: [zlib.gzipSync, zlib.gunzipSync],
  deflate: [zlib.deflateSync, zlib.inflateSync],
  'deflate-raw': [zlib.deflateRawSync, zlib.inflateRawSync],
  brotli: [zlib.brotliCompressSync, zlib.brotliDecompressSync],
}
const formats = Object.keys(nodes)

test.each(formats)('%s: Node reads what is written here, and the other way round', async (format) => {
  const [pack, unpack] = nodes[format]
  // Brotli is Node's own here, and slow: the large input is for ours.
  const inputs = format === 'brotli' ? [text.subarray(0, 50_000)] : [text, mixed]
  for (const data of [Buffer.alloc(0), Buffer.from('x'), ...inputs]) {
    for (const level of [1, 6]) {
      const packed = await joined(Readable.from(cutEvery(data, 70_000)).pipe(compress(format, level)))
      expect(unpack(packed).equals(data)).toBe(true)
    }
    const chunks = cutEvery(pack(data), 10_000)
    expect((await joined(Readable.from(chunks).pipe(decompress(format)))).equals(data)).toBe(true)
  }
})

test('levels: more is smaller', async () => {
  const sizes = []
  for (const level of [0, 1, 9]) sizes.push((await joined(Readable.from([text]).pipe(compress('gzip', level)))).length)
  expect(sizes[0]).toBeGreaterThan(text.length)
  expect(sizes[1]).toBeLessThan(text.length / 3)
  expect(sizes[2]).toBeLessThan(sizes[1])
})

test('whatever the chunks', async () => {
  const inputs = fc.array(fc.constantFrom('abc', 'é', '\n', 'the same again '), { maxLength: 200 })
  const cuts = fc.array(fc.nat(2000), { maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(inputs, cuts, fc.constantFrom('gzip', 'deflate', 'deflate-raw'), async (parts, at, format) => {
      const data = Buffer.from(parts.join(''))
      const packed = await joined(Readable.from(cutAt(data, at)).pipe(compress(format)))
      expect((await joined(Readable.from(cutAt(packed, at)).pipe(decompress(format)))).equals(data)).toBe(true)
    }),
    { numRuns: 50 }
  )
})

test('all members of a gzip file, and zeros behind them', async () => {
  const file = Buffer.concat([zlib.gzipSync('one '), zlib.gzipSync('two'), Buffer.alloc(10)])
  for (const size of [1, 7, 1000]) {
    expect(String(await joined(Readable.from(cutEvery(file, size)).pipe(decompress('gzip'))))).toBe('one two')
  }
})

test("broken data ends the stream with the error of zlib's own", async () => {
  const packed = zlib.gzipSync(text)
  const damaged = Buffer.from(packed)
  damaged[packed.length - 6] ^= 1
  const cases = [
    ['gzip', Buffer.from('nonsense')],
    ['gzip', packed.subarray(0, -5)],
    ['gzip', packed.subarray(0, 5)],
    ['gzip', damaged],
    ['deflate', Buffer.from('nonsense')],
    ['deflate', zlib.deflateSync(text).subarray(0, 100)],
    ['deflate-raw', Buffer.from([0xff, 0xff])],
  ]
  const creators = { gzip: zlib.createGunzip, deflate: zlib.createInflate, 'deflate-raw': zlib.createInflateRaw }
  for (const [format, data] of cases) {
    const expected = await collected(Readable.from([data]).pipe(creators[format]()))
    for (const size of [3, 100_000]) {
      const { error } = await collected(Readable.from(cutEvery(data, size)).pipe(decompress(format)))
      const { code, errno, message } = expected.error
      expect({ code: error.code, errno: error.errno, message: error.message }).toEqual({ code, errno, message })
    }
  }
})

test('a small input that expands is given as fast as it is read', async () => {
  const packed = zlib.gzipSync(Buffer.alloc(100 * 2 ** 20))
  const stream = decompress('gzip')
  stream.end(packed)
  let total = 0
  for await (const part of stream) {
    expect(part.length + stream.readableLength).toBeLessThan(8 * 2 ** 20)
    total += part.length
  }
  expect(total).toBe(100 * 2 ** 20)
})

test('a slow reader holds the writer', async () => {
  const stream = compress('gzip', 0)
  let accepted = 0
  for (; accepted < 100; accepted++) {
    const room = await Promise.race([
      new Promise((resolve) => stream.write(mixed.subarray(0, 2 ** 19), () => resolve(true))),
      new Promise((resolve) => setTimeout(resolve, 500, false)),
    ])
    if (!room) break
  }
  expect(accepted).toBeLessThan(20)
  stream.end()
  expect(zlib.gunzipSync(await joined(stream))).toHaveLength((accepted + 1) * 2 ** 19)
})

test('as a web stream', async () => {
  const source = Readable.toWeb(Readable.from(cutEvery(text, 10_000)))
  const parts = []
  for await (const part of source.pipeThrough(Duplex.toWeb(compress('gzip')))) parts.push(part)
  expect(zlib.gunzipSync(Buffer.concat(parts)).equals(text)).toBe(true)
})

test('it may be destroyed while a job runs', () => {
  for (let n = 0; n < 20; n++) {
    const stream = n % 2 === 0 ? compress('gzip', 9) : decompress('gzip')
    stream.on('error', () => {})
    stream.write(mixed)
    stream.destroy()
  }
})

test('arguments are checked', () => {
  expect(thrown(() => compress('zip'))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => decompress('zip'))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  for (const level of [-1, 10, 1.5]) {
    expect(thrown(() => compress('gzip', level))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
  expect(thrown(() => compress('gzip', '6'))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => compress('gzip', 6, null))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})

test('zstd is there where Node has it', async () => {
  if (zlib.createZstdCompress === undefined) {
    expect(thrown(() => compress('zstd'))).toMatchObject({ code: 'ERR_UNSUPPORTED_PLATFORM' })
    expect(thrown(() => decompress('zstd'))).toMatchObject({ code: 'ERR_UNSUPPORTED_PLATFORM' })
    return
  }
  const packed = await joined(Readable.from([text]).pipe(compress('zstd', 5)))
  expect((await joined(Readable.from([packed]).pipe(decompress('zstd')))).equals(text)).toBe(true)
})
