'use strict'

// What is listened to, and by whom.

const { isListener } = require('./lists.js')

/** @typedef {string | symbol} EventName */

/**
 * @param {any} emitter
 * @param {EventName} type
 * @returns {any[]} a copy
 */
function handlersOf(emitter, type) {
  const existing = emitter._events?.[type]
  if (existing === undefined) return []
  return typeof existing === 'function' ? [existing] : existing.slice()
}

/**
 * @this {any}
 * @param {EventName} type
 * @returns {Function[]}
 */
function listeners(type) {
  return handlersOf(this, type).map((handler) => (typeof handler.listener === 'function' ? handler.listener : handler))
}

/**
 * @this {any}
 * @param {EventName} type
 * @returns {Function[]}
 */
function rawListeners(type) {
  return handlersOf(this, type)
}

/**
 * @this {any}
 * @param {EventName} type
 * @param {Function | null} [listener]
 * @returns {number}
 */
function listenerCount(type, listener) {
  const existing = this._events?.[type]
  if (existing === undefined) return 0
  if (listener === undefined || listener === null) return typeof existing === 'function' ? 1 : existing.length
  return handlersOf(this, type).filter((handler) => isListener(handler, listener)).length
}

/**
 * A store whose keys were given (as those of Node's streams) keeps a removed event with `undefined`.
 * @this {any}
 * @returns {EventName[]}
 */
function eventNames() {
  if (!(this._eventsCount > 0)) return []
  return Reflect.ownKeys(this._events).filter((type) => this._events[type] !== undefined)
}

module.exports = { eventNames, listenerCount, listeners, rawListeners }
