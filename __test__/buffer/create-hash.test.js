'use strict'

const crypto = require('node:crypto')

const fc = require('fast-check')

const { blake3, crc32, crc32c, createHash, promises, xxh3, xxh64 } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const algorithms = [
  ['xxh64', {}, (bytes) => xxh64(bytes, { outputEncoding: 'hex' })],
  ['xxh64', { seed: 7 }, (bytes) => xxh64(bytes, { seed: 7, outputEncoding: 'hex' })],
  ['xxh3', {}, (bytes) => xxh3(bytes, { outputEncoding: 'hex' })],
  ['xxh3', { bits: 128, seed: 5n }, (bytes) => xxh3(bytes, { bits: 128, seed: 5n, outputEncoding: 'hex' })],
  ['blake3', {}, (bytes) => blake3(bytes)],
  ['blake3', { outputLength: 99 }, (bytes) => blake3(bytes, { outputLength: 99 })],
  ['blake3', { key: Buffer.alloc(32, 'k') }, (bytes) => blake3(bytes, { key: Buffer.alloc(32, 'k') })],
  ['blake3', { context: 'a context' }, (bytes) => blake3(bytes, { context: 'a context' })],
  ['crc32', {}, (bytes) => crc32(bytes).toString(16).padStart(8, '0')],
  ['crc32c', {}, (bytes) => crc32c(bytes).toString(16).padStart(8, '0')],
]

test.each(algorithms)('%s %p over pieces is the hash of the whole', (algorithm, options, whole) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 6 }), (pieces) => {
      const hash = createHash(algorithm, options)
      for (const [n, piece] of pieces.entries()) {
        if (n === 1) hash.copy().update('does not touch it').digest()
        expect(hash.update(piece)).toBe(hash)
      }
      const copy = hash.copy()
      copy.update('more')
      const bytes = Buffer.concat(pieces)
      expect(hash.digest('hex')).toBe(whole(bytes))
      expect(copy.digest('hex')).toBe(whole(Buffer.concat([bytes, Buffer.from('more')])))
    }),
    { numRuns: 40 }
  )
})

test('digests come in every encoding, as a Buffer by default', () => {
  const hash = createHash('xxh3').update('text')
  const value = xxh3('text')
  expect(hash.copy().digest('bigint')).toBe(value)
  expect(hash.copy().digest().readBigUInt64BE()).toBe(value)
  expect(hash.copy().digest('base64url')).toBe(hash.digest().toString('base64url'))
})

test('BLAKE3’s published vectors: hash, keyed, derived, extended', () => {
  // From test_vectors.json of the BLAKE3 team: an input of 3 bytes 0, 1, 2.
  const input = Uint8Array.of(0, 1, 2)
  const options = { outputLength: 40 }
  expect(blake3(input, options)).toMatch(/^e1be4d7a8ab5560aa4199eea339849ba8e293d55ca0a81006726d184519e647f/)
  expect(blake3(input, { ...options, key: Buffer.from('whats the Elvish word for friend') })).toMatch(
    /^39e67b76b5a007d4921969779fe666da67b5213b096084ab674742f0d5ec62b9/
  )
  expect(blake3(input, { ...options, context: 'BLAKE3 2019-12-27 16:29:52 test vectors context' })).toMatch(
    /^440aba35cb006b61fc17c0529255de438efc06a8c9ebf3f2ddac3b5a86705797/
  )
})

test.each([0, 1, 100_000, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 5 * 2 ** 19 + 77])(
  'threads hash %i bytes as one does',
  async (length) => {
    const bytes = Buffer.from(Array.from({ length: Math.min(length, 5000) }, (_, n) => (n * 7) & 255))
    const whole = length === 0 ? bytes : Buffer.alloc(length, bytes)
    for (const outputLength of [32, 100]) {
      expect(await promises.blake3(whole, { outputLength })).toBe(blake3(whole, { outputLength }))
    }
    expect(await promises.sha256(whole)).toBe(crypto.createHash('sha256').update(whole).digest('hex'))
  }
)

test('a digest ends the hash, as in Node', () => {
  const ended = { code: 'ERR_CRYPTO_HASH_FINALIZED', name: 'Error', message: 'Digest already called' }
  for (const algorithm of ['xxh3', 'blake3', 'crc32']) {
    const hash = createHash(algorithm).update('text')
    hash.digest()
    for (const use of [() => hash.digest(), () => hash.update('more'), () => hash.copy()]) {
      expect(thrown(use)).toMatchObject(ended)
    }
  }
})

test('shared and other memory is hashed, too', () => {
  const bytes = Buffer.alloc(1000, 'bytes')
  const shared = new Uint8Array(new SharedArrayBuffer(1000))
  shared.set(bytes)
  for (const [algorithm, options, whole] of algorithms) {
    expect(createHash(algorithm, options).update(shared).update(new DataView(shared.buffer)).digest('hex')).toBe(
      whole(Buffer.concat([bytes, bytes]))
    )
  }
})

test('arguments are checked', async () => {
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const value = { code: 'ERR_INVALID_ARG_VALUE' }
  const range = { code: 'ERR_OUT_OF_RANGE' }
  for (const wrong of ['md5', '', undefined, 5]) expect(thrown(() => createHash(wrong))).toMatchObject(value)
  expect(thrown(() => createHash('xxh3', null))).toMatchObject(type)
  expect(thrown(() => createHash('xxh64', { bits: 128 }))).toMatchObject(value)
  for (const wrong of [undefined, null, 5, {}])
    expect(thrown(() => createHash('xxh3').update(wrong))).toMatchObject(type)
  expect(thrown(() => createHash('xxh3').digest('utf8'))).toMatchObject(value)
  expect(thrown(() => blake3('', { key: 'text' }))).toMatchObject(type)
  expect(thrown(() => blake3('', { key: Buffer.alloc(31) }))).toMatchObject(range)
  expect(thrown(() => blake3('', { context: 5 }))).toMatchObject(type)
  expect(thrown(() => blake3('', { key: Buffer.alloc(32), context: '' }))).toMatchObject(value)
  await expect(promises.blake3('', { context: 'a' })).rejects.toMatchObject(value)
  await expect(promises.sha256(5)).rejects.toMatchObject(type)
  await expect(promises.sha256('', { outputEncoding: 'utf8' })).rejects.toMatchObject(value)
})
