'use strict'

// Answers must not depend on the order in which workers finish: every list is sorted by what it says.

/**
 * A comparison by several keys: numbers from large to small, strings from small to large.
 * @template T
 * @param {(item: T) => (number | string)[]} keys
 * @returns {(a: T, b: T) => number}
 */
function byKeys(keys) {
  return (a, b) => {
    const left = keys(a)
    const right = keys(b)
    for (let i = 0; i < left.length; i++) {
      if (left[i] === right[i]) continue
      const smaller = left[i] < right[i]
      return (typeof left[i] === 'number') === smaller ? 1 : -1
    }
    return 0
  }
}

/**
 * @template T
 * @param {Iterable<T>} items
 * @param {(item: T) => string} keyOf
 * @returns {Map<string, T[]>}
 */
function groupBy(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

module.exports = { byKeys, groupBy }
