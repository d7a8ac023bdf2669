import NodeEvents = require('node:events')
import EventEmitter = require('ironloop/events')

import { describe, expect, test } from 'tstyche'

const { Bus } = EventEmitter

interface Topics {
  'order.paid': { total: number }
  'order.gone': string
}

describe('a Bus', () => {
  const bus = Bus.open<Topics & Record<string, unknown>>('orders')

  test('knows what its topics carry', () => {
    const known = Bus.open<{ 'order.paid': { total: number } }>('orders')
    expect(known.publish).type.toBeCallableWith('order.paid', { total: 1 })
    expect(known.publish).type.not.toBeCallableWith('order.paid', { total: 'one' })
    expect(known.publish).type.not.toBeCallableWith('order.lost', { total: 1 })
  })

  test('gives its listeners the payload, the topic and where it comes from', () => {
    bus.subscribe('order.paid', (payload, topic, { threadId, sequence }) => {
      expect(payload).type.toBe<{ total: number }>()
      expect(topic).type.toBe<'order.paid'>()
      expect([threadId, sequence]).type.toBe<number[]>()
    })
  })

  test('gives messages by the array to those who ask', () => {
    bus.subscribe('order.>', (messages) => expect(messages.length).type.toBe<number>(), { batch: true })
  })

  test('is an emitter, and is opened, not made', () => {
    expect(bus).type.toBeAssignableTo<NodeEvents>()
    expect(Bus).type.not.toBeConstructableWith('orders')
    expect(Bus.open).type.toBeCallableWith()
    expect(Bus.open).type.not.toBeCallableWith('orders', { scope: 'machine' })
    expect(Bus.open).type.toBeCallableWith('orders', { replay: { messages: 1 }, context: { capture: () => 1 } })
    expect(Bus.open).type.not.toBeCallableWith('orders', { replay: true })
    expect(bus.metrics()).type.toBe<string>()
  })
})

describe('a SharedEmitter', () => {
  const jobs = EventEmitter.SharedEmitter.open<{ done: [id: number, ms: number] }>('jobs')

  test('knows the arguments of its events', () => {
    jobs.on('done', (id, ms) => expect([id, ms]).type.toBe<number[]>())
    expect(jobs.emit).type.toBeCallableWith('done', 1, 2)
    expect(jobs.emit).type.not.toBeCallableWith('done', 'one', 2)
    expect(jobs.emit).type.not.toBeCallableWith('gone')
  })
})

describe('the module', () => {
  test('is the class EventEmitter, with everything that node:events has', () => {
    class Queue extends EventEmitter {}
    expect(new Queue().on('x', () => {}).emit('x')).type.toBe<boolean>()
    expect(new Queue()).type.toBeAssignableTo<NodeEvents>()
    expect<keyof typeof NodeEvents>().type.toBeAssignableTo<keyof typeof EventEmitter>()
  })
})
