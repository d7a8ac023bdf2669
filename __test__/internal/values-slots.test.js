'use strict'

// A value is what its internal slots say, as for structuredClone, and what is captured can be read.

const { Decoder, Encoder } = require('../../lib/internal/values')

const own = (object, properties) => {
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(object, name, { value })
  return object
}

function through(value) {
  const encoder = new Encoder()
  encoder.append(value)
  const decoder = new Decoder()
  decoder.open(Buffer.from(encoder.bytes.subarray(0, encoder.position)))
  return decoder.next()
}

const cloneError = expect.objectContaining({ name: 'DataCloneError' })

test('a RegExp', () => {
  for (const flags of ['', 'dgimsuy', 'v']) {
    const copy = through(own(new RegExp('a[b]', flags), { source: '(', flags: 'zz', global: true, sticky: true }))
    expect([copy.source, copy.flags]).toEqual(['a[b]', flags])
  }
})

test('views and buffers', () => {
  const lies = { length: 100, byteLength: 100, byteOffset: 3, buffer: new ArrayBuffer(1000), maxByteLength: -5 }
  const of = (make) => own(make(), { ...lies, resizable: true })
  expect(through(of(() => new Uint8Array([1, 2, 3])))).toEqual(new Uint8Array([1, 2, 3]))
  expect(through(of(() => new Float64Array([1, 2])))).toEqual(new Float64Array([1, 2]))
  expect(through(of(() => Buffer.from('abc')))).toEqual(Buffer.from('abc'))
  expect(through(of(() => new DataView(new ArrayBuffer(4))))).toEqual(new DataView(new ArrayBuffer(4)))
  expect(through(of(() => new ArrayBuffer(4)))).toEqual(new ArrayBuffer(4))
})

test('dates, boxed primitives, maps and sets', () => {
  const lies = { valueOf: () => 7, getTime: () => 7, toString: () => 7, entries: () => 7, values: () => 7, size: 7 }
  const copies = [new Date(5), Object(3), Object('text'), Object(true), Object(4n), new Map([[1, 2]]), new Set([3])]
  for (const one of copies) expect(through(own(structuredClone(one), lies))).toEqual(one)
})

/** Each as what has lost its memory. */
function gone() {
  const memory = new ArrayBuffer(8)
  const detached = [
    memory,
    new Uint8Array(memory),
    new DataView(memory),
    Buffer.from(memory),
    new Uint8Array(memory, 8),
  ]
  structuredClone(memory, { transfer: [memory] })
  const shrunk = new ArrayBuffer(16, { maxByteLength: 64 })
  detached.push(new Uint8Array(shrunk, 8, 8), new Uint16Array(shrunk, 8), new DataView(shrunk, 8, 8))
  detached.push(Buffer.from(shrunk, 8, 8))
  shrunk.resize(4)
  return detached
}

test('what has lost its memory is not cloned, and what has none is', () => {
  for (const one of gone()) {
    expect(() => through(one)).toThrow(cloneError)
    expect(() => through({ within: [one] })).toThrow(cloneError)
  }
  const empty = [new ArrayBuffer(0), new Uint8Array(0), new DataView(new ArrayBuffer(0)), Buffer.alloc(0)]
  expect(through(empty)).toEqual(empty)
})

const levels = {
  objects: (inner) => ({ inner }),
  arrays: (inner) => [inner],
  maps: (inner) => new Map([[1, inner]]),
  sets: (inner) => new Set([inner]),
}

test.each(Object.entries(levels))('%s are cloned as deep as every thread can read', (_, wrap) => {
  const deep = (count) => {
    let value = null
    for (let i = 0; i < count; i++) value = wrap(value)
    return value
  }
  through(deep(1500))
  const encoder = new Encoder()
  expect(() => encoder.append([deep(1500)])).toThrow(cloneError)
  expect(encoder.position).toBe(0)
  encoder.append(deep(1500))
})
