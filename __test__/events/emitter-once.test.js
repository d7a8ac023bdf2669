'use strict'

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

test.each([0, 1, 2, 3, 6])('is called once, with %i arguments, and is gone by then', (arity) => {
  const emitter = new EventEmitter()
  const args = Array.from({ length: arity }, (_, at) => at)
  const heard = jest.fn(() => emitter.listenerCount('x'))
  emitter.once('x', heard)
  expect([emitter.emit('x', ...args), emitter.emit('x', ...args)]).toEqual([true, false])
  expect(heard.mock.calls).toEqual([args])
  expect(heard.mock.results[0].value).toBe(0)
  expect(heard.mock.contexts).toEqual([emitter])
})

test('what rawListeners gives has the listener and can be called, once', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn((/** @type {number} */ value) => value + 1)
  emitter.once('x', heard)
  const [wrapper] = emitter.rawListeners('x')
  expect(emitter.listeners('x')).toEqual([heard])
  expect(wrapper).not.toBe(heard)
  expect(wrapper.listener).toBe(heard)
  expect(wrapper(1)).toBe(2)
  expect(emitter.listenerCount('x')).toBe(0)
  expect(wrapper(1)).toBe(undefined)
  expect(heard).toHaveBeenCalledTimes(1)
})

test('is removed by the listener and by its wrapper', () => {
  const emitter = new EventEmitter()
  const heard = () => {}
  emitter.once('x', heard).off('x', heard)
  expect(emitter.listenerCount('x')).toBe(0)
  emitter.on('x', heard).once('x', heard)
  emitter.off('x', emitter.rawListeners('x')[1])
  expect(emitter.rawListeners('x')).toEqual([heard])
})

test('an emit from within does not call it again', () => {
  const emitter = new EventEmitter()
  const heard = jest.fn(() => emitter.emit('x'))
  emitter.once('x', heard).emit('x')
  expect(heard).toHaveBeenCalledTimes(1)
})

test('is added through on, and removed through removeListener, of a class that has its own', () => {
  const log = /** @type {string[]} */ ([])
  class Watched extends EventEmitter {
    on(/** @type {any[]} */ ...args) {
      log.push('on')
      return super.on(...args)
    }
    removeListener(/** @type {any[]} */ ...args) {
      log.push('removeListener')
      return super.removeListener(...args)
    }
  }
  new Watched().once('x', () => {}).emit('x')
  expect(log).toEqual(['on', 'removeListener'])
})

test('prependOnceListener comes first', () => {
  const order = /** @type {string[]} */ ([])
  const emitter = new EventEmitter().on('x', () => order.push('on'))
  emitter.prependOnceListener('x', () => order.push('once'))
  emitter.emit('x')
  expect(order).toEqual(['once', 'on'])
})
