'use strict'

// Values that are transferred instead of copied, as in piscina: move() marks one, the symbols let an object say what
// of it is to be transferred and what stands in its place. The symbols are piscina's own, so that objects made for
// one work with the other.

const transferableSymbol = Symbol.for('Piscina.transferable')
const valueSymbol = Symbol.for('Piscina.valueOf')
const queueOptionsSymbol = Symbol.for('Piscina.queueOptions')

/** What move() returned. @type {WeakSet<object>} */
const moved = new WeakSet()
let isUsed = false

class Moved {
  #value
  #transfer

  /**
   * @param {object} value
   * @param {object} transfer
   */
  constructor(value, transfer) {
    this.#value = value
    this.#transfer = transfer
  }

  get [transferableSymbol]() {
    return this.#transfer
  }

  get [valueSymbol]() {
    return this.#value
  }
}

/**
 * Marks a value to be transferred when it is a task or a result.
 * @param {any} value
 */
function move(value) {
  if (value === null || typeof value !== 'object') return value
  const isOwn = transferableSymbol in value && valueSymbol in value
  const marked = isOwn ? value : new Moved(value, ArrayBuffer.isView(value) ? value.buffer : value)
  moved.add(marked)
  isUsed = true
  return marked
}

/**
 * Whether move() returned this.
 * @param {any} value
 */
function isMoved(value) {
  return isUsed && typeof value === 'object' && value !== null && moved.has(value)
}

/**
 * What to send of a moved value, and what to transfer with it.
 * @param {any} value
 * @returns {{ value: any, transferList: any[] }}
 */
function unwrap(value) {
  return { value: value[valueSymbol], transferList: [].concat(value[transferableSymbol]) }
}

module.exports = { isMoved, move, queueOptionsSymbol, transferableSymbol, unwrap, valueSymbol }
