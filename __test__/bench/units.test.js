'use strict'

const { toUnit } = require('../../bench/harness/units.js')

test('times are per operation', () => {
  expect(toUnit('ns', 1000, { operations: 10 })).toBe(100)
  expect(toUnit('us', 5000, {})).toBe(5)
  expect(toUnit('ms', 3e6, { operations: 3 })).toBe(1)
  expect(toUnit('s', 2e9, {})).toBe(2)
})

test('rates are per second', () => {
  expect(toUnit('ops/s', 1e9, { operations: 500 })).toBe(500)
  expect(toUnit('M ops/s', 1e9, { operations: 5e6 })).toBe(5)
  expect(toUnit('MB/s', 1e9, { bytes: 3e6 })).toBe(3)
  expect(toUnit('GB/s', 5e8, { bytes: 1e9 })).toBe(2)
})
