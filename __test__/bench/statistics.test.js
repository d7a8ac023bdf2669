'use strict'

const { best, median, p99, percentile, ratio, significant } = require('../../bench/harness/statistics.js')

describe('the median', () => {
  test('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([3])).toBe(3)
  })

  test('lies between the two middle values of an even count', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5)
  })

  test('sorts numbers as numbers and leaves its input alone', () => {
    const values = [10, 9, 2]
    expect(median(values)).toBe(9)
    expect(values).toEqual([10, 9, 2])
  })
})

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)

  test('are nearest ranks: always a value that was measured', () => {
    expect(percentile(hundred, 0.99)).toBe(99)
    expect(percentile(hundred, 1)).toBe(100)
    expect(percentile([1, 2], 0.5)).toBe(1)
    expect(percentile([7], 0.99)).toBe(7)
  })

  test('p99 looks towards the worse side', () => {
    expect(p99(hundred, 'lower')).toBe(99)
    expect(p99(hundred, 'higher')).toBe(2)
  })
})

test('the best value depends on which side is better', () => {
  expect(best([3, 1, 2], 'lower')).toBe(1)
  expect(best([3, 1, 2], 'higher')).toBe(3)
})

test('a ratio is above 1 where ours is better', () => {
  expect(ratio(2, 10, 'lower')).toBe(5)
  expect(ratio(10, 2, 'higher')).toBe(5)
  expect(ratio(10, 2, 'lower')).toBe(0.2)
})

test('figures are rounded to significant digits, not to decimals', () => {
  expect(significant(123456.789)).toBe(123500)
  expect(significant(0.00012345678)).toBe(0.0001235)
  expect(significant(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
})
