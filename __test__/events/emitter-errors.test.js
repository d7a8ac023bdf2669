'use strict'

const NodeEventEmitter = require('node:events')
const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

/** What a function throws. */
function thrownBy(/** @type {() => void} */ act) {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new TypeError('nothing was thrown')
}

test.each(['on', 'once', 'prependListener', 'prependOnceListener', 'off'])(
  '%s takes functions only, in the words of Node',
  (method) => {
    for (const wrong of [undefined, null, 'text', 1, {}, [], /x/, Symbol('s')]) {
      const mine = thrownBy(() => new EventEmitter()[method]('x', wrong))
      const theirs = thrownBy(() => /** @type {any} */ (new NodeEventEmitter())[method]('x', wrong))
      expect([mine.name, mine.code, mine.message]).toEqual([theirs.name, theirs.code, theirs.message])
    }
  }
)

test("an 'error' that nobody listens to is thrown as by Node", () => {
  const failure = new RangeError('thrown')
  expect(thrownBy(() => new EventEmitter().emit('error', failure))).toBe(failure)
  for (const args of [[], [undefined], [null], ['text'], [{ message: 'an object' }], [1, 2]]) {
    const mine = thrownBy(() => new EventEmitter().emit('error', ...args))
    const theirs = thrownBy(() => new NodeEventEmitter().emit('error', ...args))
    expect([mine.name, mine.code, mine.message, mine.context]).toEqual([
      theirs.name,
      theirs.code,
      theirs.message,
      theirs.context,
    ])
  }
})

test("a monitor sees an 'error' first, and does not handle it", () => {
  const emitter = new EventEmitter()
  const order = /** @type {any[]} */ ([])
  emitter.on(EventEmitter.errorMonitor, (/** @type {any[]} */ ...args) => order.push('monitor', ...args))
  expect(() => emitter.emit('error', 'e')).toThrow(expect.objectContaining({ code: 'ERR_UNHANDLED_ERROR' }))
  emitter.on('error', () => order.push('listener'))
  expect(emitter.emit('error', 'f', 2)).toBe(true)
  expect(order).toEqual(['monitor', 'e', 'monitor', 'f', 2, 'listener'])
})

test.each([1, 2, 4])("%i listeners of 'error' get it as any event", (count) => {
  const emitter = new EventEmitter()
  const heard = jest.fn()
  for (let at = 0; at < count; at++) emitter.on('error', heard)
  expect(emitter.emit('error', 1, 2)).toBe(true)
  expect(heard.mock.calls).toEqual(Array(count).fill([1, 2]))
})
