'use strict'

const { Duplex, Readable, Writable } = require('node:stream')
const { pipeline } = require('node:stream/promises')
const readline = require('node:readline')
const fc = require('fast-check')
const split2 = require('split2')

const { lines } = require('../../lib/stream/index.js')
const { collected, cutAt } = require('../fixtures/stream/chunks.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const texts = fc.array(
  fc.constantFrom('a', 'line of text', '\n', '\r', '\r\n', 'é', '天', '😀', '\n\n', '\ufeff', '\u2028'),
  { maxLength: 50 }
)
const noise = fc.array(fc.constantFrom(0x0a, 0x0d, 0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0xff), { maxLength: 40 })
const cuts = fc.array(fc.nat(1000), { maxLength: 8 })
const bytesOf = fc.oneof(
  texts.map((parts) => Buffer.from(parts.join(''))),
  noise.map((values) => Buffer.from(values))
)

test('line by line it gives what split2 gives, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(bytesOf, cuts, async (bytes, at) => {
      const expected = await Readable.from(cutAt(bytes, at)).pipe(split2()).toArray()
      const given = await Readable.from(cutAt(bytes, at))
        .pipe(lines({ batch: false }))
        .toArray()
      expect(given).toEqual(expected)
    })
  )
})

test('batches are the same lines, in arrays', async () => {
  await fc.assert(
    fc.asyncProperty(bytesOf, cuts, fc.constantFrom(true, 1, 3, 256), async (bytes, at, batch) => {
      const expected = await Readable.from(cutAt(bytes, at))
        .pipe(lines({ batch: false }))
        .toArray()
      const batches = await Readable.from(cutAt(bytes, at)).pipe(lines({ batch })).toArray()
      expect(batches.flat()).toEqual(expected)
      expect(batches.every(({ length }) => length > 0 && length <= (batch === true ? 1000 : batch))).toBe(true)
    })
  )
})

test('lines are what readline gives, where lines end with line feeds', async () => {
  const text = Array.from({ length: 5000 }, (_, n) => `line ${n} é ${'x'.repeat(n % 100)}`).join('\r\n')
  const expected = []
  for await (const line of readline.createInterface({ input: Readable.from([Buffer.from(text)]) })) expected.push(line)
  const given = (
    await Readable.from(cutAt(Buffer.from(text), [7, 100, 5000, 5001]))
      .pipe(lines())
      .toArray()
  ).flat()
  expect(given).toEqual(expected)
})

test('lines as Buffers and in Latin-1', async () => {
  const bytes = Buffer.from([0x61, 0xe9, 0x0a, 0xff, 0x0d, 0x0a, 0x62, 0x0d])
  const chunks = () => Readable.from([bytes.subarray(0, 3), bytes.subarray(3)])
  expect(
    (
      await chunks()
        .pipe(lines({ encoding: 'latin1' }))
        .toArray()
    ).flat()
  ).toEqual(['aé', 'ÿ', 'b\r'])
  const buffers = (
    await chunks()
      .pipe(lines({ encoding: 'buffer' }))
      .toArray()
  ).flat()
  expect(buffers.map((line) => line.toString('hex'))).toEqual(['61e9', 'ff', '620d'])
})

test("a mapper makes values of lines and leaves some out; its error is the stream's", async () => {
  const source = () => Readable.from([Buffer.from('{"a":1}\n\n{"a":2}\n')])
  const map = (line) => (line === '' ? undefined : JSON.parse(line))
  expect((await source().pipe(lines({ map })).toArray()).flat()).toEqual([{ a: 1 }, { a: 2 }])
  expect(
    await source()
      .pipe(lines({ batch: false, map }))
      .toArray()
  ).toEqual([{ a: 1 }, { a: 2 }])
  const { error } = await collected(source().pipe(lines({ map: JSON.parse })))
  expect(error.name).toBe('SyntaxError')
})

test('a line that is too long ends the stream, after the lines before it', async () => {
  const options = { batch: false, maxLengthBytes: 10 }
  for (const text of ['one\ntwo\n0123456789a\nend\n', 'one\ntwo\n0123456789a', 'one\ntwo\néééééé\n']) {
    for (const at of [[], [3], [4], [8], [9], [12], [17], [18], [19], [5, 13, 16]]) {
      const { items, error } = await collected(Readable.from(cutAt(Buffer.from(text), at)).pipe(lines(options)))
      expect(items).toEqual(['one', 'two'])
      expect(error).toMatchObject({ code: 'ERR_STREAM_LINE_TOO_LONG', name: 'RangeError' })
    }
  }
  const fitting = Readable.from([Buffer.from('0123456789\n01234'), Buffer.from('56789\n0123456789')])
  expect(await fitting.pipe(lines(options)).toArray()).toEqual(['0123456789', '0123456789', '0123456789'])
})

test('chunks of one byte, and a long line in small chunks, take linear time', async () => {
  const single = Readable.from(
    (function* () {
      for (let n = 0; n < 300_000; n++) yield Buffer.from(n % 100 === 99 ? '\n' : 'x')
    })()
  )
  expect((await single.pipe(lines()).toArray()).flat()).toHaveLength(3000)
  const long = Readable.from(
    (function* () {
      for (let n = 0; n < 20_000; n++) yield Buffer.alloc(700, 'x')
    })()
  )
  expect((await long.pipe(lines({ encoding: 'buffer' })).toArray())[0][0]).toHaveLength(14_000_000)
})

test('it stands in a pipeline, takes strings, and is a web stream', async () => {
  const given = []
  const target = new Writable({
    objectMode: true,
    write(line, _, callback) {
      given.push(line)
      callback()
    },
  })
  await pipeline(['a\nb', '\nc'], lines({ batch: false }), target)
  expect(given).toEqual(['a', 'b', 'c'])
  const web = Readable.toWeb(Readable.from([Buffer.from('x\ny\nz')])).pipeThrough(Duplex.toWeb(lines()))
  const batches = []
  for await (const batch of web) batches.push(batch)
  expect(batches.flat()).toEqual(['x', 'y', 'z'])
})

test('a slow reader holds the writer', async () => {
  const stream = lines()
  let written = 0
  while (stream.write(Buffer.from('line\n'.repeat(2000)))) written++
  expect(written).toBeLessThan(20)
  expect(stream.readableLength).toBeLessThanOrEqual(2)
  stream.end()
  expect((await stream.toArray()).flat()).toHaveLength((written + 1) * 2000)
})

test('a signal ends it', async () => {
  const controller = new AbortController()
  const ended = collected(lines({ signal: controller.signal }))
  controller.abort()
  expect((await ended).error).toMatchObject({ code: 'ABORT_ERR' })
})

test('arguments are checked', () => {
  for (const options of [null, 1, { batch: 'x' }, { map: 1 }]) {
    expect(thrown(() => lines(options))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  expect(thrown(() => lines({ encoding: 'hex' }))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  for (const options of [{ batch: 0 }, { batch: 1.5 }, { maxLengthBytes: 0 }]) {
    expect(thrown(() => lines(options))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
})
