'use strict'

const { Duplex, PassThrough } = require('node:stream')
const { inspect } = require('node:util')
const net = require('node:net')
const NodeEventEmitter = require('node:events')
const EventEmitter = require('../../lib/events/emitter/index.js')

const node = /** @type {any} */ (NodeEventEmitter)
const ours = /** @type {any} */ (EventEmitter)

test('has every export of node:events, with the same descriptor', () => {
  for (const name of Reflect.ownKeys(NodeEventEmitter)) {
    expect([name, Object.hasOwn(ours, name)]).toEqual([name, true])
    const { enumerable } = /** @type {any} */ (Object.getOwnPropertyDescriptor(NodeEventEmitter, name))
    expect([name, Object.getOwnPropertyDescriptor(ours, name)?.enumerable]).toEqual([name, enumerable])
  }
  expect(ours.EventEmitter).toBe(EventEmitter)
  expect(ours.length).toBe(NodeEventEmitter.length)
  expect(ours.name).toBe('EventEmitter')
})

test('has the same enumerable properties on its prototype, in the same order, with the same lengths', () => {
  expect(Object.keys(ours.prototype)).toEqual(Object.keys(NodeEventEmitter.prototype))
  for (const key of Object.keys(node.prototype)) {
    expect([key, typeof ours.prototype[key]]).toEqual([key, typeof node.prototype[key]])
  }
  expect(ours.prototype.emit.length).toBe(1)
  expect(ours.prototype.on).toBe(ours.prototype.addListener)
  expect(ours.prototype.off).toBe(ours.prototype.removeListener)
})

test('an emitter has the same own properties and prints the same', () => {
  const mine = new ours().on('a', String)
  const theirs = new node().on('a', String)
  expect(Reflect.ownKeys(mine)).toEqual(Reflect.ownKeys(theirs))
  expect(inspect(mine)).toBe(inspect(theirs))
  expect(JSON.stringify(mine)).toBe(JSON.stringify(theirs))
})

test('instanceof holds both ways, but a class derived from ours is its own', () => {
  class Queue extends ours {}
  expect(new ours()).toBeInstanceOf(NodeEventEmitter)
  expect(new Queue()).toBeInstanceOf(NodeEventEmitter)
  expect(new Queue() instanceof ours).toBe(true)
  expect(new PassThrough() instanceof ours).toBe(true)
  expect(new net.Socket() instanceof ours).toBe(true)
  expect(process instanceof ours).toBe(true)
  expect(new NodeEventEmitter() instanceof ours).toBe(true)
  expect(new NodeEventEmitter() instanceof Queue).toBe(false)
  expect(new ours() instanceof Queue).toBe(false)
  for (const other of [{}, [], null, undefined, 1, new EventTarget()]) expect(other instanceof ours).toBe(false)
})

test("leaves Node's class as it was", () => {
  expect(Object.hasOwn(NodeEventEmitter, Symbol.hasInstance)).toBe(false)
  expect('onPattern' in NodeEventEmitter.prototype).toBe(false)
  expect(NodeEventEmitter.prototype.constructor).toBe(NodeEventEmitter)
})

test('is called without new by old classes', () => {
  const { inherits } = require('node:util')
  /** @this {any} */
  function Old() {
    ours.call(this)
  }
  inherits(Old, ours)
  const old = new /** @type {any} */ (Old)()
  const heard = jest.fn()
  old.on('a', heard).emit('a', 1)
  expect(heard).toHaveBeenCalledWith(1)
  expect(old instanceof ours).toBe(true)
})

test('its methods work in objects that never saw the constructor', () => {
  const heard = jest.fn()
  const mixed = Object.assign({}, ours.prototype)
  expect(mixed.emit('a')).toBe(false)
  mixed.on('a', heard).once('a', heard).emit('a', 1, 2)
  expect(heard.mock.calls).toEqual([[1, 2], [1, 2]]) // biome-ignore format: one line
  const created = Object.create(ours.prototype).on('a', heard)
  expect(created.listenerCount('a')).toBe(1)
})

test('emitters whose prototype is an emitter do not share its listeners', () => {
  const parent = new ours().on('a', () => {})
  /** @type {any} */
  const Child = class extends ours {}
  Object.setPrototypeOf(Child.prototype, parent)
  const child = new Child()
  expect(child.listenerCount('a')).toBe(0)
  expect(parent.listenerCount('a')).toBe(1)
})

test("our methods serve Node's streams", async () => {
  class Upper extends Duplex {}
  const stream = new PassThrough()
  const seen = /** @type {string[]} */ ([])
  ours.prototype.on.call(stream, 'data', (/** @type {Buffer} */ chunk) => seen.push(String(chunk)))
  const ended = ours.once(stream, 'end')
  stream.resume().end('through')
  await ended
  expect(seen).toEqual(['through'])
  expect(ours.getEventListeners(stream, 'data')).toHaveLength(1)
  ours.prototype.removeAllListeners.call(stream, 'data')
  expect(stream.listenerCount('data')).toBe(0)
  expect(new Upper() instanceof ours).toBe(true)
})

test("an emitter of ours stands where Node's code takes emitters", async () => {
  const emitter = new ours()
  const once = NodeEventEmitter.once(emitter, 'a')
  const all = NodeEventEmitter.on(emitter, 'b', { close: ['end'] })
  emitter.emit('a', 1)
  for (const value of [1, 2]) emitter.emit('b', value)
  emitter.emit('end')
  expect(await once).toEqual([1])
  const got = []
  for await (const [value] of all) got.push(value)
  expect(got).toEqual([1, 2])
  expect(emitter.eventNames()).toEqual([])
})

test('settings are those of the process', () => {
  const { defaultMaxListeners, captureRejections } = NodeEventEmitter
  try {
    ours.defaultMaxListeners = 3
    expect(NodeEventEmitter.defaultMaxListeners).toBe(3)
    expect(new ours().getMaxListeners()).toBe(3)
    ours.captureRejections = true
    expect(NodeEventEmitter.captureRejections).toBe(true)
    expect(() => (ours.defaultMaxListeners = -1)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  } finally {
    Object.assign(NodeEventEmitter, { defaultMaxListeners, captureRejections })
  }
})

test('init can be replaced by who wants to see every emitter', () => {
  const { init } = ours
  const seen = /** @type {any[]} */ ([])
  try {
    ours.init = function (/** @type {any} */ options) {
      seen.push(this)
      return init.call(this, options)
    }
    const emitter = new ours()
    expect(seen).toEqual([emitter])
  } finally {
    ours.init = init
  }
})
