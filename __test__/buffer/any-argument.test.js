'use strict'

// Each argument of each function in turn becomes something else: it is taken, or refused by an error with a code of its
// own. Nothing crashes, hangs, or fails inside.

const buffer = require('../../lib/buffer/index.js')

const { ByteQueue, DelimiterSplitter, Finder, LineSplitter, MultiFinder, compileStruct, lz4, promises } = buffer

const bytes = () => Buffer.alloc(440, 'hello line\nworld line\n')
const options = () => ({})
const packed = {
  gunzip: buffer.gzip(bytes()),
  inflate: buffer.deflate(bytes()),
  inflateRaw: buffer.deflateRaw(bytes()),
}
const fixed = compileStruct({ fields: { a: 'uint32be', b: 'doublele', t: { type: 'utf8', length: 4 } } })
const variable = compileStruct({ fields: { n: 'uint8', t: { type: 'utf8', length: 'n' } } })
const record = { a: 1, b: 2, t: 'x' }

/** A class whose instances lie about themselves. */
class Liar extends Uint8Array {
  get byteLength() {
    return 1e9
  }

  get length() {
    return 1e9
  }
}

const values = {
  undefined: () => undefined,
  null: () => null,
  'not a number': () => Number.NaN,
  'a negative number': () => -1,
  'a fraction': () => 1.5,
  'a number too large': () => 2 ** 53,
  infinity: () => Number.POSITIVE_INFINITY,
  'a BigInt': () => 1n,
  'a boolean': () => true,
  'no text': () => '',
  'a lone surrogate': () => '\ud800',
  'a symbol': () => Symbol('s'),
  'an object': () => ({}),
  'an object without prototype': () => Object.create(null),
  'an array': () => [1],
  'a function': () => () => 1,
  'an ArrayBuffer': () => new ArrayBuffer(8),
  'a detached view': () => {
    const view = new Uint8Array(100)
    structuredClone(view.buffer, { transfer: [view.buffer] })
    return view
  },
  'a view out of bounds': () => {
    const memory = new ArrayBuffer(64, { maxByteLength: 128 })
    const view = new Uint8Array(memory, 32, 16)
    memory.resize(8)
    return view
  },
  'a view on shared memory': () => new Uint8Array(new SharedArrayBuffer(16)),
  'a DataView': () => new DataView(new ArrayBuffer(9), 1),
  'a Float64Array': () => new Float64Array(3),
  'what looks like a view': () => ({ length: 5, byteLength: 5, buffer: new ArrayBuffer(5) }),
}

