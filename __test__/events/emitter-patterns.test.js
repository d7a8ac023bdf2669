'use strict'

const fc = require('fast-check')
const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

test.each([
  [
    'order.*.paid',
    ['order.7.paid'],
    ['order.paid', 'order.7.8.paid', 'order.7.paid.late', 'x.order.7.paid', 'order..paid'],
  ],
  ['order.>', ['order.7', 'order.7.paid'], ['order', 'orders.7', 'order.', 'order..7']],
  ['>', ['order', 'order.7.paid', '*', 'a b'], ['', '.', 'a..b', 'a.', Symbol('order')]],
  ['*', ['order', '*'], ['order.7', '']],
  ['order', ['order'], ['order.7', 'Order']],
  ['*.*.paid', ['a.b.paid', '*.*.paid'], ['a.paid']],
  ['a.*.>', ['a.b.c', 'a.b.c.d'], ['a.b', 'a']],
])('%s', (pattern, matching, others) => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  expect(emitter.onPattern(pattern, heard)).toBe(emitter)
  for (let times = 0; times < 2; times++) {
    expect(matching.map((name) => emitter.emit(name, 1))).toEqual(matching.map(() => true))
    expect(others.map((name) => emitter.emit(name, 1))).toEqual(others.map(() => false))
  }
  expect(heard.mock.calls).toEqual([...matching, ...matching].map((name) => [1, name]))
})

test.each([0, 1, 2, 3, 4, 7])('listeners get the %i arguments and then the name, with the emitter as this', (arity) => {
  const emitter = new EventEmitter()
  const args = Array.from({ length: arity }, (_, at) => at)
  for (const count of [1, 2, 3]) {
    const heard = jest.fn()
    for (let at = 0; at < count; at++) emitter.onPattern(`a${count}.*`, heard)
    emitter.emit(`a${count}.b`, ...args)
    expect(heard.mock.calls).toEqual(Array(count).fill([...args, `a${count}.b`]))
    expect(heard.mock.contexts[0]).toBe(emitter)
  }
})

test('listeners by name come first, then those by pattern in the order of being added', () => {
  const emitter = new EventEmitter()
  const order = /** @type {string[]} */ ([])
  const say = (/** @type {string} */ word) => () => order.push(word)
  emitter
    .onPattern('a.*', say('first'))
    .onPattern('>', say('second'))
    .onPattern('*.b', say('third'))
    .onPattern('a.b', say('last'))
  emitter.on('a.b', say('by name'))
  expect(emitter.emit('a.b')).toBe(true)
  expect(order).toEqual(['by name', 'first', 'second', 'third', 'last'])
})

test('a pattern added or removed later counts at once, for names that were emitted before', () => {
  const emitter = new EventEmitter()
  const [one, two] = [jest.fn(), jest.fn()]
  emitter.onPattern('a.*', one).emit('a.b')
  emitter.onPattern('a.>', two).onPattern('a.*', one).emit('a.b')
  emitter.offPattern('a.*', one).offPattern('a.x', one).offPattern('b.*', one).emit('a.b')
  emitter.offPattern('a.*', one).offPattern('a.>', two)
  expect(emitter.emit('a.b')).toBe(false)
  expect([one.mock.calls.length, two.mock.calls.length]).toEqual([4, 2])
})

test('removeAllListeners forgets patterns, unless it is asked for one event', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  emitter.onPattern('a.*', heard).removeAllListeners('a.b')
  expect(emitter.emit('a.b')).toBe(true)
  emitter.removeAllListeners()
  expect(emitter.emit('a.b')).toBe(false)
})

test('one that removes another lets it have this event, but no further', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  emitter.onPattern('a', () => emitter.offPattern('a', heard)).onPattern('a', heard)
  emitter.emit('a')
  emitter.emit('a')
  expect(heard).toHaveBeenCalledTimes(1)
})

test("an 'error' that only a pattern matches is unhandled; a handled one is seen", () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  emitter.onPattern('>', heard)
  const failure = new RangeError('thrown')
  expect(() => emitter.emit('error', failure)).toThrow(failure)
  expect(heard).not.toHaveBeenCalled()
  emitter.on('error', () => {})
  expect(emitter.emit('error', failure)).toBe(true)
  expect(heard.mock.calls).toEqual([[failure, 'error']])
})

test('events about listeners are not matched', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  emitter
    .onPattern('>', heard)
    .on('newListener', () => {})
    .on('removeListener', () => {})
  emitter.on('x', String).off('x', String)
  expect(heard).not.toHaveBeenCalled()
})

