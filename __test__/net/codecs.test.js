'use strict'

const { PassThrough, Readable } = require('node:stream')
const fc = require('fast-check')

const { compileStruct } = require('../../lib/buffer/index.js')
const { delimited, framed, lengthPrefixed, netstring, struct } = require('../../lib/net/index.js')
const { frames } = require('../../lib/stream/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')
const { collected, cutAt, cutEvery } = require('../fixtures/stream/chunks.js')

const encoded = (codec, messages) => Buffer.concat(messages.flatMap((message) => codec.encode(message)))
const decoded = (codec, chunks, options) => Readable.from(chunks).pipe(frames(codec, options)).toArray()

const codecs = {
  netstring: netstring(),
  'delimited by a line feed': delimited('\n'),
  'delimited by several bytes': delimited('\r\n.\r\n'),
}
for (const bytes of [1, 2, 4, 8, 'varint']) {
  for (const endian of ['big', 'little']) {
    for (const includesHeader of [true, false]) {
      codecs[`${bytes} ${endian} ${includesHeader ? 'with' : 'without'} header`] = lengthPrefixed({
        bytes,
        endian,
        includesHeader,
      })
    }
  }
}

test.each(Object.entries(codecs))('messages come back, whatever the chunks: %s', async (_, codec) => {
  const message = fc.uint8Array({ maxLength: 240 }).map((bytes) => Buffer.from(bytes).map((byte) => byte | 128))
  const cuts = fc.array(fc.nat(2000), { maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 10 }), cuts, fc.boolean(), async (messages, at, batch) => {
      const chunks = cutAt(encoded(codec, messages), at)
      const given = await decoded(codec, chunks, { batch })
      expect((batch ? given.flat() : given).map(String)).toEqual(messages.map(String))
    }),
    { numRuns: 40 }
  )
})

test.each(Object.entries(codecs))('bytes that come one by one, and an end within a frame: %s', async (_, codec) => {
  const bytes = encoded(codec, ['one', 'x'.repeat(200), 'two'])
  expect((await decoded(codec, cutEvery(bytes, 1))).map(String)).toEqual(['one', 'x'.repeat(200), 'two'])
  for (const less of [1, 2, bytes.length - 1 - encoded(codec, ['one']).length]) {
    const { items, error } = await collected(Readable.from([bytes.subarray(0, -less)]).pipe(frames(codec)))
    expect(items.map(String)).toEqual(less < 3 ? ['one', 'x'.repeat(200)] : ['one'])
    expect(error).toMatchObject({ code: 'ERR_NET_FRAME_TRUNCATED' })
  }
})

test('lengths stand as they should', () => {
  const hex = (options) => encoded(lengthPrefixed(options), ['abc']).toString('hex')
  expect(hex({ bytes: 1 })).toBe('03616263')
  expect(hex({ bytes: 2, endian: 'little' })).toBe('0300616263')
  expect(hex({})).toBe('00000003616263')
  expect(hex({ includesHeader: true })).toBe('00000007616263')
  expect(hex({ bytes: 8, endian: 'little' })).toBe('0300000000000000616263')
  expect(hex({ bytes: 'varint' })).toBe('03616263')
  expect(hex({ bytes: 'varint', includesHeader: true })).toBe('04616263')
  const long = encoded(lengthPrefixed({ bytes: 'varint' }), [Buffer.alloc(300)])
  expect(long.subarray(0, 2).toString('hex')).toBe('ac02')
  const counted = encoded(lengthPrefixed({ bytes: 'varint', includesHeader: true }), [Buffer.alloc(127)])
  expect(counted.subarray(0, 2).toString('hex')).toBe('8101')
  expect(String(encoded(netstring(), ['hello', '']))).toBe('5:hello,0:,')
})

