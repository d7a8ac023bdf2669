'use strict'

const nodeEvents = require('node:events')
const events = require('../../lib/events')

/** The class itself and what makes it; emitter-drop-in.test.js compares them with Node's. */
const ours = ['length', 'name', 'prototype', 'EventEmitter', 'EventEmitterAsyncResource', 'init']

test('everything of node:events is there, and the same', () => {
  for (const name of Object.getOwnPropertyNames(nodeEvents)) {
    if (!ours.includes(name)) expect([name, events[name]]).toEqual([name, nodeEvents[name]])
  }
  expect(Object.keys(events)).toEqual([...Object.keys(nodeEvents), 'Bus', 'SharedEmitter'])
  expect('Bus' in nodeEvents).toBe(false)
})

test('the exports are themselves the class, in every way it is used', () => {
  class Queue extends events {
    name = 'queue'
  }
  function Legacy() {
    events.call(this)
  }
  require('node:util').inherits(Legacy, events)
  for (const emitter of [new events(), new Queue(), new Legacy(), new nodeEvents()]) {
    expect(emitter instanceof events && emitter instanceof nodeEvents).toBe(true)
    expect(emitter.on('one', () => {}).emit('one')).toBe(true)
    expect(emitter._eventsCount).toBe(1)
  }
  expect(new Queue() instanceof Queue).toBe(true)
  expect(new events({ captureRejections: true })[nodeEvents.captureRejectionSymbol]).toBe(
    new nodeEvents({ captureRejections: true })[nodeEvents.captureRejectionSymbol]
  )
})

test("Node's settings are Node's", () => {
  const before = nodeEvents.defaultMaxListeners
  events.defaultMaxListeners = 42
  expect(nodeEvents.defaultMaxListeners).toBe(42)
  nodeEvents.defaultMaxListeners = before
  expect(events.defaultMaxListeners).toBe(before)
})

test('a Bus is an EventEmitter, made by Bus.open only', () => {
  const { Bus } = events
  const bus = Bus.open('exports')
  expect(bus).toBeInstanceOf(nodeEvents)
  expect(Bus.open('exports')).toBe(bus)
  expect(bus.name).toBe('exports')
  expect(() => new Bus()).toThrow(expect.objectContaining({ code: 'ERR_ILLEGAL_CONSTRUCTOR' }))
  bus.close()
  expect(Bus.open('exports')).not.toBe(bus)
  Bus.open('exports').close()
})
