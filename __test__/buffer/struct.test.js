'use strict'

const fc = require('fast-check')

const { compileStruct } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

/** Each type: how Node reads it. */
const readers = {
  uint8: (bytes, at) => bytes.readUInt8(at),
  int8: (bytes, at) => bytes.readInt8(at),
}
for (const end of ['LE', 'BE']) {
  const add = (name, method, ...more) => {
    readers[`${name}${end.toLowerCase()}`] = (bytes, at) => bytes[`read${method}${end}`](at, ...more)
  }
  for (const bits of [16, 32]) {
    add(`uint${bits}`, `UInt${bits}`)
    add(`int${bits}`, `Int${bits}`)
  }
  for (const width of [3, 5, 6]) {
    add(`uint${width * 8}`, 'UInt', width)
    add(`int${width * 8}`, 'Int', width)
  }
  add('biguint64', 'BigUInt64')
  add('bigint64', 'BigInt64')
  add('float', 'Float')
  add('double', 'Double')
}
const width = (type) => (type.startsWith('float') ? 4 : type.startsWith('double') ? 8 : Number(/\d+/.exec(type)[0]) / 8)
const types = Object.keys(readers)

test('all of Node’s number types, in both orders, any arrangement', () => {
  const field = fc.record({
    type: fc.constantFrom(...types),
    gap: fc.nat(3),
    count: fc.option(fc.integer({ min: 1, max: 3 })),
  })
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 6 }),
      fc.nat(3),
      fc.nat(12),
      fc.noShrink(fc.nat()),
      (specs, rest, records, seed) => {
        const fields = {}
        const offsets = []
        let at = 0
        for (const [n, { count, gap, type }] of specs.entries()) {
          at += gap
          offsets.push(at)
          fields[`f${n}`] = { type, offset: at, ...(count === null ? {} : { count }) }
          at += width(type) * (count ?? 1)
        }
        const size = at + rest
        const struct = compileStruct({ size, fields })
        expect(struct.size).toBe(size)
        const bytes = Buffer.from(
          Array.from({ length: size * records + 1 }, (_, n) => ((seed + n) * 2654435761) >>> 24)
        )
        const columns = struct.columns(bytes, records)
        const unpacked = struct.unpack(bytes, records)
        expect(unpacked).toHaveLength(records)
        for (let record = 0; record < records; record++) {
          for (const [n, { count, type }] of specs.entries()) {
            for (let element = 0; element < (count ?? 1); element++) {
              const expected = readers[type](bytes, record * size + offsets[n] + element * width(type))
              expect(columns[`f${n}`][record * (count ?? 1) + element]).toBe(expected)
              const value = unpacked[record][`f${n}`]
              expect(count === null ? value : value[element]).toBe(expected)
            }
          }
        }
        // Packed again, the fields are what they were; NaNs keep their value, if not their bits.
        for (const packed of [struct.pack(unpacked), struct.pack(columns), struct.pack({ ...columns }, records)]) {
          expect(packed).toHaveLength(size * records)
          expect(struct.unpack(packed)).toEqual(unpacked)
        }
      }
    ),
    { numRuns: 150 }
  )
})

const header = compileStruct({
  size: 48,
  fields: {
    id: 'uint32be',
    name: { type: 'utf8', length: 12 },
    digest: { type: 'bytes', length: 4 },
    flags: { type: 'uint16be', bits: { version: 4, urgent: 1, kind: 11 } },
    small: { type: 'uint8', bits: { low: 3, high: 5 } },
    origin: { fields: { x: 'int16le', y: 'int16le' } },
    points: { count: 3, fields: { x: 'int16be', w: 'uint24le' } },
    levels: { type: 'uint8', count: 2 },
  },
})
const record = {
  id: 0xdeadbeef,
  name: 'naïve 天',
  digest: Buffer.from([1, 2, 3, 4]),
  flags: { version: 9, urgent: 1, kind: 1027 },
  small: { low: 5, high: 17 },
  origin: { x: -5, y: 700 },
  points: [
    { x: 1, w: 65536 },
    { x: -2, w: 2 },
    { x: 3, w: 0xffffff },
  ],
  levels: [7, 255],
}

