'use strict'

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

const ignore = () => {}

test('the one that was added last goes first', () => {
  const emitter = new EventEmitter()
  const order = /** @type {number[]} */ ([])
  const [a, b] = [() => order.push(1), () => order.push(2)]
  emitter.on('x', a).on('x', b).on('x', a)
  emitter.off('x', a)
  emitter.emit('x')
  expect(order).toEqual([1, 2])
})

test('what was never added is no error', () => {
  const emitter = new EventEmitter()
  expect(emitter.off('x', ignore)).toBe(emitter)
  emitter.on('x', ignore).on('x', ignore)
  expect(emitter.off('x', () => {}).listenerCount('x')).toBe(2)
  expect(emitter.off('y', ignore).removeAllListeners('y').listenerCount('x')).toBe(2)
})

test("'removeListener' tells of each, with the listener that was given", () => {
  const emitter = new EventEmitter()
  const told = jest.fn()
  const other = () => {}
  emitter.on('removeListener', told)
  emitter.once('x', ignore).on('x', other).on('y', ignore)
  emitter.removeAllListeners()
  expect(told.mock.calls).toEqual([['x', other], ['x', ignore], ['y', ignore]]) // biome-ignore format: one line
  expect(emitter.eventNames()).toEqual([])
})

test('a listener of removeListener may remove the others meanwhile', () => {
  const emitter = new EventEmitter()
  for (const listener of [ignore, ignore, ignore]) emitter.on('x', listener)
  emitter.on('removeListener', () => emitter.removeAllListeners('x'))
  expect(emitter.removeAllListeners().eventNames()).toEqual([])
})

test('removing the listeners of undefined is not removing all', () => {
  const emitter = new EventEmitter().on('x', ignore).on('undefined', ignore)
  emitter.removeAllListeners(undefined)
  expect(emitter.eventNames()).toEqual(['x'])
})

test('an emitter without a store has nothing to remove', () => {
  const emitter = new EventEmitter()
  emitter._events = undefined
  expect(emitter.off('x', ignore)).toBe(emitter)
  expect(emitter.removeAllListeners()).toBe(emitter)
  expect(emitter.listeners('x')).toEqual([])
  expect(emitter.rawListeners('x')).toEqual([])
  expect(emitter.listenerCount('x')).toBe(0)
  expect(emitter.on('x', ignore).listenerCount('x')).toBe(1)
})

test('of two listeners the one that stays stands alone in the store, as in that of Node', () => {
  const emitter = new EventEmitter().on('x', ignore).on('x', String)
  expect(emitter.off('x', ignore)._events.x).toBe(String)
})
