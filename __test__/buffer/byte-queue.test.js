'use strict'

const fc = require('fast-check')

const { ByteQueue, Finder } = require('../../lib/buffer/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')

const METHODS = Object.getOwnPropertyNames(ByteQueue.prototype).filter((name) => /^read[A-Z]/.test(name))

/** What can be done to a queue, beside one Buffer of all its bytes. */
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('append'), bytes: fc.uint8Array({ max: 3, maxLength: 12 }) }),
    fc.record({ do: fc.constant('consume'), n: fc.nat(20) }),
    fc.record({ do: fc.constant('shift'), n: fc.nat(20) }),
    fc.record({ do: fc.constant('slice'), n: fc.nat(30), m: fc.nat(40) }),
    fc.record({ do: fc.constant('copy'), n: fc.nat(30), m: fc.nat(40) }),
    fc.record({ do: fc.constant('get'), n: fc.nat(40) }),
    fc.record({
      do: fc.constant('indexOf'),
      n: fc.nat(20),
      bytes: fc.uint8Array({ max: 3, minLength: 1, maxLength: 5 }),
    }),
    fc.record({ do: fc.constant('read'), n: fc.nat(20), method: fc.constantFrom(...METHODS) })
  ),
  { maxLength: 60 }
)

const apply = {
  append: (state, { bytes }) => {
    state.queue.append(bytes)
    state.whole = Buffer.concat([state.whole, bytes])
  },
  consume: (state, { n }) => {
    state.queue.consume(n)
    state.whole = state.whole.subarray(n)
  },
  shift: (state, { n }) => {
    expect(state.queue.shift(n).equals(state.whole.subarray(0, n))).toBe(true)
    state.whole = state.whole.subarray(n)
  },
  slice: ({ queue, whole }, { n, m }) => expect(queue.slice(n, m).equals(whole.subarray(n, Math.max(n, m)))).toBe(true),
  copy: ({ queue, whole }, { n, m }) => {
    const [target, expected] = [Buffer.alloc(25, 9), Buffer.alloc(25, 9)]
    expect(queue.copy(target, 2, n, m)).toBe(n > whole.length ? 0 : whole.copy(expected, 2, n, Math.max(n, m)))
    expect(target.equals(expected)).toBe(true)
  },
  get: ({ queue, whole }, { n }) => expect(queue.get(n)).toBe(whole[n]),
  indexOf: ({ queue, whole }, { bytes, n }) => {
    const expected = n >= whole.length ? -1 : whole.indexOf(bytes, n)
    expect(queue.indexOf(bytes, n)).toBe(expected)
    expect(queue.indexOf(new Finder(bytes), n)).toBe(expected)
    if (bytes.length === 1) expect(queue.indexOf(bytes[0], n)).toBe(expected)
  },
  read: ({ queue, whole }, { method, n }) => {
    let expected
    try {
      expected = whole[method](n)
    } catch {
      expect(thrown(() => queue[method](n))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
      return
    }
    expect(queue[method](n)).toBe(expected)
  },
}

test('is as one Buffer of all that was appended and not consumed', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const state = { queue: new ByteQueue(), whole: Buffer.alloc(0) }
      for (const step of all) {
        apply[step.do](state, step)
        expect(state.queue.length).toBe(state.whole.length)
      }
      expect(state.queue.toString('latin1')).toBe(state.whole.toString('latin1'))
    }),
    { numRuns: 500 }
  )
})

test('slices within a chunk are that memory, across borders they are copies', () => {
  const chunk = Buffer.from('first')
  const queue = new ByteQueue(chunk, 'second')
  expect(queue.slice(1, 4).buffer).toBe(chunk.buffer)
  chunk[1] = 0x41
  expect(queue.slice(0, 7).toString()).toBe('fArstse')
  expect(queue.toString('utf8', 3, 8)).toBe('stsec')
})

test('many chunks come and go, and are let go', () => {
  const queue = new ByteQueue()
  for (let n = 0; n < 5_000; n++) {
    queue.append(Uint8Array.of(n & 255, n >> 8))
    if (n > 100) expect(queue.shift(2).readUInt16LE()).toBe(n - 101)
  }
  expect(queue.length).toBe(202)
  expect(queue.readUInt16LE(200)).toBe(4999)
})

test('a delimiter is found across any number of small chunks', () => {
  const queue = new ByteQueue(...'--boundary--'.split(''))
  expect(queue.indexOf('boundary')).toBe(2)
  expect(queue.indexOf('boundary', 3)).toBe(-1)
  expect(queue.indexOf('--', 1)).toBe(10)
})

test('arguments are checked', () => {
  const queue = new ByteQueue('some bytes')
  const type = { code: 'ERR_INVALID_ARG_TYPE' }
  const range = { code: 'ERR_OUT_OF_RANGE' }
  for (const wrong of [null, 5, {}, [1]]) {
    expect(thrown(() => queue.append(wrong))).toMatchObject(type)
    expect(thrown(() => new ByteQueue(wrong))).toMatchObject(type)
    expect(thrown(() => queue.copy(wrong))).toMatchObject(type)
  }
  for (const method of ['consume', 'peek', 'shift', 'slice', 'get', 'readUInt8']) {
    for (const wrong of [-1, 1.5]) expect(thrown(() => queue[method](wrong))).toMatchObject(range)
    expect(thrown(() => queue[method]('1'))).toMatchObject(type)
  }
  expect(thrown(() => queue.indexOf(''))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(thrown(() => queue.indexOf(256))).toMatchObject(range)
  expect(thrown(() => queue.indexOf(null))).toMatchObject(type)
  expect(thrown(() => queue.readUInt32LE(7))).toMatchObject({
    ...range,
    message: 'The value of "offset" is out of range. It must be >= 0 and <= 6. Received 7',
  })
})
