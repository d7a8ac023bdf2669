'use strict'

const { blocked, stats, trace, watch } = require('../../lib/loop/index.js')

const raised = (/** @type {() => unknown} */ call) => {
  try {
    call()
  } catch (error) {
    return /** @type {any} */ (error).code
  }
}

test.each([
  [[null], 'ERR_INVALID_ARG_TYPE'],
  [['50'], 'ERR_INVALID_ARG_TYPE'],
  [[{ thresholdMs: '50' }], 'ERR_INVALID_ARG_TYPE'],
  [[{ thresholdMs: 0 }], 'ERR_OUT_OF_RANGE'],
  [[{ thresholdMs: -1 }], 'ERR_OUT_OF_RANGE'],
  [[{ thresholdMs: Number.NaN }], 'ERR_OUT_OF_RANGE'],
  [[{ thresholdMs: Number.POSITIVE_INFINITY }], 'ERR_OUT_OF_RANGE'],
  [[{ thresholdMs: 2 ** 31 }], 'ERR_OUT_OF_RANGE'],
  [[{ stack: 1 }], 'ERR_INVALID_ARG_TYPE'],
  [[{ report: true }], 'ERR_INVALID_ARG_TYPE'],
  [[{ report: '' }], 'ERR_INVALID_ARG_VALUE'],
  [[{ report: 'a\0b' }], 'ERR_INVALID_ARG_VALUE'],
  [[{ report: `${__dirname}/no/such/folder/file` }], 'ENOENT'],
  [[{ report: __dirname }], 'EISDIR'],
  [[{ abortAfterMs: 49 }], 'ERR_OUT_OF_RANGE'],
  [[{ abortAfterMs: '500' }], 'ERR_INVALID_ARG_TYPE'],
  [[{}, 'onBlock'], 'ERR_INVALID_ARG_TYPE'],
])('watch(...%j) throws %s', (given, code) => {
  expect(raised(() => /** @type {any} */ (watch)(...given))).toBe(code)
})

test('blocked() takes the number of a thread, and is undefined where none is blocked', () => {
  expect(raised(() => blocked(/** @type {any} */ ('0')))).toBe('ERR_INVALID_ARG_TYPE')
  expect(raised(() => blocked(-1))).toBe('ERR_OUT_OF_RANGE')
  expect(blocked(123_456)).toBeUndefined()
})

test('a watch may be closed twice', () => {
  const one = watch({ thresholdMs: 60_000 })
  one.close()
  one.close()
  expect(one.takeRecords()).toEqual([])
})

test('stats() compares with what it has returned, trace() takes a function', async () => {
  expect(raised(() => stats(/** @type {any} */ (5)))).toBe('ERR_INVALID_ARG_TYPE')
  await expect(trace(/** @type {any} */ (5))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
})
