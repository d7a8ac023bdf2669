'use strict'

const fc = require('fast-check')

const { Finder } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const few = (length) => fc.uint8Array({ max: 2, maxLength: length })
const padding = fc.constantFrom(0, 600)

test('find and lastIndexOf are indexOf and lastIndexOf', () => {
  fc.assert(
    fc.property(
      few(60),
      fc.uint8Array({ max: 2, minLength: 1, maxLength: 5 }),
      fc.nat(700),
      padding,
      (some, needle, from, more) => {
        const bytes = Buffer.concat([some, Buffer.alloc(more, 1)])
        const finder = new Finder(needle)
        expect(finder.find(bytes)).toBe(bytes.indexOf(needle))
        expect(finder.find(bytes, from)).toBe(from > bytes.length ? -1 : bytes.indexOf(needle, from))
        expect(finder.lastIndexOf(bytes)).toBe(bytes.lastIndexOf(needle))
        expect(finder.lastIndexOf(bytes, from)).toBe(bytes.lastIndexOf(needle, Math.min(from, bytes.length)))
      }
    ),
    { numRuns: 500 }
  )
})

test('findAll gives the matches that do not overlap, from the left', () => {
  fc.assert(
    fc.property(few(200), fc.uint8Array({ max: 2, minLength: 1, maxLength: 4 }), (some, needle) => {
      const bytes = Buffer.from(some)
      const expected = []
      for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + needle.length)) expected.push(at)
      expect(Array.from(new Finder(needle).findAll(bytes))).toEqual(expected)
    })
  )
})

test('needles are copied, strings are their UTF-8 bytes', () => {
  const needle = Buffer.from('天')
  const finder = new Finder(needle)
  needle.fill(0)
  expect(finder.find(Buffer.from('xx天'))).toBe(2)
  expect(new Finder('天').find(Buffer.from('xx天'))).toBe(2)
  expect(finder.needleLength).toBe(3)
})

test('needles that defeat simple searches cost no more than a pass', () => {
  const length = 2 ** 20
  const bytes = Buffer.alloc(length, 'a')
  for (const needle of [`${'a'.repeat(500)}b`, `b${'a'.repeat(500)}`, `${'a'.repeat(250)}b${'a'.repeat(250)}`]) {
    const finder = new Finder(needle)
    const start = process.cpuUsage()
    expect(finder.find(bytes)).toBe(-1)
    expect(finder.lastIndexOf(bytes)).toBe(-1)
    expect(finder.findAll(bytes)).toHaveLength(0)
    const { user, system } = process.cpuUsage(start)
    // A quadratic search takes 500 passes of a millisecond.
    expect((user + system) / 1e3).toBeLessThan(300)
  }
})

test.each([40, 800])('every kind of memory gives the same: %i bytes', (length) => {
  const finder = new Finder('needle')
  const fill = (memory, offset = 0) => {
    const view = new Uint8Array(memory, offset, length)
    view.set(Buffer.from('needle'), length - 8)
    return view
  }
  const kinds = [
    fill(new ArrayBuffer(length)),
    fill(new ArrayBuffer(length + 3), 3),
    fill(new SharedArrayBuffer(length + 3), 3),
    fill(new ArrayBuffer(length, { maxByteLength: 2 * length })),
    new DataView(fill(new ArrayBuffer(length)).buffer),
    new Float64Array(fill(new ArrayBuffer(length)).buffer),
    new Int8Array(fill(new ArrayBuffer(length)).buffer),
  ]
  for (const bytes of kinds) {
    expect(finder.find(bytes)).toBe(length - 8)
    expect(finder.lastIndexOf(bytes)).toBe(length - 8)
    expect(finder.findAll(bytes)).toEqual(Uint32Array.of(length - 8))
  }
  const detached = fill(new ArrayBuffer(length))
  structuredClone(detached.buffer, { transfer: [detached.buffer] })
  expect(finder.find(detached)).toBe(-1)
  expect(finder.lastIndexOf(detached)).toBe(-1)
  expect(finder.findAll(detached)).toHaveLength(0)
})

test('arguments are checked', () => {
  const finder = new Finder('a')
  for (const wrong of [undefined, null, 5, {}]) {
    expect(thrown(() => new Finder(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  expect(thrown(() => new Finder(''))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  for (const method of ['find', 'findAll', 'lastIndexOf']) {
    expect(thrown(() => finder[method]('text'))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(() => finder[method].call({}, Buffer.alloc(4))).toThrow(TypeError)
  }
  for (const method of ['find', 'lastIndexOf']) {
    for (const wrong of [-1, 0.5]) {
      expect(thrown(() => finder[method](Buffer.alloc(4), wrong))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    }
    expect(thrown(() => finder[method](Buffer.alloc(4), '1'))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
})
