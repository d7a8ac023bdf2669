'use strict'

const { constants } = require('node:buffer')
const { Bus } = require('../../lib/events')

let bus
let got
let count = 0
beforeEach(() => {
  bus = Bus.open(`failing publish ${count++}`)
  got = []
  bus.subscribe('t', (payload) => got.push(payload))
})
afterEach(() => bus.close())

/** The first goes out by itself; of so many some follow quickly enough to be of a batch. */
const NUMBERED = Array.from({ length: 1000 }, (_, i) => `${i}`)
const long = () => 'y'.repeat(constants.MAX_STRING_LENGTH)

test.each([
  ['a text', () => long()],
  ['a text within a value', () => ({ at: 1, text: long() })],
])('%s that is too long for a batch fails alone', async (_, makeIt) => {
  for (const one of NUMBERED) bus.publish('t', one)
  expect(() => bus.publish('t', makeIt())).toThrow(RangeError)
  expect(() => bus.publish('t', makeIt())).toThrow(RangeError)
  bus.publish('t', '4444')
  await bus.flush()
  expect(got).toEqual([...NUMBERED, '4444'])
})

test('after a failure it can be closed, and opened again', () => {
  for (const one of NUMBERED) bus.publish('t', one)
  expect(() => bus.publish('t', long())).toThrow(RangeError)
  bus.close()
  const next = Bus.open(bus.name)
  expect(next).not.toBe(bus)
  next.close()
})

test.each([100, -1, Number.NaN, 1.5, 'x', 2 ** 33])('a Buffer says by an own length of %p nothing', async (length) => {
  const small = Object.defineProperty(Buffer.from('hello'), 'length', { value: length })
  const large = Object.defineProperty(Buffer.alloc(17_000, 'A'), 'length', { value: length })
  bus.publish('t', small)
  bus.publish('t', { small })
  bus.publish('t', large)
  bus.publish('t', 1)
  await bus.flush()
  expect(got.length).toBe(4)
  expect(got[0].toString()).toBe('hello')
  expect(got[1].small.toString()).toBe('hello')
  expect(got[2].equals(Buffer.alloc(17_000, 'A'))).toBe(true)
})

test('a Buffer says by an own buffer nothing', async () => {
  const shared = Object.defineProperty(Buffer.from(new SharedArrayBuffer(4)), 'buffer', { value: new ArrayBuffer(4) })
  bus.publish('t', shared)
  await bus.flush()
  shared[0] = 9
  expect(got[0][0]).toBe(9)
})

const CLOSED = expect.objectContaining({ code: 'ERR_EVENTS_BUS_CLOSED' })

/** What another copy of lib hears of a Bus, which a close of this copy's handle does not end. */
function elsewhere(name) {
  const heard = []
  let other
  jest.isolateModules(() => {
    other = require('../../lib/events').Bus.open(name)
  })
  other.subscribe('t', (payload) => heard.push(payload))
  return { heard, other }
}

test('closed by a getter of a value, it refuses the value and sends what came before', async () => {
  const { heard, other } = elsewhere(bus.name)
  const closing = {
    get key() {
      bus.publish('t', 'before')
      bus.close()
      expect(() => bus.publish('t', 'after')).toThrow(CLOSED)
      return 1
    },
  }
  for (const one of NUMBERED) bus.publish('t', one)
  expect(() => bus.publish('t', closing)).toThrow(CLOSED)
  expect(() => bus.publish('t', 'after')).toThrow(CLOSED)
  while (heard.length < NUMBERED.length + 1) await new Promise(setImmediate)
  expect(heard).toEqual([...NUMBERED, 'before'])
  other.close()
})

test('closed by a getter of a value that cannot be cloned, it fails as that value does', () => {
  const closing = {
    get key() {
      bus.close()
      return () => {}
    },
  }
  expect(() => bus.publish('t', closing)).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
  expect(() => bus.publish('t', 1)).toThrow(CLOSED)
})

test('closed by code of the user that publish() calls, it refuses the value', () => {
  const closing = Bus.open(`closing ${count}`, { context: { capture: () => closing.close() } })
  expect(() => closing.publish('t', 1)).toThrow(CLOSED)
  const options = {
    get transferList() {
      bus.close()
      return []
    },
  }
  expect(() => bus.publish('t', 1, options)).toThrow(CLOSED)
})
