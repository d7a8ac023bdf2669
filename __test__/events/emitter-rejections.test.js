'use strict'

const EventEmitter = /** @type {any} */ (require('../../lib/events/emitter/index.js'))

const capturing = () => new EventEmitter({ captureRejections: true })
const failure = new RangeError('rejected')
const rejects = async () => {
  throw failure
}

test.each([1, 2, 5, 12])("of %i listeners each that rejects becomes an 'error'", async (count) => {
  const emitter = capturing().setMaxListeners(0)
  for (let at = 0; at < count; at++) emitter.on('x', rejects)
  const errors = /** @type {unknown[]} */ ([])
  const all = new Promise((resolve) => {
    emitter.on('error', (/** @type {unknown} */ error) => errors.push(error) === count && resolve(undefined))
  })
  expect(emitter.emit('x', 1)).toBe(true)
  expect(errors).toEqual([])
  await all
  expect(errors).toEqual(Array(count).fill(failure))
})

test('a method under nodejs.rejection gets it instead, with the event', async () => {
  const emitter = capturing()
  const got = new Promise((resolve) => {
    emitter[EventEmitter.captureRejectionSymbol] = (/** @type {any[]} */ ...args) => resolve(args)
  })
  emitter.on('x', rejects).emit('x', 1, 2, 3, 4)
  expect(await got).toEqual([failure, 'x', 1, 2, 3, 4])
})

test("a thenable whose then cannot be read is an 'error' at once", () => {
  const emitter = capturing()
  const heard = jest.fn()
  emitter.on('error', heard)
  const throwing = { get: () => { throw failure } } // biome-ignore format: one line
  emitter.on('x', () => Object.defineProperty({}, 'then', throwing))
  emitter.emit('x')
  expect(heard).toHaveBeenCalledWith(failure)
})

test("an 'error' listener that rejects does not lead back to itself", async () => {
  const emitter = capturing()
  const uncaught = new Promise((resolve) => {
    emitter.on('error', async () => {
      resolve(emitter[Object.getOwnPropertySymbols(emitter).find((symbol) => symbol.description === 'kCapture') ?? ''])
    })
  })
  emitter.on('x', rejects).emit('x')
  expect(await uncaught).toBe(false)
})

test('is off unless asked for, and takes a boolean', () => {
  const then = jest.fn()
  new EventEmitter().on('x', () => Object.assign({}, { then })).emit('x')
  expect(then).not.toHaveBeenCalled()
  expect(() => new EventEmitter({ captureRejections: 'yes' })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
  )
})
