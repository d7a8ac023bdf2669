'use strict'

// Names that recur get a store that is fast to read; names that are made up for each request must not spoil it.

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

const ignore = () => {}

test('thousands of names that come once are heard, forgotten and kept in order', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  for (let id = 0; id < 3000; id++) {
    emitter.once(`reply:${id}`, heard)
    expect(emitter.emit(`reply:${id}`, id)).toBe(true)
  }
  expect(heard).toHaveBeenCalledTimes(3000)
  expect(emitter.eventNames()).toEqual([])
  for (let id = 0; id < 1200; id++) emitter.on(`later:${id}`, ignore)
  expect(emitter.eventNames()).toEqual(Array.from({ length: 1200 }, (_, id) => `later:${id}`))
  for (let id = 0; id < 1200; id += 2) emitter.off(`later:${id}`, ignore)
  expect(emitter.eventNames()).toHaveLength(600)
  expect(emitter._eventsCount).toBe(600)
})

test('an emitter keeps its other listeners when it gets such a name', () => {
  const emitter = new EventEmitter().on('first', ignore).on(Symbol.for('second'), ignore)
  for (let id = 0; id < 3000; id++) emitter.on(`one of many ${id}`, ignore)
  expect(emitter.eventNames().slice(0, 2)).toEqual(['first', 'one of many 0'])
  expect(emitter.eventNames()).toContain(Symbol.for('second'))
  expect(emitter.listenerCount('first')).toBe(1)
})

test('symbols that come once are names as others', () => {
  const emitter = new EventEmitter()
  for (let id = 0; id < 3000; id++) {
    const name = Symbol('reply')
    emitter.once(name, ignore)
    expect(emitter.emit(name)).toBe(true)
  }
  expect(emitter._eventsCount).toBe(0)
})

test.each([1, 2, 3, 4, 5, 6, 9])('of %i events any may be removed, and the others stay in order', (count) => {
  const all = Array.from({ length: count }, (_, at) => `event ${at}`)
  for (const removed of all) {
    const emitter = new EventEmitter()
    for (const name of all) emitter.on(name, ignore)
    emitter.off(removed, ignore)
    expect(emitter.eventNames()).toEqual(all.filter((name) => name !== removed))
    emitter.on(removed, ignore)
    expect(emitter.eventNames().at(-1)).toBe(removed)
  }
})

test('symbols survive the removal of names', () => {
  const symbol = Symbol('stays')
  const emitter = new EventEmitter().on('a', ignore).on(symbol, ignore).on('b', ignore)
  emitter.off('a', ignore)
  expect(emitter.eventNames()).toEqual(['b', symbol])
  emitter.off('b', ignore)
  expect(emitter.eventNames()).toEqual([symbol])
})

test('names that are numbers are found by either form', () => {
  const emitter = new EventEmitter().on(7, ignore).on('b', ignore).on(Symbol.for('c'), ignore)
  emitter.off('7', ignore)
  expect(emitter.eventNames()).toEqual(['b', Symbol.for('c')])
  emitter.on('7', ignore).off(7, ignore)
  expect(emitter.eventNames()).toEqual(['b', Symbol.for('c')])
})
