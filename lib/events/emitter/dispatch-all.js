'use strict'

// Calling a list of any length, for those that are too long to be read whole: counting on the list itself, so that it is
// copied to be changed meanwhile.

const { kEmitting, nodeCountsEmits } = require('./node-events.js')

/** @typedef {import('./lists.js').List} List */

/**
 * Begins to go through a list; whoever called this counts kEmitting down at the end.
 * @param {List} list
 * @returns {List} what to go through
 */
function entered(list) {
  const called = nodeCountsEmits ? list : list.slice()
  called[kEmitting] = (Number(called[kEmitting]) || 0) + 1
  return called
}

/**
 * @param {any} self
 * @param {List} list
 */
function dispatchAll0(self, list) {
  const called = entered(list)
  try {
    for (let at = 0; at < called.length; at++) called[at].call(self)
  } finally {
    called[kEmitting]--
  }
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 */
function dispatchAll1(self, list, x) {
  const called = entered(list)
  try {
    for (let at = 0; at < called.length; at++) called[at].call(self, x)
  } finally {
    called[kEmitting]--
  }
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 * @param {any} y
 */
function dispatchAll2(self, list, x, y) {
  const called = entered(list)
  try {
    for (let at = 0; at < called.length; at++) called[at].call(self, x, y)
  } finally {
    called[kEmitting]--
  }
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 * @param {any} y
 * @param {any} z
 */
function dispatchAll3(self, list, x, y, z) {
  const called = entered(list)
  try {
    for (let at = 0; at < called.length; at++) called[at].call(self, x, y, z)
  } finally {
    called[kEmitting]--
  }
}

/**
 * With any number of arguments.
 * @param {any} self
 * @param {List} list
 * @param {unknown[]} args
 */
function applyAll(self, list, args) {
  const called = entered(list)
  try {
    for (let at = 0; at < called.length; at++) Reflect.apply(called[at], self, args)
  } finally {
    called[kEmitting]--
  }
}

module.exports = { applyAll, dispatchAll0, dispatchAll1, dispatchAll2, dispatchAll3 }
