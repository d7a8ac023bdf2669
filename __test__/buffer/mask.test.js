'use strict'

const fc = require('fast-check')

const { mask, unmask } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const masked = (bytes, key) => Buffer.from(bytes).map((byte, at) => byte ^ key[at & 3])
const keys = fc.uint8Array({ minLength: 4, maxLength: 4 })

test('mask writes what a loop writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), keys, fc.nat(9), fc.nat(9), (source, key, offset, less) => {
      const length = Math.max(0, source.length - less)
      const output = Buffer.alloc(offset + length + 2, 9)
      expect(mask(source, key, output, offset, length)).toBeUndefined()
      const expected = Buffer.concat([
        Buffer.alloc(offset, 9),
        masked(source.subarray(0, length), key),
        Buffer.alloc(2, 9),
      ])
      expect(output.equals(expected)).toBe(true)
    })
  )
})

test('unmask undoes it in place, at any alignment', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), keys, fc.nat(7), (source, key, offset) => {
      const bytes = new Uint8Array(new ArrayBuffer(source.length + offset), offset)
      bytes.set(masked(source, key))
      expect(unmask(bytes, key)).toBeUndefined()
      expect(Array.from(bytes)).toEqual(Array.from(source))
    })
  )
})

test.each([20, 500])('source and output may be the same or overlap: %i bytes', (length) => {
  const key = Buffer.from([1, 2, 3, 250])
  for (const shift of [-5, 0, 5]) {
    const memory = Buffer.from(Array.from({ length: length + 10 }, (_, n) => n & 255))
    const source = memory.subarray(5, 5 + length)
    const expected = masked(source, key)
    mask(source, key, memory, 5 + shift, length)
    expect(memory.subarray(5 + shift, 5 + shift + length).equals(expected)).toBe(true)
  }
})

test('is a drop-in for bufferutil', () => {
  const frame = Buffer.from('a websocket frame, masked as RFC 6455 says it')
  const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
  const output = Buffer.alloc(frame.length + 6)
  mask(frame, key, output, 6, frame.length)
  unmask(output.subarray(6), key)
  expect(output.toString('utf8', 6)).toBe(frame.toString())
})

test('a key within what is masked is taken first', () => {
  for (const length of [16, 4096]) {
    for (const at of [0, 6, length - 4]) {
      const bytes = Buffer.from(Array.from({ length }, (_, n) => (n * 7 + 1) & 255))
      const key = Buffer.from(bytes.subarray(at, at + 4))
      const expected = bytes.map((byte, n) => byte ^ key[n & 3])
      const masked = Buffer.from(bytes)
      mask(masked, masked.subarray(at, at + 4), masked, 0, length)
      expect(masked).toEqual(expected)
      unmask(bytes, bytes.subarray(at, at + 4))
      expect(bytes).toEqual(expected)
    }
  }
})

test('a source in shared memory is copied, an output there refused', () => {
  const key = Buffer.from([1, 2, 3, 4])
  for (const length of [10, 600]) {
    const shared = new Uint8Array(new SharedArrayBuffer(length)).fill(7)
    const output = Buffer.alloc(length)
    mask(shared, key, output, 0, length)
    expect(output.equals(masked(shared, key))).toBe(true)
    expect(thrown(() => mask(output, key, shared, 0, length))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(thrown(() => unmask(shared, key))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  }
})

test('arguments are checked', () => {
  const bytes = Buffer.alloc(8)
  const key = Buffer.alloc(4)
  for (const wrong of [undefined, null, 'text', 5, [1, 2, 3, 4]]) {
    expect(thrown(() => mask(wrong, key, bytes, 0, 1))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => mask(bytes, wrong, bytes, 0, 1))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => mask(bytes, key, wrong, 0, 1))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => unmask(wrong, key))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(thrown(() => unmask(bytes, wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  }
  expect(thrown(() => unmask(bytes, Buffer.alloc(3)))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  for (const [offset, length] of [
    [-1, 1],
    [0, 9],
    [1, 8],
    [0, -1],
    [0.5, 1],
    [9, 0],
    [0, Number.NaN],
  ]) {
    expect(thrown(() => mask(bytes, key, bytes, offset, length))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  }
  expect(thrown(() => mask(bytes, key, bytes))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})