test('what is too large is refused when its length is read, after the frames before it', async () => {
  const refused = {
    '4 bytes': [lengthPrefixed({ maxFrameBytes: 10 }), Buffer.from('000000036162630000000b', 'hex')],
    varint: [lengthPrefixed({ bytes: 'varint', maxFrameBytes: 10 }), Buffer.from('036162630b', 'hex')],
    'a varint without end': [lengthPrefixed({ bytes: 'varint' }), Buffer.from(`03616263${'ff'.repeat(11)}`, 'hex')],
    '8 bytes': [lengthPrefixed({ bytes: 8 }), Buffer.from('0000000000000003616263ffffffffffffffff', 'hex')],
    netstring: [netstring({ maxFrameBytes: 10 }), Buffer.from('3:abc,11')],
    delimited: [delimited('--', { maxFrameBytes: 10 }), Buffer.from('abc--0123456789ab')],
  }
  for (const [name, [codec, bytes]] of Object.entries(refused)) {
    for (const size of [1, 3, 100]) {
      const { items, error } = await collected(Readable.from(cutEvery(bytes, size)).pipe(frames(codec)))
      expect([name, items.map(String)]).toEqual([name, ['abc']])
      expect(error).toMatchObject({ code: 'ERR_NET_FRAME_TOO_LARGE', name: 'RangeError' })
    }
  }
  const whole = delimited('--', { maxFrameBytes: 10 })
  expect((await decoded(whole, ['0123456789--', '0123', '456789-', '-'])).map(String)).toEqual(
    Array(2).fill('0123456789')
  )
  const { items } = await collected(Readable.from(['abc--0123456789a--x--']).pipe(frames(whole)))
  expect(items.map(String)).toEqual(['abc'])
})

test('what is no frame is refused', async () => {
  const broken = [
    [netstring(), '3:abc;'],
    [netstring(), 'abc'],
    [netstring(), ':abc,'],
    [netstring(), '03:abc,'],
    [lengthPrefixed({ includesHeader: true }), Buffer.from('00000003616263', 'hex')],
  ]
  for (const [codec, bytes] of broken) {
    for (const size of [1, 100]) {
      const { error } = await collected(Readable.from(cutEvery(Buffer.from(bytes), size)).pipe(frames(codec)))
      expect(error).toMatchObject({ code: 'ERR_NET_FRAME_INVALID' })
    }
  }
})

test('a message that does not fit is refused when it is sent', () => {
  const large = { code: 'ERR_NET_FRAME_TOO_LARGE' }
  expect(thrown(() => lengthPrefixed({ bytes: 1 }).encode(Buffer.alloc(256)))).toMatchObject(large)
  expect(thrown(() => lengthPrefixed({ bytes: 1, includesHeader: true }).encode(Buffer.alloc(255)))).toMatchObject(
    large
  )
  expect(thrown(() => netstring({ maxFrameBytes: 2 }).encode('abc'))).toMatchObject(large)
  expect(thrown(() => delimited('\n', { maxFrameBytes: 2 }).encode('abc'))).toMatchObject(large)
  expect(thrown(() => delimited('\n').encode('a\nb'))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => delimited('aa').encode('xa'))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  for (const wrong of [1, null, undefined, {}]) {
    expect(thrown(() => lengthPrefixed().encode(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  expect(thrown(() => lengthPrefixed({ encoding: 'json' }).encode(undefined))).toMatchObject({
    code: 'ERR_INVALID_ARG_VALUE',
  })
})

test('messages as text and as JSON', async () => {
  for (const codec of [lengthPrefixed, netstring, (options) => delimited('\n', options)]) {
    expect(await decoded(codec({ encoding: 'utf8' }), encoded(codec({ encoding: 'utf8' }), ['é天']))).toEqual(['é天'])
    const latin1 = encoded(codec({ encoding: 'latin1' }), ['é'])
    expect(await decoded(codec({ encoding: 'latin1' }), latin1)).toEqual(['é'])
    const values = [{ a: [1, 'x'] }, null, 5]
    const json = await collected(
      Readable.from([encoded(codec({ encoding: 'json' }), [values])]).pipe(frames(codec({ encoding: 'json' })))
    )
    expect(json.items).toEqual([values])
  }
  const { error } = await collected(Readable.from(['1:x,']).pipe(frames(netstring({ encoding: 'json' }))))
  expect(error.name).toBe('SyntaxError')
})

test('records of a struct, of fixed and of variable length', async () => {
  const fixed = { size: 8, fields: { id: 'uint32be', value: 'uint16le' } }
  const variable = { fields: { length: 'uint16be', name: { type: 'utf8', length: 'length' }, end: 'uint8' } }
  const records = { id: 7, value: 500 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 50 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 60 }),
      async (names, size) => {
        const codec = struct(variable)
        const all = names.map((name) => ({ length: Buffer.byteLength(name), name, end: 1 }))
        expect(await decoded(codec, cutEvery(encoded(codec, all), size))).toEqual(all)
      }
    ),
    { numRuns: 40 }
  )
  for (const codec of [struct(fixed), struct(compileStruct(fixed))]) {
    const bytes = encoded(codec, [records, records])
    expect(await decoded(codec, cutEvery(bytes, 3))).toEqual([records, records])
    const { error } = await collected(Readable.from([bytes.subarray(0, 9)]).pipe(frames(codec)))
    expect(error).toMatchObject({ code: 'ERR_NET_FRAME_TRUNCATED' })
  }
  const bounded = struct(variable, { maxFrameBytes: 100 })
  const long = { length: 200, name: 'x'.repeat(200), end: 0 }
  expect(thrown(() => bounded.encode(long))).toMatchObject({ code: 'ERR_NET_FRAME_TOO_LARGE' })
  const { error } = await collected(
    Readable.from(cutEvery(encoded(struct(variable), [long]), 10)).pipe(frames(bounded))
  )
  expect(error).toMatchObject({ code: 'ERR_NET_FRAME_TOO_LARGE' })
})

test.each([
  ['length-prefixed', () => lengthPrefixed()],
  ['netstring', () => netstring()],
  ['delimited', () => delimited('\r\n')],
  ['struct', () => struct({ fields: { n: 'uint32be', bytes: { type: 'bytes', length: 'n' } } })],
])('10 MB in small chunks take linear time: %s', (name, make) => {
  const codec = make()
  const body = Buffer.alloc(10_000_000, 'x')
  const bytes = Buffer.concat([codec.encode(name === 'struct' ? { n: body.length, bytes: body } : body)].flat())
  const time = (size) => {
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < 3; round++) {
      const decoder = codec.createDecoder()
      const messages = []
      const started = performance.now()
      for (let at = 0; at < bytes.length; at += size) decoder.push(bytes.subarray(at, at + size), messages)
      best = Math.min(best, performance.now() - started)
      expect(messages).toHaveLength(1)
    }
    return best
  }
  // Quadratic work would be some 10,000 times 10 MB: minutes.
  expect(time(1000)).toBeLessThan(5000)
})

