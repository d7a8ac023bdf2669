'use strict'

// Records as objects of one shape, from columns. For a few fields the constructor and its call are written out: each
// place then sees one name and one kind of array, and records are made about as quickly as by code from strings. In a
// loop over the names every one of them would be looked up for every record.

/** @typedef {Record<string, any>} Rec */
/** @typedef {new (...values: any[]) => Rec} Maker */

const WRITTEN_OUT = 8

/**
 * A constructor of plain objects with these names.
 * @param {string[]} names at most as many as are written out
 * @returns {Maker}
 */
function makerOf(names) {
  const [n0, n1, n2, n3, n4, n5, n6, n7] = names
  const { length } = names
  /** @type {(this: Rec, ...values: any[]) => void} */
  const made = function (v0, v1, v2, v3, v4, v5, v6, v7) {
    this[n0] = v0
    if (length > 1) this[n1] = v1
    if (length > 2) this[n2] = v2
    if (length > 3) this[n3] = v3
    if (length > 4) this[n4] = v4
    if (length > 5) this[n5] = v5
    if (length > 6) this[n6] = v6
    if (length > 7) this[n7] = v7
  }
  made.prototype = Object.prototype
  return /** @type {any} */ (made)
}

/**
 * @param {Maker} Made
 * @param {any[][]} columns
 * @param {number} count
 * @returns {Rec[]}
 */
function writtenOut(Made, columns, count) {
  const [c0, c1, c2, c3, c4, c5, c6, c7] = columns
  const { length } = columns
  const records = new Array(count)
  for (let n = 0; n < count; n++) {
    records[n] = new Made(
      c0[n],
      length > 1 ? c1[n] : 0,
      length > 2 ? c2[n] : 0,
      length > 3 ? c3[n] : 0,
      length > 4 ? c4[n] : 0,
      length > 5 ? c5[n] : 0,
      length > 6 ? c6[n] : 0,
      length > 7 ? c7[n] : 0
    )
  }
  return records
}

/**
 * Copies of one object, filled name by name.
 * @param {string[]} names
 * @param {any[][]} columns
 * @param {number} count
 */
function byName(names, columns, count) {
  const first = Object.fromEntries(names.map((name) => [name, undefined]))
  const records = new Array(count)
  for (let n = 0; n < count; n++) {
    /** @type {Rec} */
    const record = { ...first }
    for (let at = 0; at < names.length; at++) record[names[at]] = columns[at][n]
    records[n] = record
  }
  return records
}

/**
 * What makes records with these names of columns in the same order.
 * @param {string[]} names
 * @returns {(columns: any[], count: number) => Rec[]}
 */
function assembler(names) {
  if (names.length > WRITTEN_OUT) return (columns, count) => byName(names, columns, count)
  const Made = makerOf(names)
  return (columns, count) => writtenOut(Made, columns, count)
}

module.exports = { assembler }