test('rejections are captured as those of other listeners', async () => {
  const emitter = new EventEmitter({ captureRejections: true })
  const failure = new RangeError('rejected')
  const caught = new Promise((resolve) => emitter.on('error', resolve))
  emitter.onPattern('a.*', async () => Promise.reject(failure)).emit('a.b')
  expect(await caught).toBe(failure)
})

test('a class with an emit of its own keeps it', () => {
  const log = /** @type {any[]} */ ([])
  class Loud extends EventEmitter {
    emit(/** @type {any[]} */ ...args) {
      log.push(args)
      return super.emit(...args)
    }
  }
  const emitter = new Loud()
  const heard = jest.fn()
  emitter.onPattern('a.*', heard).emit('a.b', 1)
  expect(log).toEqual([['a.b', 1]])
  expect(heard).toHaveBeenCalledTimes(1)
})

test('emitters without patterns are as they were', () => {
  const emitter = new EventEmitter()
  new EventEmitter().onPattern('>', () => {})
  expect(Object.hasOwn(emitter, 'emit')).toBe(false)
  emitter.offPattern('>', () => {}).removeAllListeners()
  expect(Object.hasOwn(emitter, 'emit')).toBe(false)
  expect(Object.keys(emitter.onPattern('>', () => {}))).toEqual(Object.keys(new EventEmitter()))
})

test.each(['', 'a..b', '.a', 'a.', 'a b', 'a.>.b', '>.a'])('%j is no pattern', (pattern) => {
  expect(() => new EventEmitter().onPattern(pattern, () => {})).toThrow(
    expect.objectContaining({ code: 'ERR_EVENTS_INVALID_TOPIC' })
  )
  expect(() => new EventEmitter().offPattern(pattern, () => {})).toThrow(
    expect.objectContaining({ code: 'ERR_EVENTS_INVALID_TOPIC' })
  )
})

test('wrong types are refused', () => {
  const wrong = expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
  for (const pattern of [undefined, null, 1, {}, Symbol('s')]) {
    expect(() => new EventEmitter().onPattern(pattern, () => {})).toThrow(wrong)
  }
  expect(() => new EventEmitter().onPattern('a')).toThrow(wrong)
})

/** NATS' rules as an expression. */
function expressionOf(/** @type {string} */ pattern) {
  const tokens = pattern
    .split('.')
    .map((token) => (token === '*' ? '[^.]+' : token === '>' ? '[^.]+(\\.[^.]+)*' : token))
  return new RegExp(`^${tokens.join('\\.')}$`)
}

test('any set of patterns hears what its expressions match, in order, while it changes', () => {
  const token = fc.constantFrom('a', 'b', 'c')
  const name = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'))
  const pattern = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 3 }), fc.constantFrom('>', '*', 'a', 'c'))
    .map(([tokens, last]) => [...tokens, last].join('.'))
  const step = fc.record({ do: fc.constantFrom('on', 'on', 'off', 'emit', 'emit'), pattern, name })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const emitter = new EventEmitter()
      const model = /** @type {{ pattern: string, listener: Function }[]} */ ([])
      const heard = /** @type {string[]} */ ([])
      const expected = /** @type {string[]} */ ([])
      const listeners = new Map()
      for (const { do: what, pattern, name } of steps) {
        const listener = listeners.get(pattern) ?? ((/** @type {string} */ event) => heard.push(`${pattern} ${event}`))
        listeners.set(pattern, listener)
        if (what === 'on') {
          emitter.onPattern(pattern, listener)
          model.push({ pattern, listener })
        } else if (what === 'off') {
          emitter.offPattern(pattern, listener)
          const at = model.findLastIndex((entry) => entry.pattern === pattern)
          if (at !== -1) model.splice(at, 1)
        } else {
          const matching = model.filter((entry) => expressionOf(entry.pattern).test(name))
          expected.push(...matching.map((entry) => `${entry.pattern} ${name}`))
          expect(emitter.emit(name)).toBe(matching.length > 0)
        }
      }
      expect(heard).toEqual(expected)
    })
  )
})

test('names that come once do not fill the memory', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  emitter.onPattern('order.*.paid', heard)
  for (let id = 0; id < 20_000; id++) emitter.emit(`order.${id}.paid`, id)
  expect(heard).toHaveBeenCalledTimes(20_000)
})
