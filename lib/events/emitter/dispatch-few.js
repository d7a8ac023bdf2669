'use strict'

// Calling two, three or four listeners with no, one, two or three arguments: written out.
//
// Each call has a place of its own in the code, so that V8 remembers for each which function it meets there and inlines
// it. A list is read whole before the first call: whatever the listeners do to it, this emit calls who was there.

const { dispatchMany0, dispatchMany1, dispatchMany2, dispatchMany3 } = require('./dispatch-many.js')

/** @typedef {import('./lists.js').List} List */

/**
 * @param {any} self
 * @param {List} list
 */
function dispatch0(self, list) {
  const a = list[0]
  const b = list[1]
  switch (list.length) {
    case 2:
      a.call(self)
      b.call(self)
      return
    case 3: {
      const c = list[2]
      a.call(self)
      b.call(self)
      c.call(self)
      return
    }
    case 4: {
      const c = list[2]
      const d = list[3]
      a.call(self)
      b.call(self)
      c.call(self)
      d.call(self)
      return
    }
    default:
      dispatchMany0(self, list)
  }
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 */
function dispatch1(self, list, x) {
  const a = list[0]
  const b = list[1]
  switch (list.length) {
    case 2:
      a.call(self, x)
      b.call(self, x)
      return
    case 3: {
      const c = list[2]
      a.call(self, x)
      b.call(self, x)
      c.call(self, x)
      return
    }
    case 4: {
      const c = list[2]
      const d = list[3]
      a.call(self, x)
      b.call(self, x)
      c.call(self, x)
      d.call(self, x)
      return
    }
    default:
      dispatchMany1(self, list, x)
  }
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 * @param {any} y
 */
function dispatch2(self, list, x, y) {
  const a = list[0]
  const b = list[1]
  switch (list.length) {
    case 2:
      a.call(self, x, y)
      b.call(self, x, y)
      return
    case 3: {
      const c = list[2]
      a.call(self, x, y)
      b.call(self, x, y)
      c.call(self, x, y)
      return
    }
    case 4: {
      const c = list[2]
      const d = list[3]
      a.call(self, x, y)
      b.call(self, x, y)
      c.call(self, x, y)
      d.call(self, x, y)
      return
    }
    default:
      dispatchMany2(self, list, x, y)
  }
}

/**
 * @param {any} self
 * @param {List} list
 * @param {any} x
 * @param {any} y
 * @param {any} z
 */
function dispatch3(self, list, x, y, z) {
  const a = list[0]
  const b = list[1]
  switch (list.length) {
    case 2:
      a.call(self, x, y, z)
      b.call(self, x, y, z)
      return
    case 3: {
      const c = list[2]
      a.call(self, x, y, z)
      b.call(self, x, y, z)
      c.call(self, x, y, z)
      return
    }
    case 4: {
      const c = list[2]
      const d = list[3]
      a.call(self, x, y, z)
      b.call(self, x, y, z)
      c.call(self, x, y, z)
      d.call(self, x, y, z)
      return
    }
    default:
      dispatchMany3(self, list, x, y, z)
  }
}

module.exports = { dispatch0, dispatch1, dispatch2, dispatch3 }
