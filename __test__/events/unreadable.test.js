'use strict'

// What a receiver cannot read costs that message alone. Values are refused where they are published if some thread
// could not read them, so here the reader is made to fail.

const { Bus } = require('../../lib/events')
const { Decoder } = require('../../lib/internal/values')

let bus
let errors
let count = 0
const read = Decoder.prototype.read
beforeEach(() => {
  bus = Bus.open(`unreadable ${count++}`)
  errors = []
  jest.spyOn(Decoder.prototype, 'read').mockImplementation(function () {
    const value = read.call(this)
    if (value?.bad === true) throw new RangeError('unreadable')
    return value
  })
})
afterEach(() => {
  jest.restoreAllMocks()
  bus.close()
})

const hear = () => bus.on('error', (error, { subscription }) => errors.push([error.message, subscription]))

function publishTen() {
  for (let i = 0; i < 10; i++) bus.publish('t', { i, bad: i === 5 })
}

const others = [0, 1, 2, 3, 4, 6, 7, 8, 9]

test('the others of a subscription arrive', async () => {
  hear()
  const got = []
  const subscription = bus.subscribe('t', ({ i }) => got.push(i))
  publishTen()
  await bus.flush()
  expect(got).toEqual(others)
  expect(errors).toEqual([['unreadable', subscription]])
})

test('the others of a batch arrive', async () => {
  hear()
  const got = []
  const subscription = bus.subscribe('t', (all) => got.push(...all.map(({ payload }) => payload.i)), { batch: true })
  publishTen()
  await bus.flush()
  expect(got).toEqual(others)
  expect(errors).toEqual([['unreadable', subscription]])
})

test('the others of a stream arrive', async () => {
  hear()
  const got = []
  const stream = bus.stream('t')
  publishTen()
  while (got.length < others.length) got.push((await stream.next()).value.payload.i)
  expect(got).toEqual(others)
  expect(errors).toEqual([['unreadable', stream]])
})

test('a stream ends with the error where nobody hears it', async () => {
  const stream = bus.stream('t')
  bus.publish('t', { bad: true })
  bus.publish('t', { i: 1 })
  await expect(stream.next()).rejects.toThrow('unreadable')
  expect(await stream.next()).toEqual({ value: undefined, done: true })
})

test('a question and an answer that cannot be read reject the request', async () => {
  bus.reply('q', () => ({ bad: true }))
  await expect(bus.request('q', { bad: true })).rejects.toThrow('unreadable')
  await expect(bus.request('q', { bad: false })).rejects.toThrow('unreadable')
  expect(errors).toEqual([])
})

test('an error that cannot be cloned is answered at once', async () => {
  const cloneError = expect.objectContaining({ name: 'DataCloneError' })
  bus.reply('throws', () => {
    throw () => {}
  })
  bus.reply('rejects', async () => {
    throw () => {}
  })
  await expect(bus.request('throws', 1)).rejects.toEqual(cloneError)
  await expect(bus.request('rejects', 1)).rejects.toEqual(cloneError)
})

test('what the Bus itself sends along is not for handlers, and answers are for nobody else', async () => {
  const spied = []
  bus.subscribe('$ironloop.>', (...args) => spied.push(args))
  bus.reply('q', (...args) => ({ count: args.length, meta: args[2] }))
  bus.subscribe('q', (...args) => spied.push(args.length, Object.keys(args[2])))
  const answer = await bus.request('q', 1)
  await bus.flush()
  expect(answer).toEqual({ count: 3, meta: { threadId: 0, sequence: expect.any(Number), transferList: [] } })
  expect(spied).toEqual([3, ['threadId', 'sequence']])
})

test('what aborts a request or a stream is the cause of its error', async () => {
  bus.reply('q', () => new Promise(() => {}))
  const controller = new AbortController()
  const asked = bus.request('q', 1, { signal: controller.signal })
  const next = bus.stream('t', { signal: controller.signal }).next()
  controller.abort('why')
  const aborted = expect.objectContaining({ name: 'AbortError', cause: 'why' })
  await expect(asked).rejects.toEqual(aborted)
  await expect(next).rejects.toEqual(aborted)
  await expect(bus.request('q', 1, { signal: controller.signal })).rejects.toEqual(aborted)
})
