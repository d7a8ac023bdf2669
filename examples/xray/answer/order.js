'use strict'

// Answers must not depend on the order in which workers finish: every list is sorted by what it says.

/** @typedef {(number | string)[]} Keys */

/**
 * Sorted by several keys: numbers from large to small, strings from small to large. The keys of an item are made once.
 * @template T
 * @param {Iterable<T>} items
 * @param {(item: T) => Keys} keysOf
 * @returns {T[]}
 */
function sortBy(items, keysOf) {
  const decorated = Array.from(items, (item) => ({ item, keys: keysOf(item) }))
  return decorated.sort((a, b) => compareKeys(a.keys, b.keys)).map(({ item }) => item)
}

/** @param {Keys} left @param {Keys} right */
function compareKeys(left, right) {
  for (let i = 0; i < left.length; i++) {
    if (left[i] === right[i]) continue
    const smaller = left[i] < right[i]
    return (typeof left[i] === 'number') === smaller ? 1 : -1
  }
  return 0
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

module.exports = { groupBy, sortBy }
