'use strict'

// Lists of listeners, two or more of one event.
//
// Invariant: a list of up to SHORT listeners is never changed, only replaced, so it takes no more memory than it needs
// and an emit that goes through it is not disturbed. A longer one is changed in place, unless an emit is going through
// it: adding ten thousand listeners must not copy fifty million.

const { kEmitting, nodeCountsEmits } = require('./node-events.js')

/** As many as the dispatchers in dispatch.js are written out for. */
const SHORT = 10

/** Functions, with what Node keeps on such arrays: `warned`, and the number of emits under kEmitting.
 * @typedef {any} List */

/** @param {List} list */
function mayChange(list) {
  return list.length > SHORT && !(list[kEmitting] > 0)
}

/**
 * What one list hands on to the next of the same event.
 * @param {List} list
 * @param {List} next
 */
function succeed(list, next) {
  if (list.warned) next.warned = true
  return marked(next)
}

/**
 * Node's emit counts itself on the list that it goes through, so that Node's other methods leave that list alone.
 * @param {List} list
 */
function marked(list) {
  if (nodeCountsEmits) list[kEmitting] = 0
  return list
}

/**
 * @param {Function} first
 * @param {Function} second
 * @returns {List}
 */
function pair(first, second) {
  return marked([first, second])
}

/**
 * @param {List} list
 * @param {Function} listener
 * @returns {List} with the listener at its end
 */
function appended(list, listener) {
  if (mayChange(list)) {
    list.push(listener)
    return list
  }
  return succeed(list, copyWith(list, listener))
}

/**
 * Literals have exactly the room they need; a push makes room for sixteen more.
 * @param {List} list
 * @param {Function} last
 * @returns {List}
 */
function copyWith(list, last) {
  switch (list.length) {
    case 2:
      return [list[0], list[1], last]
    case 3:
      return [list[0], list[1], list[2], last]
    case 4:
      return [list[0], list[1], list[2], list[3], last]
    case 5:
      return [list[0], list[1], list[2], list[3], list[4], last]
    default:
      return [...list, last]
  }
}

/**
 * @param {List} list
 * @param {Function} listener
 * @returns {List} with the listener at its beginning
 */
function prepended(list, listener) {
  if (mayChange(list)) {
    list.unshift(listener)
    return list
  }
  return succeed(list, [listener, ...list])
}

/**
 * @param {List} list
 * @param {number} at
 * @returns {List | Function} the rest; a single listener stands for itself
 */
function without(list, at) {
  if (list.length === 2) return list[1 - at]
  if (mayChange(list)) {
    list.splice(at, 1)
    return list
  }
  return succeed(list, copyWithout(list, at))
}

/**
 * @param {List} list
 * @param {number} at
 * @returns {List}
 */
function copyWithout(list, at) {
  if (list.length === 3) {
    if (at === 0) return [list[1], list[2]]
    return at === 1 ? [list[0], list[2]] : [list[0], list[1]]
  }
  const last = list.length - 1
  const rest = list.slice(0, last)
  for (let next = at; next < last; next++) rest[next] = list[next + 1]
  return rest
}

/**
 * @param {any} handler as it stands in the store
 * @param {Function} listener as it was given
 */
function isListener(handler, listener) {
  return handler === listener || handler.listener === listener
}

/**
 * @param {List} list
 * @param {Function} listener
 * @returns {number} where it was added last, or -1
 */
function lastIndexOf(list, listener) {
  let at = list.length - 1
  while (at >= 0 && !isListener(list[at], listener)) at--
  return at
}

module.exports = { appended, isListener, lastIndexOf, pair, prepended, SHORT, without }
