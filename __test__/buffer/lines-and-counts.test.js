'use strict'

const fc = require('fast-check')

const { countByte, newlineOffsets } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const lines = fc.array(fc.constantFrom(9, 10, 11, 13, 0x8a), { maxLength: 700 }).map((bytes) => Buffer.from(bytes))

function naiveOffsets(bytes) {
  const offsets = []
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) offsets.push(at)
  return offsets
}

test('newlineOffsets finds what indexOf finds', () => {
  fc.assert(
    fc.property(lines, (bytes) => {
      const offsets = newlineOffsets(bytes)
      expect(Object.prototype.toString.call(offsets)).toBe('[object Uint32Array]')
      expect(Array.from(offsets)).toEqual(naiveOffsets(bytes))
    })
  )
})

test('countByte counts what a filter counts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500, max: 3 }), fc.integer({ min: 0, max: 4 }), (bytes, byte) => {
      expect(countByte(bytes, byte)).toBe(bytes.filter((one) => one === byte).length)
    })
  )
})

test('elements of an Int8Array count as bytes', () => {
  for (const length of [5, 500]) expect(countByte(new Int8Array(length).fill(-1), 255)).toBe(length)
})

test.each([4095, 4096, 4097, 20_000])('all of %i line feeds are found', (count) => {
  const offsets = newlineOffsets(Buffer.alloc(count * 2, 'x\n'))
  expect(offsets.length).toBe(count)
  expect(offsets.every((offset, n) => offset === n * 2 + 1)).toBe(true)
})

test('a result is not changed by later calls', () => {
  const first = newlineOffsets(Buffer.from('a\n'))
  newlineOffsets(Buffer.from('\n'))
  expect(Array.from(first)).toEqual([1])
})

describe.each([Uint32Array, Float64Array])('offsets into a given %p', (Offsets) => {
  test.each([3, 300])('%i bytes', (length) => {
    const bytes = Buffer.alloc(length, 'a\n\n')
    const expected = naiveOffsets(bytes)
    const out = new Offsets(expected.length + 2).fill(77)
    const filled = newlineOffsets(bytes, out)
    expect(filled.buffer).toBe(out.buffer)
    expect(Array.from(filled)).toEqual(expected)
    expect(Array.from(out.subarray(expected.length))).toEqual([77, 77])
    expect(newlineOffsets(bytes, new Offsets(expected.length)).length).toBe(expected.length)
  })

  test('one that is too short gets the first offsets and an error that names the length', () => {
    const out = new Offsets(3)
    expect(thrown(() => newlineOffsets(Buffer.alloc(200, '\n'), out))).toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
      message: 'The value of "out.length" is out of range. It must be >= 200. Received 3',
    })
    expect(Array.from(out)).toEqual([0, 1, 2])
  })
})

test('an output that overlaps the bytes or is of another type is refused', () => {
  const memory = new ArrayBuffer(400)
  const out = new Uint32Array(memory, 200)
  expect(thrown(() => newlineOffsets(new Uint8Array(memory, 0, 201), out))).toMatchObject({
    code: 'ERR_INVALID_ARG_VALUE',
  })
  expect(newlineOffsets(new Uint8Array(memory, 0, 200), out).length).toBe(0)
  for (const wrong of [[], new Int32Array(5), Buffer.alloc(8), null, 5]) {
    expect(thrown(() => newlineOffsets(Buffer.alloc(0), wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  const shared = new Uint32Array(new SharedArrayBuffer(400))
  expect(thrown(() => newlineOffsets(Buffer.alloc(100), shared))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})
