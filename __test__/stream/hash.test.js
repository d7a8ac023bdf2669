'use strict'

const crypto = require('node:crypto')
const { Duplex, Readable } = require('node:stream')
const { pipeline } = require('node:stream/promises')
const fc = require('fast-check')

const buffer = require('../../lib/buffer/index.js')
const { compress, hash } = require('../../lib/stream/index.js')
const { collected, cutAt, cutEvery } = require('../fixtures/stream/chunks.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => (n * 31) >> 3))
const whole = {
  blake3: (data) => buffer.blake3(data, { outputEncoding: 'buffer' }),
  crc32: (data) => buffer.createHash('crc32').update(data).digest(),
  crc32c: (data) => buffer.createHash('crc32c').update(data).digest(),
  xxh3: (data) => buffer.createHash('xxh3').update(data).digest(),
  xxh64: (data) => buffer.createHash('xxh64').update(data).digest(),
}
for (const name of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256']) {
  whole[name] = (data) => crypto.createHash(name).update(data).digest()
}

test.each(Object.keys(whole))('%s of a stream is that of the whole', async (algorithm) => {
  for (const [length, size] of [
    [0, 1],
    [10, 3],
    [70_000, 1000],
    [bytes.length, 65_536],
    [bytes.length, 999_999],
  ]) {
    const data = bytes.subarray(0, length)
    const digests = await Readable.from(cutEvery(data, size)).pipe(hash(algorithm)).toArray()
    expect(digests).toHaveLength(1)
    expect(digests[0].equals(whole[algorithm](data))).toBe(true)
  }
})

test('whatever the chunks', async () => {
  const data = fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.concat([bytes.subarray(0, 280_000), part]))
  await fc.assert(
    fc.asyncProperty(data, fc.array(fc.nat(300_000), { maxLength: 6 }), async (input, cuts) => {
      const [digest] = await Readable.from(cutAt(input, cuts))
        .pipe(hash('sha256', { outputEncoding: 'hex' }))
        .toArray()
      expect(digest).toBe(crypto.createHash('sha256').update(input).digest('hex'))
    }),
    { numRuns: 30 }
  )
})

test('a chunk may be changed once it is written', async () => {
  const stream = hash('sha256', { outputEncoding: 'base64' })
  const chunk = Buffer.alloc(400_000)
  const expected = crypto.createHash('sha256')
  for (let n = 0; n < 20; n++) {
    chunk.fill(n)
    expected.update(chunk)
    await new Promise((resolve) => stream.write(chunk, resolve))
  }
  stream.end()
  expect(await stream.toArray()).toEqual([expected.digest('base64')])
})

test('an end right after the writer had to wait', async () => {
  // A job takes the first 256 KiB; the last of the 1 MiB that may wait behind it is the last chunk of all.
  const data = bytes.subarray(0, 20 * 65_536)
  const digests = await Readable.from(cutEvery(data, 65_536)).pipe(hash('sha512')).toArray()
  expect(digests).toEqual([whole.sha512(data)])
})

test('memory that is shared or of another kind', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(300_000)).fill(7)
  const [digest] = await Readable.from([shared, Buffer.from('text')])
    .pipe(hash('sha512'))
    .toArray()
  const expected = crypto.createHash('sha512').update(Buffer.alloc(300_000, 7)).update('text').digest()
  expect(digest.equals(expected)).toBe(true)
})

test('names are as Node takes them', async () => {
  for (const name of ['SHA256', 'sha-256', 'RSA-SHA256']) {
    const [digest] = await Readable.from(['abc'])
      .pipe(hash(name, { outputEncoding: 'hex' }))
      .toArray()
    expect(digest).toBe(crypto.createHash('sha256').update('abc').digest('hex'))
  }
})

test('in a pipeline, and as a web stream', async () => {
  let digest
  await pipeline(cutEvery(bytes, 65_536), hash('sha256', { outputEncoding: 'hex' }), async (source) => {
    for await (const one of source) digest = one
  })
  const expected = crypto.createHash('sha256').update(bytes).digest('hex')
  expect(digest).toBe(expected)
  const source = Readable.toWeb(Readable.from(cutEvery(bytes, 100_000)))
  for await (const one of source.pipeThrough(Duplex.toWeb(hash('sha256', { outputEncoding: 'hex' })))) digest = one
  expect(digest).toBe(expected)
})

test('it may be destroyed while a job runs', async () => {
  for (let n = 0; n < 20; n++) {
    const stream = hash('blake3')
    stream.write(bytes)
    stream.destroy(n % 2 === 0 ? undefined : new Error('planted'))
    const { error } = n % 2 === 0 ? {} : await collected(stream)
    expect(error?.message).toBe(n % 2 === 0 ? undefined : 'planted')
  }
})

test.each([
  ['a digest', () => hash('sha512')],
  ['compression', () => compress('gzip', 9)],
])('who waits for a write to %s hears when it is destroyed', async (_, make) => {
  for (const error of [undefined, new Error('planted')]) {
    const stream = make().on('error', () => {})
    const written = Array.from({ length: 3 }, () => new Promise((resolve) => stream.write(bytes, resolve)))
    stream.destroy(error)
    const heard = await Promise.all(written)
    expect(heard[2]).toMatchObject(error ?? { code: 'ERR_STREAM_DESTROYED' })
    expect(stream.errored).toBe(error ?? null)
  }
})

test('arguments are checked', () => {
  expect(thrown(() => hash(1))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => hash('sha256', null))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(thrown(() => hash('none'))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => hash('sha256', { outputEncoding: 'x' }))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})
