'use strict'

const zlib = require('node:zlib')

const fc = require('fast-check')

const { deflate, deflateRaw, gunzip, gzip, gzipParallel, inflate, inflateRaw, promises } =
  require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const text = (length) => Buffer.alloc(length, 'a line of a log, GET /api/items/4711 200 12ms\n')

/** What a function returns, or the code of what it throws. */
function outcome(run) {
  try {
    return run()
  } catch ({ code }) {
    return { code }
  }
}

/** Bytes that compress, more or less, of sizes on both sides of what jobs start at. */
const inputs = fc
  .tuple(fc.uint8Array({ maxLength: 400 }), fc.nat(60))
  .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)))

const pairs = [
  ['gzip', gzip, gunzip, zlib.gunzipSync, zlib.gzipSync],
  ['deflate', deflate, inflate, zlib.inflateSync, zlib.deflateSync],
  ['deflateRaw', deflateRaw, inflateRaw, zlib.inflateRawSync, zlib.deflateRawSync],
]
const undone = { gzip: 'gunzip', deflate: 'inflate', deflateRaw: 'inflateRaw' }

test.each(pairs)('%s: Node undoes ours and we undo Node’s', async (name, ours, undo, nodesUndo, nodes) => {
  await fc.assert(
    fc.asyncProperty(inputs, fc.integer({ min: -1, max: 12 }), async (bytes, level) => {
      const packed = ours(bytes, { level })
      expect(nodesUndo(packed).equals(bytes)).toBe(true)
      expect(undo(packed).equals(bytes)).toBe(true)
      expect(undo(nodes(bytes)).equals(bytes)).toBe(true)
      const later = await promises[name](bytes, { level })
      expect(nodesUndo(later).equals(bytes)).toBe(true)
      expect((await promises[undone[name]](later)).equals(bytes)).toBe(true)
    }),
    { numRuns: 60 }
  )
})

test('large results, also beyond every guess, are whole', async () => {
  const zeros = Buffer.alloc(30 * 2 ** 20)
  for (const [name, ours, undo] of pairs) {
    const packed = ours(zeros)
    expect(packed.length).toBeLessThan(zeros.length / 900)
    expect(undo(packed).equals(zeros)).toBe(true)
    expect((await promises[undone[name]](packed)).equals(zeros)).toBe(true)
  }
})

test('a string is its UTF-8 bytes', () => {
  expect(gunzip(gzip('天')).toString()).toBe('天')
})

test('several gzip members are one content, zeros may follow', async () => {
  const members = [gzip('abc'), zlib.gzipSync(text(100_000)), gzip(''), gzip('def')]
  const expected = Buffer.concat([Buffer.from('abc'), text(100_000), Buffer.from('def')])
  for (const bytes of [Buffer.concat(members), Buffer.concat([...members, Buffer.alloc(10)])]) {
    expect(gunzip(bytes).equals(expected)).toBe(true)
    expect((await promises.gunzip(bytes)).equals(expected)).toBe(true)
    expect(zlib.gunzipSync(bytes).equals(expected)).toBe(true)
  }
})

test('whatever is broken ends as it ends in Node, with Node’s words', async () => {
  const packed = zlib.gzipSync(text(20_000))
  const broken = [
    Buffer.alloc(0),
    packed.subarray(0, 5),
    packed.subarray(0, 30),
    packed.subarray(0, -1),
    packed.subarray(0, -8),
    Buffer.from('no gzip at all, but some bytes'),
    Buffer.concat([packed, Buffer.from([0x1f, 0x8b, 0xff, 0xff]), Buffer.alloc(10)]),
    Buffer.concat([packed, Buffer.from('trailing garbage')]),
    Buffer.concat([packed, packed.subarray(0, 40)]),
    Buffer.concat([packed.subarray(0, -6), Buffer.alloc(6)]),
  ]
  for (const bytes of broken) {
    let expected
    try {
      expected = zlib.gunzipSync(bytes)
    } catch (error) {
      const facts = { code: error.code, errno: error.errno, message: error.message }
      expect(thrown(() => gunzip(bytes))).toMatchObject(facts)
      await expect(promises.gunzip(bytes)).rejects.toMatchObject(facts)
      continue
    }
    expect(gunzip(bytes).equals(expected)).toBe(true)
  }
})