test("a codec of one's own", async () => {
  const codec = {
    createDecoder: () => ({ push: (chunk, messages) => messages.push(...chunk) }),
    encode: (byte) => Buffer.of(byte),
  }
  expect(await decoded(codec, [Buffer.of(1, 2), Buffer.of(3)])).toEqual([1, 2, 3])
})

test("a codec of one's own that encodes to what is no bytes", () => {
  for (const nothing of ['text', undefined, 5, [Buffer.from('a'), 'text']]) {
    const connection = framed(new PassThrough(), { createDecoder: () => ({ push() {} }), encode: () => nothing })
    expect(thrown(() => connection.send(1))).toMatchObject({ code: 'ERR_INVALID_RETURN_VALUE' })
    connection.destroy()
  }
})

test('arguments are checked', () => {
  const wrongType = { code: 'ERR_INVALID_ARG_TYPE' }
  const wrongValue = { code: 'ERR_INVALID_ARG_VALUE' }
  for (const make of [
    lengthPrefixed,
    netstring,
    (options) => delimited('x', options),
    (options) => struct({ fields: { a: 'uint8' } }, options),
  ]) {
    expect(thrown(() => make(null))).toMatchObject(wrongType)
    expect(thrown(() => make({ maxFrameBytes: 0 }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
  expect(thrown(() => lengthPrefixed({ bytes: 3 }))).toMatchObject(wrongValue)
  expect(thrown(() => lengthPrefixed({ endian: 'middle' }))).toMatchObject(wrongValue)
  expect(thrown(() => lengthPrefixed({ encoding: 'hex' }))).toMatchObject(wrongValue)
  expect(thrown(() => lengthPrefixed({ includesHeader: 1 }))).toMatchObject(wrongType)
  expect(thrown(() => delimited(''))).toMatchObject(wrongValue)
  expect(thrown(() => delimited(1))).toMatchObject(wrongType)
  expect(thrown(() => struct(1))).toMatchObject(wrongType)
  expect(thrown(() => frames({}))).toMatchObject(wrongType)
  expect(thrown(() => frames(netstring(), { batch: 'x' }))).toMatchObject(wrongType)
})
