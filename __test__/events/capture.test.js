'use strict'

// Values are captured when publish() is called, whatever form they travel in.

const { Bus } = require('../../lib/events')

let bus
let count = 0
beforeEach(() => {
  bus = Bus.open(`capture ${process.pid} ${count++}`)
})
afterEach(() => bus.close())

async function received(publish) {
  const got = []
  bus.subscribe('t', (payload) => got.push(payload))
  publish((payload) => bus.publish('t', payload))
  await bus.flush()
  return got
}

test('a reused object, array, Map or Buffer arrives as it was at each call', async () => {
  const got = await received((publish) => {
    const object = { n: 0, deep: { n: 0 } }
    const array = [0]
    const map = new Map()
    const bytes = Buffer.alloc(3)
    const large = Buffer.alloc(20_000)
    const floats = new Float64Array(2)
    for (let n = 1; n <= 3; n++) {
      object.n = object.deep.n = array[0] = n
      map.set('n', n)
      bytes.fill(n)
      large.fill(n)
      floats[1] = n
      for (const value of [object, array, map, bytes, large, floats]) publish(value)
    }
    object.n = array[0] = -1
    map.clear()
    bytes.fill(0)
    large.fill(0)
  })
  for (let n = 1; n <= 3; n++) {
    const [object, array, map, bytes, large, floats] = got.slice((n - 1) * 6, n * 6)
    expect(object).toEqual({ n, deep: { n } })
    expect([array, map, bytes]).toEqual([[n], new Map([['n', n]]), Buffer.alloc(3, n)])
    expect([large.length, large.every((byte) => byte === n), floats[1]]).toEqual([20_000, true, n])
  }
})

test('values of every form, mixed on two topics, keep their order and themselves', async () => {
  const got = []
  bus.subscribe('>', (payload, topic, { sequence }) => got.push([topic, sequence, payload]))
  const values = [1, -0, Number.NaN, 1e300, 'text', '', 'é\u20ac', Buffer.from('b'), Buffer.alloc(16_384, 1), null, [1]]
  const sent = []
  for (let i = 0; i < 400; i++) {
    const value = values[(i * 7) % values.length]
    const topic = i % 3 === 0 ? 'a' : 'b'
    sent.push([topic, i, value])
    bus.publish(topic, value)
  }
  await bus.flush()
  expect(got).toEqual(sent)
})

test('every Buffer is its receiver’s own, from each receiver’s and from its neighbours', async () => {
  for (const size of [10, 5000, 16_384, 100_000]) {
    const got = []
    const take = (bytes) => got.push(bytes)
    const subscriptions = [bus.subscribe('own', take), bus.subscribe('own', take)]
    const source = Buffer.alloc(size, 1)
    bus.publish('own', source)
    bus.publish('own', source)
    await bus.flush()
    got[0].fill(9)
    source.fill(8)
    expect(got.map((bytes) => [Buffer.isBuffer(bytes), bytes.length, bytes[0], bytes[size - 1]])).toEqual([
      [true, size, 9, 9],
      [true, size, 1, 1],
      [true, size, 1, 1],
      [true, size, 1, 1],
    ])
    for (const subscription of subscriptions) subscription.unsubscribe()
  }
})

test('a Buffer on shared memory is shared, whatever its size', async () => {
  for (const size of [10, 100_000]) {
    const shared = Buffer.from(new SharedArrayBuffer(size))
    const [got] = await received((publish) => publish(shared))
    shared[1] = 7
    expect([Buffer.isBuffer(got), got.length, got[1]]).toEqual([true, size, 7])
  }
})

test('what only looks like a Buffer is not taken for one', async () => {
  const got = await received((publish) => {
    publish(Object.setPrototypeOf(new Uint8Array([1, 2]), Object.create(Uint8Array.prototype)))
    expect(() => publish(new Proxy(Buffer.from('x'), {}))).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
  })
  expect(got.map((bytes) => [Buffer.isBuffer(bytes), [...bytes]])).toEqual([[false, [1, 2]]])
})

test('a getter that publishes, or fails, while its object is captured spoils nothing', async () => {
  const got = await received((publish) => {
    publish('before')
    publish({
      a: 1,
      get b() {
        publish('from the getter')
        publish(7)
        return 'b'
      },
    })
    expect(() =>
      publish({
        get a() {
          publish('from the failing one')
          throw new Error('getter')
        },
      })
    ).toThrow('getter')
    publish('after')
  })
  expect(got.filter((value) => !String(value).startsWith('from') && value !== 7)).toEqual([
    'before',
    { a: 1, b: 'b' },
    'after',
  ])
  expect(got.slice().sort().length).toBe(6)
  expect(got).toEqual(expect.arrayContaining(['from the getter', 7, 'from the failing one']))
})
