'use strict'

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

const counts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 25]
const arities = [0, 1, 2, 3, 4, 5, 9]

/** @param {number} count */
function recording(count) {
  const emitter = new EventEmitter().setMaxListeners(0)
  const calls = /** @type {any[]} */ ([])
  const listeners = Array.from({ length: count }, (_, at) => {
    return function (/** @type {any[]} */ ...args) {
      calls.push([at, /** @type {any} */ (this) === emitter, args])
    }
  })
  for (const listener of listeners) emitter.on('a', listener)
  return { emitter, calls, listeners }
}

describe.each(counts)('%i listeners', (count) => {
  test.each(arities)('get %i arguments, no more and no fewer, in order', (arity) => {
    const { emitter, calls } = recording(count)
    const args = Array.from({ length: arity }, (_, at) => (at === arity - 1 ? undefined : at))
    expect(emitter.emit('a', ...args)).toBe(count > 0)
    expect(calls).toEqual(Array.from({ length: count }, (_, at) => [at, true, args]))
  })

  test('all of them are called although each removes itself and its neighbour', () => {
    const { emitter, calls, listeners } = recording(count)
    const removing = listeners.map((_, at) => () => {
      emitter.off('a', removing[at])
      if (removing[at + 1]) emitter.off('a', removing[at + 1])
      calls.push(at)
    })
    for (const [at, listener] of listeners.entries()) emitter.off('a', listener).on('a', removing[at])
    emitter.emit('a')
    expect(calls).toEqual(listeners.map((_, at) => at))
    expect(emitter.listenerCount('a')).toBe(0)
  })

  test('those that are added meanwhile wait for the next emit', () => {
    const { emitter, calls } = recording(count)
    emitter.prependListener('a', () => emitter.on('a', () => calls.push('late')))
    emitter.emit('a', 1)
    expect(calls).toHaveLength(count)
    emitter.emit('a', 1)
    expect(calls.filter((call) => call === 'late')).toHaveLength(1)
  })

  test('one that throws keeps those after it from being called, and the emitter in order', () => {
    const { emitter, calls } = recording(count)
    const failure = new RangeError('thrown')
    emitter.prependOnceListener('a', () => {
      throw failure
    })
    expect(() => emitter.emit('a')).toThrow(failure)
    expect(calls).toEqual([])
    emitter.emit('a')
    expect(calls).toHaveLength(count)
  })

  test('an emit within an emit comes first', () => {
    const { emitter, calls } = recording(count)
    let nested = false
    emitter.prependListener('a', (/** @type {string} */ name) => {
      if (!nested) {
        nested = true
        emitter.emit('a', 'inner')
      }
      calls.push(name)
    })
    emitter.emit('a', 'outer')
    const names = calls.map((call) => (typeof call === 'string' ? call : call[2][0]))
    expect(names).toEqual([...Array(count + 1).fill('inner'), ...Array(count + 1).fill('outer')])
  })
})

test('a long list is not copied for each listener that is added', () => {
  const { emitter } = recording(20)
  const list = emitter._events.a
  emitter.on('a', () => {})
  expect(emitter._events.a).toBe(list)
})

test('lists that others have put there are called as they are', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  emitter._events.a = [heard]
  emitter._events.b = []
  expect(emitter.emit('a', 1)).toBe(true)
  expect(emitter.emit('b', 1)).toBe(true)
  expect(heard.mock.calls).toEqual([[1]])
})

test.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', '', '0', ' a b '])(
  '%j is a name as any other',
  (name) => {
    const emitter = new EventEmitter()
    expect(emitter.emit(name)).toBe(false)
    const heard = jest.fn()
    emitter.on(name, heard)
    expect(emitter.emit(name, 1)).toBe(true)
    expect(emitter.eventNames()).toEqual([name])
    emitter.off(name, heard)
    expect(emitter.emit(name, 1)).toBe(false)
    expect(heard).toHaveBeenCalledTimes(1)
  }
)
