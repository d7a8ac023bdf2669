'use strict'

const { Bus } = require('../../lib/events')

let bus
let count = 0
const open = (replay) => {
  bus = Bus.open(`replay ${process.pid} ${count++}`, { replay })
  return bus
}
afterEach(() => bus.close())

/** What a new subscription gets of what was published before it. */
async function past(pattern, replay) {
  const got = []
  bus.subscribe(pattern, (payload, topic) => got.push([topic, payload]), { replay })
  await bus.flush()
  await new Promise(setImmediate)
  return got
}

test('those who come later get the last messages of each topic, in order, then what comes, each once', async () => {
  open({ messages: 2 })
  for (let i = 0; i < 4; i++) {
    bus.publish('a', i)
    bus.publish('b.x', `text ${i}`)
  }
  const got = []
  await bus.flush()
  bus.subscribe('>', (payload) => got.push(payload), { replay: true })
  bus.publish('a', { new: true })
  await bus.flush()
  await new Promise(setImmediate)
  expect(got).toEqual([2, 'text 2', 3, 'text 3', { new: true }])
  expect(await past('a', 1)).toEqual([['a', { new: true }]])
  expect(await past('b.*', 9)).toEqual([
    ['b.x', 'text 2'],
    ['b.x', 'text 3'],
  ])
  expect(await past('>', false)).toEqual([])
})

test('its bytes and topics are bounded', async () => {
  open({ bytes: 10_000, topics: 3 })
  for (let i = 0; i < 50; i++) bus.publish('t', Buffer.alloc(1000, i))
  await bus.flush()
  expect((await past('t', true)).map(([, bytes]) => bytes[0])).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49])
  for (const topic of ['u', 'v', 'w']) bus.publish(topic, 1)
  await bus.flush()
  expect((await past('>', true)).map(([topic]) => topic)).toEqual(['u', 'v', 'w'])
})

test('large Buffers are remembered, and each receiver has its own', async () => {
  open({})
  bus.publish('t', Buffer.alloc(100_000, 7))
  await bus.flush()
  const [[, first]] = await past('t', true)
  first.fill(0)
  const [[, second]] = await past('t', true)
  expect([second.length, second[99_999]]).toEqual([100_000, 7])
})

test('a stream can begin with the past; without the option nothing is remembered', async () => {
  open({})
  bus.publish('t', 'before')
  await bus.flush()
  const stream = bus.stream('t', { replay: true })
  expect((await stream.next()).value.payload).toBe('before')
  await stream.return()
  bus.close()
  open(undefined)
  bus.publish('t', 'before')
  await bus.flush()
  expect(await past('t', true)).toEqual([])
})

test('wrong values have the codes of Node', () => {
  open(undefined)
  const code = (expected) => expect.objectContaining({ code: expected })
  expect(() => Bus.open('a', { replay: 5 })).toThrow(code('ERR_INVALID_ARG_TYPE'))
  for (const name of ['messages', 'bytes', 'topics']) {
    expect(() => Bus.open('a', { replay: { [name]: 0 } })).toThrow(code('ERR_OUT_OF_RANGE'))
    expect(() => Bus.open('a', { replay: { [name]: 'x' } })).toThrow(code('ERR_INVALID_ARG_TYPE'))
  }
  expect(() => bus.subscribe('t', () => {}, { replay: 0 })).toThrow(code('ERR_OUT_OF_RANGE'))
  expect(() => bus.subscribe('t', () => {}, { replay: 'all' })).toThrow(code('ERR_INVALID_ARG_TYPE'))
})
