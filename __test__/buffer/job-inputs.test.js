'use strict'

const { availableParallelism } = require('node:os')
const { gunzipSync } = require('node:zlib')

const { gzipParallel, promises } = require('../../lib/buffer/index.js')
const { raw } = require('../../lib/buffer/raw.js')

const MIB = 2 ** 20

/** So many that not all have room at once, whatever the machine. */
const MANY = 2 * availableParallelism() + 30

const inputs = (length = MIB) => Array.from({ length: MANY }, (_, n) => Buffer.alloc(length, `${n} and more `))

/** Wraps a raw function: the bytes that each turn of the loop hands to it. */
function watchTurns(name, indexOfBytes) {
  const turns = [0]
  const real = raw()[name]
  raw()[name] = (...args) => {
    turns[turns.length - 1] += args[indexOfBytes].byteLength
    return real(...args)
  }
  let turning = setImmediate(function turn() {
    turns.push(0)
    turning = setImmediate(turn)
  })
  return () => {
    raw()[name] = real
    clearImmediate(turning)
    return turns
  }
}

test('many inputs are copied a few in a turn, and all are packed', async () => {
  const stop = watchTurns('deflateJob', 4)
  const all = inputs()
  const packed = await Promise.all(all.map((bytes) => promises.gzip(bytes, { level: 1 })))
  const turns = stop()
  expect(packed.every((one, n) => gunzipSync(one).equals(all[n]))).toBe(true)
  expect(turns.reduce((sum, bytes) => sum + bytes)).toBe(MANY * MIB)
  expect(Math.max(...turns)).toBeLessThanOrEqual(2 * MIB)
})

test('one large input is cut for the threads a few parts in a turn', async () => {
  const stop = watchTurns('deflateJob', 4)
  const bytes = Buffer.alloc(20 * MIB + 1, 'some text ')
  const packed = await gzipParallel(bytes, { level: 1 })
  const turns = stop()
  expect(gunzipSync(packed).equals(bytes)).toBe(true)
  expect(Math.max(...turns)).toBeLessThanOrEqual(2 * MIB)
})

test('an input that is gone when its turn comes rejects, and the others are packed', async () => {
  const all = inputs()
  const gone = [MANY - 1, MANY - 3]
  const resized = MANY - 2
  all[resized] = Buffer.from(new ArrayBuffer(MIB, { maxByteLength: 2 * MIB }))
  const expected = all.map((bytes) => Buffer.from(bytes))
  const pending = Promise.allSettled(all.map((bytes) => promises.gzip(bytes, { level: 1 })))
  for (const n of gone) structuredClone(all[n].buffer, { transfer: [all[n].buffer] })
  all[resized].buffer.resize(10)
  const outcomes = await pending
  outcomes.forEach(({ reason, value }, n) => {
    if (n === resized || gone.includes(n)) expect(reason).toMatchObject({ code: 'ERR_INVALID_STATE', name: 'Error' })
    else expect(gunzipSync(value).equals(expected[n])).toBe(true)
  })
  // What they would have taken is free again.
  await Promise.all(inputs().map((bytes) => promises.gzip(bytes, { level: 1 })))
})