test('changed bytes never give another content than Node’s', () => {
  const content = text(3_000)
  const packed = zlib.gzipSync(content)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const bytes = Buffer.from(packed)
        for (const [at, value] of changes) bytes[at] = value
        const theirs = outcome(() => zlib.gunzipSync(bytes, { maxOutputLength: 2 ** 20 }))
        const ours = outcome(() => gunzip(bytes, { maxOutput: 2 ** 20 }))
        // Reserved symbols are lengths to libdeflate: what has the right checksum is right, and Node refuses it.
        if (theirs.code !== undefined && ours.equals?.(content)) return
        expect(ours).toEqual(theirs)
      }
    ),
    { numRuns: 300 }
  )
})

test('the ceiling is exact, and the default 256 MiB', async () => {
  const error = { code: 'ERR_BUFFER_TOO_LARGE', name: 'RangeError' }
  const packed = gzip(text(200_000))
  const zipped = deflate(text(200_000))
  expect(gunzip(packed, { maxOutput: 200_000 })).toHaveLength(200_000)
  expect(inflate(zipped, { maxOutput: 200_000 })).toHaveLength(200_000)
  for (const maxOutput of [199_999, 1]) {
    expect(thrown(() => gunzip(packed, { maxOutput }))).toMatchObject({
      ...error,
      message: `Cannot create a Buffer larger than ${maxOutput} bytes`,
    })
    expect(thrown(() => inflate(zipped, { maxOutput }))).toMatchObject(error)
    for (const pending of [promises.gunzip(packed, { maxOutput }), promises.inflate(zipped, { maxOutput })]) {
      await expect(pending).rejects.toMatchObject(error)
    }
  }
  const bomb = Buffer.concat(Array.from({ length: 17 }, () => gzip(Buffer.alloc(16 * 2 ** 20))))
  expect(thrown(() => gunzip(bomb))).toMatchObject({ ...error, message: /268435456/ })
})

test('a size in the last bytes that is a lie is not believed', () => {
  const packed = gzip(text(50_000))
  for (const size of [0, 10, 49_999, 60_000, 2 ** 32 - 1]) {
    const lying = Buffer.from(packed)
    lying.writeUInt32LE(size, lying.length - 4)
    expect(thrown(() => gunzip(lying))).toMatchObject({ code: 'Z_DATA_ERROR' })
  }
})

test('gzipParallel makes what gunzip of any kind understands', async () => {
  for (const length of [0, 1, 16_384, 16_385, 300_000]) {
    const bytes = text(length)
    const packed = await gzipParallel(bytes, { blockBytes: 16_384, level: 1 })
    expect(zlib.gunzipSync(packed).equals(bytes)).toBe(true)
    expect(gunzip(packed).equals(bytes)).toBe(true)
  }
  await expect(gzipParallel(text(10), { blockBytes: 100 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
})

test.each([300, 20_000])('every kind of memory gives the same: %i bytes', async (length) => {
  const packed = gzip(text(length))
  const shared = new Uint8Array(new SharedArrayBuffer(packed.length + 1), 1)
  shared.set(packed)
  const resizable = new Uint8Array(new ArrayBuffer(packed.length, { maxByteLength: 2 * packed.length }))
  resizable.set(packed)
  for (const bytes of [shared, resizable, new DataView(resizable.buffer)]) {
    expect(gunzip(bytes).equals(text(length))).toBe(true)
    expect((await promises.gunzip(bytes)).equals(text(length))).toBe(true)
    expect(gunzip(gzip(bytes)).equals(packed)).toBe(true)
    expect(gunzip(await promises.gzip(bytes)).equals(packed)).toBe(true)
  }
  const detached = new Uint8Array(10)
  structuredClone(detached.buffer, { transfer: [detached.buffer] })
  expect(gunzip(gzip(detached))).toHaveLength(0)
})

test('arguments are checked', async () => {
  for (const wrong of [undefined, null, 5, {}, new ArrayBuffer(3)]) {
    for (const one of [gzip, deflate, deflateRaw, gunzip, inflate, inflateRaw]) {
      expect(thrown(() => one(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }
    await expect(promises.gzip(wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    await expect(promises.gunzip(wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    await expect(gzipParallel(wrong)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  for (const level of [-2, 13, 1.5])
    expect(thrown(() => gzip('', { level }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  expect(thrown(() => gzip('', { level: '6' }))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  for (const maxOutput of [0, -1, 0.5, 2 ** 53]) {
    expect(thrown(() => gunzip('', { maxOutput }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
  for (const wrong of [null, 5, []]) {
    expect(thrown(() => gzip('', wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => gunzip('', wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
})
