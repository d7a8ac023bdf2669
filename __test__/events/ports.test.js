'use strict'

// What only postMessage carries, on the Bus.

const { createSecretKey } = require('node:crypto')
const { once } = require('node:events')
const path = require('node:path')
const { MessageChannel, Worker, receiveMessageOnPort } = require('node:worker_threads')
const { Bus } = require('../../lib/events')

const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
const dataCloneError = expect.objectContaining({ name: 'DataCloneError' })

let bus
let count = 0
const workers = []
beforeEach(() => {
  bus = Bus.open(`ports ${process.pid} ${count++}`)
})
afterEach(async () => {
  bus.close()
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
})

async function start(group) {
  const file = path.join(__dirname, '..', 'fixtures', 'events', 'ports-worker.js')
  const worker = new Worker(file, { workerData: { name: bus.name, group } })
  workers.push(worker)
  await once(worker, 'message')
  return worker
}

async function until(condition) {
  while (!condition()) await new Promise(setImmediate)
}

test('every kind arrives in all threads, in its place in the order', async () => {
  const threads = await Promise.all([start(), start()])
  const answers = new Map(threads.map(({ threadId }) => [`saw.${threadId}`, []]))
  bus.subscribe('saw.*', (what, topic) => answers.get(topic).push(what))
  const words = new Int32Array(new SharedArrayBuffer(4))
  bus.publish('show', 'before')
  bus.publish('show', { words })
  bus.publish('show', createSecretKey(Buffer.from('secret')))
  bus.publish('show', 'between')
  bus.publish('show', [new WebAssembly.Module(EMPTY_MODULE)])
  bus.publish('show', new Blob(['blob']))
  bus.publish('show', 'after')
  await until(() => [...answers.values()].every((list) => list.length === 7))
  for (const list of answers.values()) {
    expect(list).toEqual(['before', 'words', 'key secret', 'between', 'module', 'blob 4', 'after'])
  }
  expect(words[0]).toBe(2)
})

test('they come back from many threads at once, in the order of each', async () => {
  const threads = await Promise.all([start(), start(), start()])
  const got = new Map(threads.map(({ threadId }) => [threadId, []]))
  bus.subscribe('made', (words, _topic, { threadId }) => got.get(threadId).push(words[0]))
  bus.publish('make', 50)
  await until(() => [...got.values()].every((list) => list.length === 50))
  for (const list of got.values()) expect(list).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test('request() and its answer carry them', async () => {
  await start()
  const words = new Int32Array(new SharedArrayBuffer(4))
  const answer = await bus.request('same', words)
  answer[0] = 5
  expect(words[0]).toBe(5)
})

test('a port is moved to the one subscription that matches', async () => {
  await start()
  const { port1, port2 } = new MessageChannel()
  expect(await bus.request('greet', { port: port2 }, { transferList: [port2] })).toBe('sent')
  const [message] = await once(port1, 'message')
  expect(message).toBe('hello')
  port1.close()
  const memory = new ArrayBuffer(8)
  bus.subscribe('own', () => {}).unref()
  bus.publish('own', memory, { transferList: [memory] })
  expect(memory.byteLength).toBe(0)
})

test('an answer can transfer too', async () => {
  await start()
  const { port } = await bus.request('open', 'hello')
  expect(receiveMessageOnPort(port)).toEqual({ message: 'hello' })
  port.close()
  const memory = new ArrayBuffer(8)
  bus.reply('own', (_payload, _topic, { transferList }) => {
    transferList.push(memory)
    return memory
  })
  expect((await bus.request('own', 1)).byteLength).toBe(8)
  expect(memory.byteLength).toBe(0)
})

test('an answer that cannot be transferred rejects the request', async () => {
  for (const [list, problem] of [
    ['none', { code: 'ERR_INVALID_ARG_TYPE' }],
    [[{}], { name: 'TypeError' }],
  ]) {
    const replying = bus.reply('bad', (_payload, _topic, meta) => {
      meta.transferList = list
    })
    await expect(bus.request('bad', 1)).rejects.toMatchObject(problem)
    replying.unsubscribe()
  }
})

test('what is transferred stays where it is unless exactly one subscription matches', () => {
  const memory = new ArrayBuffer(8)
  const transferList = [memory]
  expect(() => bus.publish('t', memory, { transferList })).toThrow(
    expect.objectContaining({ code: 'ERR_EVENTS_NO_SUBSCRIBERS' })
  )
  for (let i = 0; i < 2; i++) bus.subscribe('t', () => {}, { group: 'g' })
  expect(() => bus.publish('t', memory, { transferList })).toThrow(dataCloneError)
  expect(memory.byteLength).toBe(8)
  for (const bad of [1, 'port', {}]) {
    expect(() => bus.publish('t', 1, { transferList: bad })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
    )
  }
})

test('what cannot be cloned throws, with receivers and without', () => {
  const { port1 } = new MessageChannel()
  const bad = [() => {}, { port1 }, [new SharedArrayBuffer(1), Symbol('s')], new WeakMap()]
  for (const value of bad) expect(() => bus.publish('t', value)).toThrow(dataCloneError)
  const got = []
  bus.subscribe('t', (value) => got.push(value))
  bus.subscribe('t', (value) => got.push(value))
  for (const value of bad) expect(() => bus.publish('t', value)).toThrow(dataCloneError)
  port1.close()
  return bus.flush().then(() => expect(got).toEqual([]))
})

test('of a group one member gets it, and every subscription of a thread one of its own', async () => {
  const got = { a: [], b: [], one: [], two: [] }
  for (const name of ['a', 'b']) bus.subscribe('t', (value) => got[name].push(value), { group: 'g' })
  for (const name of ['one', 'two']) bus.subscribe('t', (value) => got[name].push(value))
  const sent = Array.from({ length: 20 }, () => ({ memory: new SharedArrayBuffer(1) }))
  for (const value of sent) bus.publish('t', value)
  await bus.flush()
  expect(got.a.length + got.b.length).toBe(20)
  expect([got.one.length, got.two.length]).toEqual([20, 20])
  expect(got.one[3]).not.toBe(got.two[3])
})

test('a stream gives them, replay does not', async () => {
  const replaying = Bus.open(`${bus.name} replaying`, { replay: { messages: 5 } })
  const stream = replaying.stream('t')
  replaying.publish('t', new SharedArrayBuffer(3))
  replaying.publish('t', 'plain')
  expect((await stream.next()).value.payload.byteLength).toBe(3)
  expect((await stream.next()).value.payload).toBe('plain')
  const late = []
  replaying.subscribe('t', (value) => late.push(value), { replay: true })
  await until(() => late.length > 0)
  expect(late).toEqual(['plain'])
  replaying.close()
})

test('what a worker sent before it ended arrives', async () => {
  const sizes = []
  bus.subscribe('last', (memory) => sizes.push(memory.byteLength))
  for (let i = 0; i < 6; i++) {
    const worker = await start()
    bus.publish('end', undefined)
    await once(worker, 'exit')
    await until(() => sizes.length === i + 1)
  }
  expect(sizes).toEqual([9, 9, 9, 9, 9, 9])
})
