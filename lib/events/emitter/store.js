'use strict'

// `_events`: event name -> listener or list of listeners.
//
// Node's store is `{ __proto__: null }`, which V8 makes a dictionary: dear to create and to read. Ours is made by a
// constructor with an empty prototype: no name is inherited either, but V8 gives it a hidden class (eventemitter3 has
// the same). Hidden classes pay where names recur. A program that makes up a name for each request would fill the tree
// of classes instead and be several times slower than with Node, so names are admitted: the first FREE_NAMES at once,
// later ones when they come a second time. A store that gets any other name becomes a dictionary, as Node's.

const { inspect } = require('node:util')
const { kShapeMode } = require('./node-events.js')

const FREE_NAMES = 512
/** Up to so many remaining events, a copy is cheaper than `delete`, which turns a hidden class into a dictionary. */
const COPIED_EVENTS = 4

/** @class */
function Store() {}

const shared = Object.create(null, {
  // console.log shows it as it shows Node's.
  [inspect.custom]: {
    /** @this {object} */
    value() {
      return Object.assign(Object.create(null), this)
    },
  },
})
Store.prototype = shared

/** @type {Set<string | symbol>} */
const admitted = new Set()
/** Seen once. @type {Set<string | symbol>} */
let candidates = new Set()
/** Admitted most recently: saves looking it up. @type {string | symbol | undefined} */
let recent

/** @param {string | symbol} name */
function admit(name) {
  if (!admitted.has(name)) {
    if (admitted.size >= FREE_NAMES && !candidates.delete(name)) {
      if (candidates.size >= FREE_NAMES) candidates = new Set()
      candidates.add(name)
      return false
    }
    if (admitted.size >= 2 * FREE_NAMES) admitted.clear()
    admitted.add(name)
  }
  recent = name
  return true
}

/** @returns {any} */
function emptyStore() {
  return new Store()
}

/**
 * Adds the first listener of an event.
 * @param {any} target
 * @param {string | symbol} type
 * @param {Function} listener
 */
function insert(target, type, listener) {
  if (type === recent) target._events[type] = listener
  else insertNamed(target, type, listener)
  ++target._eventsCount
}

/**
 * @param {any} target
 * @param {string | symbol} type
 * @param {Function} listener
 */
function insertNamed(target, type, listener) {
  const events = target._events
  if (Object.getPrototypeOf(events) !== shared || admit(type)) {
    events[type] = listener
    return
  }
  const dictionary = Object.create(null)
  for (const name of Reflect.ownKeys(events)) dictionary[name] = events[name]
  dictionary[type] = listener
  target._events = dictionary
}

/**
 * Removes an event, whose last listener has gone.
 * @param {any} target
 * @param {any} events its store
 * @param {string | symbol} type
 */
function forget(target, events, type) {
  if (--target._eventsCount === 0 && !target[kShapeMode]) {
    target._events = Object.getPrototypeOf(events) === shared ? new Store() : Object.create(null)
  } else {
    forgetOneOf(target, events, type)
  }
}

/**
 * @param {any} target
 * @param {any} events
 * @param {string | symbol} type
 */
function forgetOneOf(target, events, type) {
  if (target[kShapeMode]) {
    events[type] = undefined
    return
  }
  if (target._eventsCount <= COPIED_EVENTS && typeof type === 'string' && Object.getPrototypeOf(events) === shared) {
    const rest = emptyStore()
    let copied = 0
    for (const name in events) {
      if (name === type || events[name] === undefined) continue
      rest[name] = events[name]
      copied++
    }
    // Fewer: there are symbols, which for-in does not see.
    if (copied === target._eventsCount) {
      target._events = rest
      return
    }
  }
  delete events[type]
}

module.exports = { emptyStore, forget, insert }
