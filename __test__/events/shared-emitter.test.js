'use strict'

const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { SharedEmitter } = require('../../lib/events')

let emitter
let count = 0
beforeEach(() => {
  emitter = SharedEmitter.open(`emitter ${process.pid} ${count++}`)
})
afterEach(() => emitter.close())

async function until(condition) {
  while (!condition()) await new Promise(setImmediate)
}

test('listeners get the arguments, later, each its own', async () => {
  const got = []
  const listener = function (list, text) {
    list.push('seen')
    got.push([this === emitter, list, text])
  }
  expect(emitter.on('a b.c', listener).on('a b.c', listener)).toBe(emitter)
  expect(emitter.listenerCount('a b.c')).toBe(2)
  const list = [1]
  expect(emitter.emit('a b.c', list, 'x')).toBe(true)
  list.push('late')
  expect(got).toEqual([])
  await until(() => got.length === 2)
  expect(got).toEqual([
    [true, [1, 'seen'], 'x'],
    [true, [1, 'seen'], 'x'],
  ])
  expect(emitter.emit('a.b', 1)).toBe(false)
})

test('once, off, and any name', async () => {
  const got = []
  const names = ['', '*', '>', '$ironloop', 'a.b', 'ü \u0000', '%2e', '.', '%']
  const listener = (value) => got.push(value)
  for (const name of names) emitter.on(name, listener)
  emitter.once('once', listener)
  for (const name of names) emitter.emit(name, name)
  emitter.emit('once', 'first')
  emitter.emit('once', 'second')
  await until(() => got.length === names.length + 1)
  expect(got).toEqual([...names, 'first'])
  expect(emitter.listenerCount('once')).toBe(0)
  emitter.off('a.b', listener).off('a.b', listener).off('unknown', listener)
  expect([emitter.listenerCount('a.b'), emitter.listenerCount('.')]).toEqual([0, 1])
})

test("an 'error' that nobody listens to is thrown", async () => {
  const error = new RangeError('far')
  expect(() => emitter.emit('error', error)).toThrow(error)
  expect(() => emitter.emit('error', 'text')).toThrow(expect.objectContaining({ code: 'ERR_UNHANDLED_ERROR' }))
  const got = []
  emitter.on('error', (one) => got.push(one.message))
  emitter.emit('error', error)
  await until(() => got.length === 1)
  expect(got).toEqual(['far'])
})

test('other threads hear and answer', async () => {
  const file = path.join(__dirname, '..', 'fixtures', 'events', 'shared-emitter-worker.js')
  const worker = new Worker(file, { workerData: { name: emitter.name } })
  await once(worker, 'message')
  const got = []
  emitter.on('answer', (...args) => got.push(args))
  expect(emitter.listenerCount('ask')).toBe(1)
  expect(emitter.emit('ask', 20, { by: 2 })).toBe(true)
  await until(() => got.length === 1)
  expect(got).toEqual([[40, worker.threadId]])
  await worker.terminate()
  expect(emitter.listenerCount('ask')).toBe(0)
})

test('arguments are checked, and a closed one says so', () => {
  const code = (expected) => expect.objectContaining({ code: expected })
  expect(() => SharedEmitter.open(1)).toThrow(code('ERR_INVALID_ARG_TYPE'))
  expect(() => new SharedEmitter()).toThrow(code('ERR_ILLEGAL_CONSTRUCTOR'))
  expect(SharedEmitter.open(emitter.name)).toBe(emitter)
  for (const wrong of [undefined, 1, Symbol('s')]) {
    expect(() => emitter.on(wrong, () => {})).toThrow(code('ERR_INVALID_ARG_TYPE'))
    expect(() => emitter.emit(wrong)).toThrow(code('ERR_INVALID_ARG_TYPE'))
    expect(() => emitter.on('a', wrong)).toThrow(code('ERR_INVALID_ARG_TYPE'))
    expect(() => emitter.off('a', wrong)).toThrow(code('ERR_INVALID_ARG_TYPE'))
  }
  emitter.on('a', () => {})
  expect(() => emitter.emit('a', () => {})).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
  expect(emitter.unref().ref()).toBe(emitter)
  emitter.close()
  expect(() => emitter.emit('a')).toThrow(code('ERR_EVENTS_BUS_CLOSED'))
  emitter = SharedEmitter.open('again')
})
