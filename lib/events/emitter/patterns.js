'use strict'

// onPattern() and offPattern(): listeners by pattern, NATS' rules as the Bus has them.

const { observe, observedOf } = require('./observed.js')
const { PatternTable } = require('./pattern-table.js')
const { validateFunction } = require('../../internal/validators.js')
const { validatePattern } = require('../topics.js')

/**
 * @this {any}
 * @param {string} pattern
 * @param {Function} listener
 */
function onPattern(pattern, listener) {
  validatePattern(pattern)
  validateFunction(listener, 'listener')
  const observed = observe(this)
  observed.patterns ??= new PatternTable()
  observed.patterns.add(pattern, listener)
  return this
}

/**
 * @this {any}
 * @param {string} pattern
 * @param {Function} listener
 */
function offPattern(pattern, listener) {
  validatePattern(pattern)
  validateFunction(listener, 'listener')
  observedOf(this)?.patterns?.remove(pattern, listener)
  return this
}

/** @param {any} emitter */
function forgetPatterns(emitter) {
  observedOf(emitter)?.patterns?.clear()
}

module.exports = { forgetPatterns, offPattern, onPattern }