test('strings, bytes, bits, nested structs and arrays of them', () => {
  const bytes = Buffer.alloc(50, 0xee)
  expect(header.write(record, bytes, 1)).toBe(49)
  expect(header.read(bytes, 1)).toEqual(record)
  expect(bytes.readUInt32BE(1)).toBe(0xdeadbeef)
  // Big-endian bits from the highest down, little-endian and single bytes from the lowest up.
  expect(bytes.readUInt16BE(21)).toBe((9 << 12) | (1 << 11) | 1027)
  expect(bytes[23]).toBe(5 | (17 << 3))
  expect(bytes.readInt16LE(26)).toBe(700)
  expect(bytes.readUIntLE(28 + 2 * 5 + 2, 3)).toBe(0xffffff)
  const columns = header.columns(
    header.pack([
      record,
      { ...record, name: 'plain', points: record.points.toReversed?.() ?? [...record.points].reverse() },
    ])
  )
  expect(columns.name).toEqual(['naïve 天', 'plain'])
  expect(columns.digest).toEqual(Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4))
  expect(columns.flags).toEqual({
    version: Uint32Array.of(9, 9),
    urgent: Uint32Array.of(1, 1),
    kind: Uint32Array.of(1027, 1027),
  })
  expect(columns.small.high).toEqual(Uint32Array.of(17, 17))
  expect(columns.origin).toEqual({ x: Int16Array.of(-5, -5), y: Int16Array.of(700, 700) })
  expect(columns.points.x).toEqual(Int16Array.of(1, -2, 3, 3, -2, 1))
  expect(columns.points.w).toEqual(Uint32Array.of(65536, 2, 0xffffff, 0xffffff, 2, 65536))
  expect(columns.levels).toEqual(Uint8Array.of(7, 255, 7, 255))
  expect(header.unpack(header.pack(columns))[0]).toEqual(record)
})

test('texts end at their first NUL, and all encodings are read', () => {
  const struct = compileStruct({
    fields: {
      a: { type: 'latin1', length: 4 },
      b: { type: 'ascii', length: 2 },
      c: { type: 'utf8', length: 3, count: 2 },
    },
  })
  const bytes = Buffer.from('é\0xxABab\0天cd\0efgh\0\0\0', 'latin1')
  const columns = struct.columns(Buffer.concat([bytes.subarray(0, 12), Buffer.from('wxyzCD天efg')]))
  expect(columns.a).toEqual(['é', 'wxyz'])
  expect(columns.b).toEqual(['AB', 'CD'])
  expect(columns.c[0]).toBe('ab')
  expect(columns.c.slice(2)).toEqual(['天', 'efg'])
  expect(struct.read(bytes).a).toBe('é')
})

test('reused columns keep their arrays', () => {
  const struct = compileStruct({ fields: { a: 'uint16le', t: { type: 'ascii', length: 2 } } })
  const first = struct.columns(Buffer.from('\x01\0aa\x02\0bb\x03\0cc'))
  const { a } = first
  expect(struct.columns(Buffer.from('\x07\0xx\x08\0yy'), 2, first)).toBe(first)
  expect(first.a).toBe(a)
  expect(Array.from(a.subarray(0, 2))).toEqual([7, 8])
  expect(first.t).toEqual(['xx', 'yy'])
  const other = compileStruct({ fields: { a: 'uint16le' } })
  expect(thrown(() => other.columns(Buffer.alloc(8), 2, first))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => struct.columns(Buffer.alloc(40), 4, first))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
})

