'use strict'

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

const plain = (/** @type {object} */ value) =>
  Object.fromEntries(Reflect.ownKeys(value).map((key) => [key, /** @type {any} */ (value)[key]]))

test('counts each event from the first call on', () => {
  const emitter = new EventEmitter().on('a', () => {})
  emitter.emit('a')
  expect(plain(emitter.metrics())).toEqual({})
  const symbol = Symbol('s')
  for (let at = 0; at < 3; at++) emitter.emit('a', at)
  for (const name of ['b', symbol, '__proto__']) emitter.emit(name)
  expect(plain(emitter.metrics())).toEqual({
    a: { emitted: 3, unheard: 0, listeners: 1 },
    b: { emitted: 1, unheard: 1, listeners: 0 },
    [symbol]: { emitted: 1, unheard: 1, listeners: 0 },
    ['__proto__']: { emitted: 1, unheard: 1, listeners: 0 },
  })
})

test('what patterns hear is heard', () => {
  const emitter = new EventEmitter().onPattern('a.*', () => {})
  emitter.metrics()
  emitter.emit('a.b')
  emitter.emit('b')
  expect(plain(emitter.metrics())).toMatchObject({ 'a.b': { emitted: 1, unheard: 0 }, b: { emitted: 1, unheard: 1 } })
})

test('an emit that throws is counted', () => {
  const emitter = new EventEmitter()
  emitter.metrics()
  expect(() => emitter.emit('error', new RangeError('thrown'))).toThrow('thrown')
  expect(emitter.metrics().error).toEqual({ emitted: 1, unheard: 0, listeners: 0 })
})

test('stops when it is told to, with the counts so far', () => {
  const emitter = new EventEmitter()
  emitter.metrics()
  emitter.emit('a')
  expect(plain(emitter.metrics({ enabled: false }))).toMatchObject({ a: { emitted: 1 } })
  emitter.emit('a')
  expect(plain(emitter.metrics())).toEqual({})
})

test('what it returns is a copy', () => {
  const emitter = new EventEmitter()
  emitter.metrics()
  emitter.emit('a')
  const before = emitter.metrics()
  emitter.emit('a')
  expect(before.a.emitted).toBe(1)
})

test('names beyond ten thousand are not counted', () => {
  const emitter = new EventEmitter()
  emitter.metrics()
  for (let id = 0; id < 10_100; id++) emitter.emit(`reply ${id}`)
  emitter.emit('reply 5')
  const counts = emitter.metrics()
  expect(Object.keys(counts)).toHaveLength(10_000)
  expect(counts['reply 5'].emitted).toBe(2)
})

test('wrong types are refused', () => {
  const wrong = expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(() => new EventEmitter().metrics(true)).toThrow(wrong)
  expect(() => new EventEmitter().metrics({ enabled: 'yes' })).toThrow(wrong)
})