const calls = {
  countByte: [buffer.countByte, bytes, () => 10],
  newlineOffsets: [buffer.newlineOffsets, bytes, () => new Uint32Array(1000)],
  crc32: [buffer.crc32, bytes, () => 1],
  crc32c: [buffer.crc32c, bytes, () => 1],
  xxh3: [buffer.xxh3, bytes, options],
  xxh64: [buffer.xxh64, bytes, options],
  blake3: [buffer.blake3, bytes, options],
  'key of blake3': [(key) => buffer.blake3(bytes(), { key }), () => Buffer.alloc(32)],
  'seed of xxh3': [(seed) => buffer.xxh3(bytes(), { seed }), () => 3],
  createHash: [buffer.createHash, () => 'xxh3', options],
  update: [(data) => buffer.createHash('blake3').update(data), bytes],
  digest: [(encoding) => buffer.createHash('blake3').digest(encoding), () => 'hex'],
  decodeUtf8: [buffer.decodeUtf8, bytes, () => 0, () => 5, options],
  transcode: [buffer.transcode, bytes, () => 'latin1', () => 'utf8'],
  transcodeInto: [buffer.transcodeInto, bytes, () => Buffer.alloc(2000), () => 'latin1', () => 'utf8'],
  toHex: [buffer.toHex, bytes, () => Buffer.alloc(3000), () => 0],
  fromHex: [buffer.fromHex, () => Buffer.from('abcd'), () => Buffer.alloc(100), () => 0, options],
  mask: [buffer.mask, bytes, () => Buffer.alloc(4, 1), () => Buffer.alloc(1000), () => 0, () => 20],
  unmask: [buffer.unmask, bytes, () => Buffer.alloc(4, 1)],
  'lz4.compress': [lz4.compress, bytes],
  'lz4.decompress': [lz4.decompress, () => lz4.compress(bytes()), options],
  'lz4.compressBlock': [lz4.compressBlock, bytes, options],
  'lz4.decompressBlock': [lz4.decompressBlock, () => lz4.compressBlock(bytes()), options],
  gzipParallel: [buffer.gzipParallel, bytes, options],
  'promises.findAll': [promises.findAll, () => new Finder('line'), bytes],
  find: [(...args) => new Finder('line').find(...args), bytes, () => 0],
  lastIndexOf: [(...args) => new Finder('line').lastIndexOf(...args), bytes, () => 9],
  'new Finder': [(needle) => new Finder(needle), () => 'x'],
  'new MultiFinder': [(...args) => new MultiFinder(...args), () => ['a'], options],
  replaceAll: [(...args) => new MultiFinder(['line']).replaceAll(...args), bytes, () => 'r'],
  'replacement by function': [(text) => new MultiFinder(['line']).replaceAll(bytes(), () => text), () => 'r'],
  'MatchStream.push': [(chunk) => new MultiFinder(['line']).stream().push(chunk), bytes],
  'new LineSplitter': [(given) => new LineSplitter(given), options],
  'LineSplitter.push': [(chunk) => new LineSplitter().push(chunk), bytes],
  'new DelimiterSplitter': [(...args) => new DelimiterSplitter(...args), () => ',', options],
  compileStruct: [compileStruct, () => ({ fields: { a: 'uint8' } })],
  'type of a field': [(a) => compileStruct({ fields: { a } }), () => 'uint8'],
  'length of a field': [(length) => compileStruct({ fields: { a: { type: 'utf8', length } } }), () => 3],
  'count of a field': [(count) => compileStruct({ fields: { a: { type: 'uint8', count } } }), () => 3],
  'bits of a field': [(x) => compileStruct({ fields: { a: { type: 'uint8', bits: { x } } } }), () => 1],
  columns: [(...args) => fixed.columns(...args), bytes, () => 3, () => fixed.columns(bytes())],
  unpack: [(...args) => fixed.unpack(...args), bytes, () => 3],
  read: [(...args) => fixed.read(...args), bytes, () => 3],
  write: [(...args) => fixed.write(...args), () => record, bytes, () => 0],
  pack: [(one) => fixed.pack([one]), () => record],
  'value to pack': [(a) => fixed.pack([{ ...record, a }]), () => 1],
  'columns to pack': [(...args) => fixed.pack(...args), () => fixed.columns(bytes(), 1), () => 1],
  'unpack of variable length': [(...args) => variable.unpack(...args), () => Buffer.from([1, 65]), () => 1],
  'append to a ByteQueue': [(chunk) => new ByteQueue().append(chunk), bytes],
  'indexOf in a ByteQueue': [(...args) => new ByteQueue(bytes()).indexOf(...args), () => 'l', () => 0],
  'copy of a ByteQueue': [(...args) => new ByteQueue(bytes()).copy(...args), () => Buffer.alloc(9), () => 0, () => 0],
  'text of a ByteQueue': [(...args) => new ByteQueue(bytes()).toString(...args), () => 'utf8', () => 0, () => 4],
}
for (const name of ['gzip', 'deflate', 'deflateRaw', 'xxh3', 'blake3', 'sha256']) {
  calls[name] ??= [buffer[name] ?? promises[name], bytes, options]
  calls[`promises.${name}`] = [promises[name], bytes, options]
}
for (const [name, data] of Object.entries(packed)) {
  calls[name] = [buffer[name], () => data, options]
  calls[`promises.${name}`] = [promises[name], () => data, options]
}

test.each(Object.entries(calls))('%s takes or refuses whatever it is given', async (_, [run, ...makers]) => {
  await run(...makers.map((make) => make()))
  for (const index of makers.keys()) {
    for (const [name, value] of Object.entries(values)) {
      const args = makers.map((make, at) => (at === index ? value() : make()))
      const error = await outcome(run, args)
      if (error === undefined) continue
      expect([index, name, String(error.code)]).toEqual([index, name, expect.stringMatching(/^(ERR_|Z_)/)])
      expect(error.code).not.toBe('ERR_NATIVE_JOB_FAILED')
    }
  }
})

async function outcome(run, args) {
  try {
    await run(...args)
  } catch (error) {
    return error
  }
}

test('a view that lies about its length is refused, and the process goes on', async () => {
  const lie = () => new Liar(16)
  for (const name of Object.keys(packed)) {
    expect((await outcome(buffer[name], [lie()])).code).toMatch(/^(ERR_|Z_)/)
    expect((await outcome(promises[name], [lie()])).code).toMatch(/^(ERR_|Z_)/)
  }
  for (const run of [promises.blake3, promises.sha256, promises.xxh3, buffer.gzip, buffer.gzipParallel])
    await outcome(run, [lie()])
  await outcome((one) => fixed.columns(one), [lie()])
})
