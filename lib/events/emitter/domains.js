'use strict'

// node:domain makes Node's EventEmitter aware of domains when it is loaded; ours follows, without being slower before.
// Nothing here runs unless the program has loaded node:domain.

const { NodeEventEmitter } = require('./node-events.js')

/**
 * Gives a new emitter the property that Node's emitters have, and the active domain.
 * @param {any} self
 */
function joinActiveDomain(self) {
  const domains = /** @type {any} */ (require('node:domain'))
  const value = domains.active && !(self instanceof domains.Domain) ? domains.active : null
  Object.defineProperty(self, 'domain', { configurable: true, enumerable: false, value, writable: true })
}

/**
 * Whether node:domain's own emit must see to this event: it enters the domain and comes back, or gives it an 'error'
 * that nobody listens to.
 * @param {any} self
 * @param {string | symbol} type
 */
function leftToDomain(self, type) {
  const { domain } = self
  if (domain === null || domain === undefined || self === process) return false
  if (type === 'error') return self.listenerCount(type) === 0
  return /** @type {any} */ (process).domain !== domain
}

/**
 * @param {any} self
 * @param {[string | symbol, ...unknown[]]} args
 */
function emitInDomain(self, args) {
  return Reflect.apply(NodeEventEmitter.prototype.emit, self, args)
}

module.exports = { emitInDomain, joinActiveDomain, leftToDomain }
