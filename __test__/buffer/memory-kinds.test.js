'use strict'

// The same bytes in every kind of memory give the same answers.

const vm = require('node:vm')

const { MultiFinder, blake3, countByte, crc32, crc32c, newlineOffsets, promises, xxh3, xxh64 } =
  require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const finder = new MultiFinder(['line', '7\n'])
const text = (length) => Buffer.alloc(length, 'line 1\nline 27\nline 3\n')

/** Everything that the module says about some bytes. */
function facts(bytes) {
  return {
    count: countByte(bytes, 10),
    offsets: Array.from(newlineOffsets(bytes)),
    offsetsInto: Array.from(newlineOffsets(bytes, new Float64Array(bytes.byteLength))),
    crc32: crc32(bytes),
    crc32c: crc32c(bytes, 5),
    xxh64: xxh64(bytes),
    xxh3: xxh3(bytes, { bits: 128 }),
    blake3: blake3(bytes),
    blake3Long: blake3(bytes, { outputLength: 40 }),
    test: finder.test(bytes),
    starts: Array.from(finder.findAll(bytes).starts),
    replaced: finder.replaceAll(bytes, ['L', '']).toString(),
    replacedByFunction: finder.replaceAll(bytes, ({ patternId }) => `${patternId}`).toString(),
  }
}

/** @param {ArrayBufferLike} memory */
function filled(memory, offset, length) {
  const view = new Uint8Array(memory, offset, length)
  view.set(text(length))
  return view
}

const kinds = {
  'a Buffer': (length) => text(length),
  'an unaligned view': (length) => filled(new ArrayBuffer(length + 8), 3, length),
  'a small pooled Buffer': (length) => Buffer.from(text(length)),
  'a DataView': (length) => new DataView(filled(new ArrayBuffer(length + 5), 5, length).buffer, 5),
  'an Int8Array': (length) => new Int8Array(filled(new ArrayBuffer(length), 0, length).buffer),
  'a Uint8ClampedArray': (length) => new Uint8ClampedArray(filled(new ArrayBuffer(length), 0, length).buffer),
  'a Uint16Array': (length) => new Uint16Array(filled(new ArrayBuffer(length), 0, length).buffer),
  'a Float64Array': (length) => new Float64Array(filled(new ArrayBuffer(length), 0, length).buffer),
  'a BigInt64Array': (length) => new BigInt64Array(filled(new ArrayBuffer(length), 0, length).buffer),
  'shared memory': (length) => filled(new SharedArrayBuffer(length + 9), 9, length),
  'a Buffer on shared memory': (length) => Buffer.from(filled(new SharedArrayBuffer(length), 0, length).buffer),
  'growable shared memory': (length) => {
    const memory = new SharedArrayBuffer(8, { maxByteLength: length * 2 })
    memory.grow(length)
    return filled(memory, 0, length)
  },
  'a resizable buffer, grown': (length) => {
    const memory = new ArrayBuffer(8, { maxByteLength: length * 2 })
    const view = new Uint8Array(memory)
    memory.resize(length)
    view.set(text(length))
    return view
  },
  'a view of another realm': (length) => vm.runInNewContext(`new Uint8Array(${length})`).map((_, n) => text(length)[n]),
  'WebAssembly memory': (length) => filled(new WebAssembly.Memory({ initial: 1 }).buffer, 11, length),
}
describe.each([32, 480])('%i bytes', (length) => {
  const expected = facts(text(length))

  test.each(Object.entries(kinds))('in %s', async (_, make) => {
    expect(facts(make(length))).toEqual(expected)
    expect(await promises.xxh3(make(length), { bits: 128 })).toBe(expected.xxh3)
    expect(await promises.blake3(make(length))).toBe(expected.blake3)
  })
})

test('patterns and replacements may be in any kind of memory', () => {
  for (const make of Object.values(kinds)) {
    expect(new MultiFinder([make(16)]).findAll(text(64)).starts).toEqual(Uint32Array.of(0, 22, 44))
    expect(new MultiFinder(['x']).replaceAll(Buffer.from('x'), make(16))).toEqual(text(16))
  }
})

test('a detached view is empty', () => {
  const view = text(300).buffer.slice(0)
  const bytes = new Uint8Array(view)
  structuredClone(view, { transfer: [view] })
  expect(facts(bytes)).toEqual(facts(Buffer.alloc(0)))
})

test('a view that its resizable buffer has shrunk away from is empty', () => {
  const memory = new ArrayBuffer(600, { maxByteLength: 600 })
  const bytes = new Uint8Array(memory, 100, 400)
  const tracking = new Uint8Array(memory)
  memory.resize(200)
  expect(facts(bytes)).toEqual(facts(Buffer.alloc(0)))
  expect(countByte(tracking, 0)).toBe(200)
})

test('an output on detached memory has no room', () => {
  const out = new Uint32Array(10)
  structuredClone(out.buffer, { transfer: [out.buffer] })
  expect(thrown(() => newlineOffsets(text(100), out))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
})
