'use strict'

const { Decoder, Encoder } = require('../../lib/internal/values')

/** A registry of shapes as the binding has one. */
function registry() {
  const definitions = []
  return {
    definitions,
    intern(definition) {
      const known = definitions.indexOf(definition)
      return known < 0 ? definitions.push(definition) - 1 : known
    },
    definition: (id) => definitions[id],
  }
}

function roundTrip(value, encoder = new Encoder(), decoder = new Decoder()) {
  encoder.reset()
  encoder.append(value)
  decoder.open(encoder.bytes)
  decoder.openText(encoder.text)
  const result = decoder.next()
  expect(decoder.position).toBe(encoder.position)
  return result
}

describe.each([
  ['inline text', {}],
  ['shared text', { sharedText: true }],
  ['interned shapes', { shapes: registry() }],
])('a captured value, %s', (_, options) => {
  const trip = (value) => roundTrip(value, encoder, decoder)
  let encoder
  let decoder
  beforeEach(() => {
    encoder = new Encoder(options)
    decoder = new Decoder(options)
  })

  test('keeps the numbers that are easily confused', () => {
    for (const number of [0, -0, Number.NaN, 127, 128, -128, -129, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 0.1, Infinity]) {
      expect(Object.is(trip(number), number)).toBe(true)
    }
    expect(trip(2n ** 200n)).toBe(2n ** 200n)
    expect(trip(-1n)).toBe(-1n)
  })

  test('keeps every character, also lone surrogates', () => {
    for (const one of [
      '',
      'a',
      'é',
      '€',
      '\u{1f600}',
      '\ud800',
      'ÿ'.repeat(100),
      'a'.repeat(254),
      '\udfff'.repeat(255),
    ]) {
      expect(trip(one)).toBe(one)
      expect(trip(`${one}${'x'.repeat(400)}`)).toBe(`${one}${'x'.repeat(400)}`)
    }
  })

  test('keeps undefined, holes and properties of arrays apart', () => {
    // biome-ignore lint/suspicious/noSparseArray: the subject
    const holes = trip([1, , undefined])
    expect([holes.length, 1 in holes, 2 in holes]).toEqual([3, false, true])
    const match = trip('match'.match(/(?<first>m)/))
    expect([match.length, match[1], match.index, match.groups.first]).toEqual([2, 'm', 0, 'm'])
    // As many properties as holes: the count alone does not tell.
    // biome-ignore lint/suspicious/noSparseArray: the subject
    const both = trip(Object.assign([, 'one'], { name: 'x' }))
    expect([both.length, 0 in both, both[1], both.name]).toEqual([2, false, 'one', 'x'])
  })

  test('keeps cycles and repeated references', () => {
    const value = { list: [] }
    value.self = value
    value.list.push(value.list, new Map([[value, new Set([value])]]))
    for (let i = 0; i < 20; i++) value.list.push({ i })
    value.again = value.list[15]
    const clone = trip(value)
    expect(clone.self).toBe(clone)
    expect(clone.list[0]).toBe(clone.list)
    expect([...clone.list[1].get(clone)]).toEqual([clone])
    expect(clone.again).toBe(clone.list[15])
    // and the next value starts anew
    expect(trip([{ a: 1 }])).toEqual([{ a: 1 }])
  })

  test('keeps a __proto__ key as a key', () => {
    for (let i = 0; i < 3; i++) {
      const clone = trip(JSON.parse('{"__proto__":{"polluted":1},"a":2}'))
      expect(Object.keys(clone)).toEqual(['__proto__', 'a'])
      expect(clone.polluted).toBeUndefined()
    }
  })

  test('keeps the kinds of objects', () => {
    expect(trip(new Date(5)).getTime()).toBe(5)
    expect(trip(new Date(Number.NaN)).getTime()).toBeNaN()
    expect(trip(/a\/b/gi)).toEqual(/a\/b/gi)
    expect(trip(Object('s'))).toEqual(Object('s'))
    expect(trip(Object(false)).valueOf()).toBe(false)
    expect(trip(new Uint16Array([1, 2]).subarray(1))).toEqual(new Uint16Array([2]))
    expect(trip(new DataView(new ArrayBuffer(4), 1)).byteLength).toBe(3)
    expect(trip(new Uint8Array([1, 2]).buffer).byteLength).toBe(2)
    const resizable = trip(new ArrayBuffer(2, { maxByteLength: 8 }))
    expect([resizable.byteLength, resizable.maxByteLength]).toEqual([2, 8])
    const bytes = trip(Buffer.from('hello'))
    expect(Buffer.isBuffer(bytes)).toBe(true)
    expect(bytes.toString()).toBe('hello')
  })

  test('takes class instances, accessors and toJSON as structuredClone does', () => {
    class Point {
      x = 1
      get y() {
        return 2
      }
      toJSON() {
        return 'json'
      }
    }
    expect(trip(new Point())).toEqual({ x: 1 })
    const accessor = Object.defineProperty({ b: 1 }, 'a', { get: () => 7, enumerable: true })
    expect(trip(accessor)).toEqual({ b: 1, a: 7 })
    expect(Object.getPrototypeOf(trip(Object.create(null)))).toBe(Object.prototype)
    const vanishing = {
      get first() {
        delete this.second
        return 1
      },
      second: 2,
    }
    expect(trip(vanishing)).toEqual({ first: 1 })
  })

  test('keeps what an error carries', () => {
    const error = new TypeError('wrong', { cause: new RangeError('deep') })
    Object.assign(error, { code: 'ERR_X', errno: -2, callback() {}, name: 'Special' })
    error.self = error
    const clone = trip(new Map([['error', error]])).get('error')
    expect(clone).toBeInstanceOf(TypeError)
    expect(clone.cause).toBeInstanceOf(RangeError)
    expect(clone).toMatchObject({ name: 'Special', message: 'wrong', code: 'ERR_X', errno: -2, stack: error.stack })
    expect(clone.self).toBe(clone)
    // What cannot be cloned is left out, so that the error arrives.
    expect('callback' in clone).toBe(false)
    expect(Object.keys(clone)).toEqual(['name', 'code', 'errno', 'self'])
    expect(trip(new AggregateError([error], 'all')).errors[0].code).toBe('ERR_X')
    const abort = trip(AbortSignal.abort().reason)
    expect([abort.name, abort.code, abort instanceof DOMException]).toEqual(['AbortError', 20, true])
  })

  test('refuses what cannot be cloned, and leaves the arena as it was', () => {
    const { port1 } = new MessageChannel()
    const refused = [
      () => 1,
      Symbol('s'),
      Promise.resolve(),
      new WeakMap(),
      new WeakRef({}),
      new Proxy({}, {}),
      new Proxy([], {}),
      new SharedArrayBuffer(1),
      new Uint8Array(new SharedArrayBuffer(1)),
      new Blob([]),
      port1,
      Object(Symbol.iterator),
      [1].values(),
      { deep: [{ inside: () => 1 }] },
    ]
    for (const one of refused) {
      encoder.reset()
      encoder.append('before')
      const { position, text } = encoder
      let thrown
      try {
        encoder.append(one)
      } catch (error) {
        thrown = error
      }
      expect([thrown?.name, thrown?.code]).toEqual(['DataCloneError', 25])
      expect([encoder.position, encoder.text]).toEqual([position, text])
      encoder.append({ after: 1 })
      decoder.open(encoder.bytes)
      decoder.openText(encoder.text)
      expect([decoder.next(), decoder.next()]).toEqual(['before', { after: 1 }])
    }
    port1.close()
  })

  test('is captured at the call', () => {
    const list = [1]
    const bytes = Buffer.from([1])
    encoder.append({ list, bytes })
    list.push(2)
    bytes[0] = 2
    decoder.open(encoder.bytes)
    decoder.openText(encoder.text)
    expect(decoder.next()).toEqual({ list: [1], bytes: Buffer.from([1]) })
  })
})

