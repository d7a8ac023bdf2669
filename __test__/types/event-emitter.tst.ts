import NodeEvents = require('node:events')
import EventEmitter = require('ironloop/events')

import { describe, expect, test } from 'tstyche'

interface Orders {
  paid: [id: number, total: number]
  closed: []
}

describe('an emitter', () => {
  test('is one of Node, and takes the place of one', () => {
    expect(new EventEmitter()).type.toBeAssignableTo<NodeEvents>()
    expect(new EventEmitter()).type.toBeAssignableTo<NodeJS.EventEmitter>()
    expect(new EventEmitter<Orders>()).type.toBeAssignableTo<NodeEvents<Orders>>()
    expect(EventEmitter.EventEmitter).type.toBe<typeof EventEmitter>()
    class Queue extends EventEmitter {}
    expect(new Queue()).type.toBeAssignableTo<EventEmitter>()
  })

  test('takes any event if it is not said which there are', () => {
    const emitter = new EventEmitter({ captureRejections: true })
    expect(emitter.on).type.toBeCallableWith('anything', (_a: string, _b: number) => {})
    expect(emitter.emit).type.toBeCallableWith(Symbol(), 1, 'two')
    expect(emitter.on('a', () => {})).type.toBe<EventEmitter>()
  })

  test('knows what its events carry', () => {
    const orders = new EventEmitter<Orders>()
    orders.on('paid', (id, total) => expect([id, total]).type.toBe<number[]>())
    orders.once('closed', (...args) => expect(args).type.toBe<[]>())
    expect(orders.emit).type.toBeCallableWith('paid', 1, 2)
    expect(orders.emit).type.not.toBeCallableWith('paid', 'one', 2)
  })
})

describe('waitFor', () => {
  test('resolves with what the event carries, and its filter gets that', () => {
    const orders = new EventEmitter<Orders>()
    expect(orders.waitFor('paid')).type.toBe<Promise<[id: number, total: number]>>()
    orders.waitFor('paid', { filter: (id, total) => id + total > 7, timeout: 5, signal: AbortSignal.timeout(5) })
    expect(orders.waitFor('another')).type.toBe<Promise<any[]>>()
    expect(orders.waitFor).type.not.toBeCallableWith('paid', { timeout: '5' })
    expect(new EventEmitter().waitFor('a')).type.toBe<Promise<any[]>>()
  })
})

describe('patterns and metrics', () => {
  test('are there', () => {
    const orders = new EventEmitter<Orders>()
    expect(orders.onPattern('order.*.paid', (_total: number, _name: string) => {})).type.toBe<EventEmitter<Orders>>()
    expect(orders.offPattern('order.*.paid', () => {})).type.toBe<EventEmitter<Orders>>()
    expect(orders.metrics({ enabled: true }).paid).type.toBe<EventEmitter.EventCounts | undefined>()
    expect(orders.onPattern).type.not.toBeCallableWith(Symbol(), () => {})
  })
})
