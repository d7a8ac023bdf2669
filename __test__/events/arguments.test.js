'use strict'

const { Bus } = require('../../lib/events')

let bus
beforeAll(() => {
  bus = Bus.open('arguments')
})
afterAll(() => bus.close())

const code = (expected) => expect.objectContaining({ code: expected })

test.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a.\n', 'a\0', 'a.\ud800', 'x'.repeat(5000)])(
  'neither topic nor pattern: %j',
  (text) => {
    const invalid = code('ERR_EVENTS_INVALID_TOPIC')
    expect(() => bus.publish(text, 1)).toThrow(invalid)
    expect(() => bus.subscribe(text, () => {})).toThrow(invalid)
    expect(() => bus.hasSubscribers(text)).toThrow(invalid)
  }
)

test.each(['*', '>', 'a.*', 'a.>', '$ironloop.child', '$ironloop'])('not to be published on: %s', (topic) => {
  expect(() => bus.publish(topic, 1)).toThrow(code('ERR_EVENTS_INVALID_TOPIC'))
})

test.each(['>.a', 'a.>.b', '>.>'])('not to be subscribed to: %s', (pattern) => {
  expect(() => bus.subscribe(pattern, () => {})).toThrow(code('ERR_EVENTS_INVALID_TOPIC'))
})

test('arguments of the wrong type or range have the codes of Node', () => {
  const listener = () => {}
  for (const wrong of [undefined, 1, null, {}, Symbol('s')]) {
    expect(() => bus.publish(wrong, 1)).toThrow(code('ERR_INVALID_ARG_TYPE'))
    expect(() => bus.subscribe(wrong, listener)).toThrow(code('ERR_INVALID_ARG_TYPE'))
    expect(() => bus.subscribe('a', wrong)).toThrow(code('ERR_INVALID_ARG_TYPE'))
  }
  const options = {
    batch: 1,
    group: 1,
    maxQueuedBytes: '1',
    signal: {},
  }
  for (const [name, value] of Object.entries(options)) {
    expect(() => bus.subscribe('a', listener, { [name]: value })).toThrow(code('ERR_INVALID_ARG_TYPE'))
  }
  expect(() => bus.subscribe('a', listener, null)).toThrow(code('ERR_INVALID_ARG_TYPE'))
  expect(() => bus.subscribe('a', listener, { maxQueuedBytes: 0 })).toThrow(code('ERR_OUT_OF_RANGE'))
  expect(() => bus.subscribe('a', listener, { overflow: 'drop' })).toThrow(code('ERR_INVALID_ARG_VALUE'))
  expect(() => bus.subscribe('a', listener, { microtasks: 'none' })).toThrow(code('ERR_INVALID_ARG_VALUE'))
  expect(() => Bus.open(5)).toThrow(code('ERR_INVALID_ARG_TYPE'))
  expect(() => Bus.open('a', { maxQueuedBytes: 1.5 })).toThrow(code('ERR_OUT_OF_RANGE'))
  expect(() => Bus.open('a', { scope: 'host' })).toThrow(code('ERR_INVALID_ARG_VALUE'))
  expect(bus.stats().subscriptions).toBe(0)
})