test('columns without their memory, or over the bytes themselves, are not reused', () => {
  const struct = compileStruct({ fields: { a: 'uint8' } })
  const columns = struct.columns(Buffer.of(1, 2))
  expect(thrown(() => struct.columns(columns.a, 2, columns))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  structuredClone(columns.a, { transfer: [columns.a.buffer] })
  expect(thrown(() => struct.columns(Buffer.of(1, 2), 2, columns))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})

test('records of variable length', () => {
  const struct = compileStruct({
    fields: {
      kind: 'uint8',
      nameLength: 'uint8',
      bodyLength: 'uint16be',
      name: { type: 'utf8', length: 'nameLength' },
      mark: 'uint16le',
      body: { type: 'bytes', length: 'bodyLength' },
      end: 'uint8',
    },
  })
  expect(struct.size).toBeUndefined()
  const content = fc.record({
    kind: fc.nat(255),
    name: fc.string({ unit: 'grapheme', maxLength: 20 }),
    mark: fc.nat(65535),
    body: fc.uint8Array({ maxLength: 300 }),
    end: fc.nat(255),
  })
  fc.assert(
    fc.property(fc.array(content, { maxLength: 6 }), fc.nat(400), (contents, cut) => {
      const records = contents.map((one) => ({
        ...one,
        nameLength: Buffer.byteLength(one.name),
        bodyLength: one.body.length,
        body: Buffer.from(one.body),
      }))
      const bytes = struct.pack(contents)
      expect(struct.unpack(bytes)).toEqual(records)
      // Cut anywhere, whole records are given, and no part of one.
      const part = bytes.subarray(0, Math.max(0, bytes.length - cut))
      const whole = struct.unpack(part)
      expect(records.slice(0, whole.length)).toEqual(whole)
      let at = 0
      for (const one of whole) {
        expect(struct.read(part, at)).toEqual(one)
        at += struct.recordSize(part, at)
      }
      if (whole.length < records.length) expect(struct.recordSize(part, at)).toBe(-1)
    })
  )
  const out = Buffer.alloc(20)
  expect(struct.write({ kind: 1, name: 'ab', mark: 5, body: Uint8Array.of(9), end: 3 }, out, 2)).toBe(
    2 + 4 + 2 + 2 + 1 + 1
  )
  expect(struct.read(out, 2)).toMatchObject({ nameLength: 2, bodyLength: 1, name: 'ab', end: 3 })
  expect(thrown(() => struct.columns(out))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => struct.read(out.subarray(0, 5)))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
})

test('every kind of memory gives the same', () => {
  const struct = compileStruct({ fields: { a: 'uint16be', b: 'int8' } })
  const expected = struct.columns(Buffer.from([1, 2, 3, 4, 5, 255]))
  const fill = (memory, offset = 0) => {
    const view = new Uint8Array(memory, offset, 6)
    view.set([1, 2, 3, 4, 5, 255])
    return view
  }
  const views = [
    fill(new ArrayBuffer(9), 3),
    fill(new SharedArrayBuffer(9), 3),
    fill(new ArrayBuffer(6, { maxByteLength: 20 })),
    new DataView(fill(new ArrayBuffer(6)).buffer),
    new Uint16Array(fill(new ArrayBuffer(6)).buffer),
  ]
  for (const bytes of views) {
    expect(struct.columns(bytes)).toEqual(expected)
    expect(struct.unpack(bytes)).toEqual([
      { a: 258, b: 3 },
      { a: 1029, b: -1 },
    ])
    expect(struct.read(bytes, 3)).toEqual({ a: 1029, b: -1 })
  }
  const detached = fill(new ArrayBuffer(6))
  structuredClone(detached.buffer, { transfer: [detached.buffer] })
  expect(struct.columns(detached).a).toHaveLength(0)
  expect(struct.unpack(detached)).toEqual([])
})

test('descriptions are checked', () => {
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const value = { code: 'ERR_INVALID_ARG_VALUE' }
  const range = { code: 'ERR_OUT_OF_RANGE' }
  const wrongs = [
    [undefined, type],
    [{}, type],
    [{ fields: [] }, type],
    [{ fields: {} }, value],
    [{ fields: { a: 'uint12' } }, value],
    [{ fields: { a: 5 } }, type],
    [{ fields: { a: 'utf8' } }, value],
    [{ fields: { a: { type: 'utf8' } } }, type],
    [{ fields: { a: { type: 'bytes', length: 0 } } }, range],
    [{ fields: { a: { type: 'bytes', length: 'b' } } }, value],
    [{ fields: { b: 'int8', a: { type: 'bytes', length: 'b' } } }, value],
    [{ fields: { b: 'uint8', a: { type: 'bytes', length: 'b', count: 2 } } }, value],
    [{ size: 9, fields: { b: 'uint8', a: { type: 'bytes', length: 'b' } } }, value],
    [{ size: 3, fields: { a: 'uint32le' } }, range],
    [{ fields: { a: { type: 'uint8', count: 0 } } }, range],
    [{ fields: { a: { type: 'uint8', offset: -2 } } }, range],
    [{ fields: { a: { type: 'uint8', bits: { x: 9 } } } }, range],
    [{ fields: { a: { type: 'uint8', bits: { x: 4, y: 5 } } } }, range],
    [{ fields: { a: { type: 'int8', bits: { x: 1 } } } }, value],
    [{ fields: { a: { type: 'floatle', bits: { x: 1 } } } }, value],
    [{ fields: { a: { type: 'uint8', bits: {} } } }, value],
    [{ fields: { a: { count: 2, fields: { b: { type: 'uint8', count: 2 } } } } }, value],
    [{ fields: JSON.parse('{"__proto__":"uint8"}') }, value],
    [{ size: 2 ** 40, fields: { a: 'uint8' } }, range],
  ]
  for (const [description, error] of wrongs) expect(thrown(() => compileStruct(description))).toMatchObject(error)
})

test('arguments and values are checked', () => {
  const struct = compileStruct({
    fields: { a: 'uint16be', t: { type: 'ascii', length: 2 }, f: { type: 'uint8', bits: { x: 3 } } },
  })
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const range = { code: 'ERR_OUT_OF_RANGE' }
  const good = { a: 1, t: 'ab', f: { x: 1 } }
  for (const wrong of [undefined, null, 'text', 5]) {
    for (const method of ['columns', 'unpack', 'read', 'recordSize'])
      expect(thrown(() => struct[method](wrong))).toMatchObject(type)
    expect(thrown(() => struct.pack(wrong))).toMatchObject(type)
    expect(thrown(() => struct.write(good, wrong))).toMatchObject(type)
  }
  for (const count of [-1, 3, 0.5]) {
    expect(thrown(() => struct.columns(Buffer.alloc(10), count))).toMatchObject(range)
    expect(thrown(() => struct.unpack(Buffer.alloc(10), count))).toMatchObject(range)
  }
  expect(thrown(() => struct.read(Buffer.alloc(4)))).toMatchObject(range)
  expect(thrown(() => struct.read(Buffer.alloc(9), 5))).toMatchObject(range)
  expect(thrown(() => struct.write(good, Buffer.alloc(4)))).toMatchObject(range)
  for (const [record, error] of [
    [{ ...good, a: 65536 }, range],
    [{ ...good, a: '1' }, type],
    [{ ...good, t: 'abc' }, range],
    [{ ...good, t: 5 }, type],
    [{ ...good, f: { x: 8 } }, range],
    [{ ...good, f: undefined }, range],
    [null, type],
  ]) {
    expect(thrown(() => struct.pack([record]))).toMatchObject(error)
  }
  const columns = struct.columns(struct.pack([good, good]))
  expect(thrown(() => struct.pack({ ...columns, a: [1, 2] }, 2))).toMatchObject(type)
  expect(thrown(() => struct.pack({ ...columns, a: new Uint16Array(1) }, 2))).toMatchObject(range)
  expect(thrown(() => struct.pack({ ...columns, t: ['a'] }, 2))).toMatchObject(range)
  expect(thrown(() => struct.pack({ ...columns, t: ['a', 1] }, 2))).toMatchObject(type)
  expect(thrown(() => struct.pack({ ...columns, t: ['a', 'abc'] }, 2))).toMatchObject(range)
  expect(thrown(() => struct.pack({ ...columns }))).toMatchObject(type)
})

test('unpacked records are plain objects, of few fields and of many, whatever their names', () => {
  for (const names of [['a'], ['constructor', 'toString', '0'], [...'abcdefgh'], [...'abcdefghijklm']]) {
    const struct = compileStruct({ fields: Object.fromEntries(names.map((name) => [name, 'int16be'])) })
    const bytes = Buffer.from(Array.from({ length: names.length * 2 * 20 }, (_, n) => (n * 97) & 255))
    const records = struct.unpack(bytes)
    expect(records).toHaveLength(20)
    for (const [n, one] of records.entries()) {
      expect(Object.getPrototypeOf(one)).toBe(Object.prototype)
      expect(Object.keys(one).sort()).toEqual([...names].sort())
      expect(one).toEqual(struct.read(bytes, n * names.length * 2))
    }
  }
})

test.each(['toString', 'hasOwnProperty', 'constructor', 'valueOf'])('a struct may be called %s', (name) => {
  const struct = compileStruct({ fields: { [name]: { fields: { call: 'uint8' } } } })
  const first = struct.columns(Buffer.of(1, 2))
  const second = struct.columns(Buffer.of(3))
  expect(Object.hasOwn(first, name)).toBe(true)
  expect([first, second].map((columns) => Array.from(columns[name].call))).toEqual([[1, 2], [3]])
  expect(Object.hasOwn(Object.prototype[name], 'call')).toBe(false)
  expect(Array.from(struct.pack(first, 2))).toEqual([1, 2])
})

test.each(['floatle', 'doublebe', 'int16le', 'biguint64le'])('%s is no length', (type) => {
  const fields = { n: type, a: { type: 'bytes', length: 'n' } }
  expect(thrown(() => compileStruct({ fields }))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => compileStruct({ fields: { n: { type, bits: { a: 1 } } } }))).toMatchObject({
    code: 'ERR_INVALID_ARG_VALUE',
  })
})

test('neither fields nor bits are called __proto__', () => {
  const bits = JSON.parse('{ "__proto__": 4 }')
  for (const fields of [JSON.parse('{ "__proto__": "uint8" }'), { a: { type: 'uint8', bits } }]) {
    expect(thrown(() => compileStruct({ fields }))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  }
})

test('columns fill their memory wholly, so that nothing of what was there before is seen', () => {
  const fields = {
    a: 'uint8',
    b: 'doublele',
    c: 'uint24be',
    d: { type: 'int16le', count: 3 },
    e: { type: 'bytes', length: 3 },
  }
  const struct = compileStruct({ fields })
  for (const count of [1, 7, 100]) {
    const columns = struct.columns(Buffer.alloc(struct.size * count, 0x5a))
    const all = Object.values(columns)
    expect(columns.a.buffer.byteLength).toBe(all.reduce((sum, { byteLength }) => sum + byteLength, 0))
    for (const column of all) expect(column.buffer).toBe(columns.a.buffer)
  }
})