test('Buffers are views of an arena that the reader owns, else copies', () => {
  const encoder = new Encoder()
  encoder.append(Buffer.from('abc'))
  const decoder = new Decoder()
  decoder.open(encoder.bytes, 0, true)
  expect(decoder.next().buffer).toBe(encoder.bytes.buffer)
  decoder.open(encoder.bytes)
  expect(decoder.next().buffer).not.toBe(encoder.bytes.buffer)
})

test('a shape is interned when it comes the second time, and objects used as dictionaries never are', () => {
  const shapes = registry()
  const [encoder, decoder] = [new Encoder({ shapes }), new Decoder({ shapes })]
  for (let i = 0; i < 20000; i++) roundTrip({ [`key${i}`]: i }, encoder, decoder)
  expect(shapes.definitions).toEqual([])
  expect(encoder.shapes.nodes).toBe(16384)
  const tree = new Encoder({ shapes })
  for (let i = 0; i < 3; i++) expect(roundTrip({ a: i, b: 2 }, tree, decoder)).toEqual({ a: i, b: 2 })
  expect(shapes.definitions).toEqual(['["a","b"]'])
})

test('an object of more keys than a shape may have still arrives', () => {
  const wide = Object.fromEntries(Array.from({ length: 70000 }, (_, i) => [`k${i}`, i]))
  expect(roundTrip(wide)).toEqual(wide)
})

test('a large arena is given back', () => {
  const encoder = new Encoder({ initialBytes: 64 })
  encoder.append(Buffer.alloc(3 << 20))
  expect(encoder.bytes.length).toBeGreaterThan(3 << 20)
  encoder.reset()
  expect(encoder.bytes.length).toBe(64)
})
