'use strict'

// Calling five to ten listeners with no, one, two or three arguments: written out, as in dispatch-few.js. The first
// five are read from the beginning, the others from the end, so that one piece of code serves all lengths: of `f` to
// `j`, the first 10 - length repeat what was read already and are not called.

const { dispatchAll0, dispatchAll1, dispatchAll2, dispatchAll3 } = require('./dispatch-all.js')
const { SHORT } = require('./lists.js')

/** @typedef {import('./lists.js').List} List */

/**
 * @param {any} self
 * @param {List} list
 */
function dispatchMany0(self, list) {
  const { length } = list
  if (length < 5 || length > SHORT) {
    dispatchAll0(self, list)
    return
  }
  const a = list[0]
  const b = list[1]
  const c = list[2]
  const d = list[3]
  const e = list[4]
  const f = list[length - 5]
  const g = list[length - 4]
  const h = list[length - 3]
  const i = list[length - 2]
  const j = list[length - 1]
  a.call(self)
  b.call(self)
  c.call(self)
  d.call(self)
  e.call(self)
  if (length > 9) f.call(self)
  if (length > 8) g.call(self)
  if (length > 7) h.call(self)
  if (length > 6) i.call(self)
  if (length > 5) j.call(self)
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 */
function dispatchMany1(self, list, x) {
  const { length } = list
  if (length < 5 || length > SHORT) {
    dispatchAll1(self, list, x)
    return
  }
  const a = list[0]
  const b = list[1]
  const c = list[2]
  const d = list[3]
  const e = list[4]
  const f = list[length - 5]
  const g = list[length - 4]
  const h = list[length - 3]
  const i = list[length - 2]
  const j = list[length - 1]
  a.call(self, x)
  b.call(self, x)
  c.call(self, x)
  d.call(self, x)
  e.call(self, x)
  if (length > 9) f.call(self, x)
  if (length > 8) g.call(self, x)
  if (length > 7) h.call(self, x)
  if (length > 6) i.call(self, x)
  if (length > 5) j.call(self, x)
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 * @param {any} y
 */
function dispatchMany2(self, list, x, y) {
  const { length } = list
  if (length < 5 || length > SHORT) {
    dispatchAll2(self, list, x, y)
    return
  }
  const a = list[0]
  const b = list[1]
  const c = list[2]
  const d = list[3]
  const e = list[4]
  const f = list[length - 5]
  const g = list[length - 4]
  const h = list[length - 3]
  const i = list[length - 2]
  const j = list[length - 1]
  a.call(self, x, y)
  b.call(self, x, y)
  c.call(self, x, y)
  d.call(self, x, y)
  e.call(self, x, y)
  if (length > 9) f.call(self, x, y)
  if (length > 8) g.call(self, x, y)
  if (length > 7) h.call(self, x, y)
  if (length > 6) i.call(self, x, y)
  if (length > 5) j.call(self, x, y)
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 * @param {any} y
 * @param {any} z
 */
function dispatchMany3(self, list, x, y, z) {
  const { length } = list
  if (length < 5 || length > SHORT) {
    dispatchAll3(self, list, x, y, z)
    return
  }
  const a = list[0]
  const b = list[1]
  const c = list[2]
  const d = list[3]
  const e = list[4]
  const f = list[length - 5]
  const g = list[length - 4]
  const h = list[length - 3]
  const i = list[length - 2]
  const j = list[length - 1]
  a.call(self, x, y, z)
  b.call(self, x, y, z)
  c.call(self, x, y, z)
  d.call(self, x, y, z)
  e.call(self, x, y, z)
  if (length > 9) f.call(self, x, y, z)
  if (length > 8) g.call(self, x, y, z)
  if (length > 7) h.call(self, x, y, z)
  if (length > 6) i.call(self, x, y, z)
  if (length > 5) j.call(self, x, y, z)
}

module.exports = { dispatchMany0, dispatchMany1, dispatchMany2, dispatchMany3 }
