'use strict'

// What can be published on and subscribed to: NATS' rules, as crates/core/src/bus/topic.rs has them.

const { codes } = require('../internal/errors.js')
const { validateString } = require('../internal/validators.js')

const NATIVE_TOKEN = '$ironloop'
const MAX_BYTES = 4096
const FORBIDDEN = /[\p{White_Space}\p{Cc}]/u

/**
 * @param {string} text
 * @returns {string[]} its tokens
 */
function tokensOf(text) {
  const tokens = text.split('.')
  if (tokens.includes('')) throw new codes.ERR_EVENTS_INVALID_TOPIC(text, 'a token between dots must not be empty')
  if (FORBIDDEN.test(text)) throw new codes.ERR_EVENTS_INVALID_TOPIC(text, 'white space and control characters')
  if (!(/** @type {any} */ (text).isWellFormed())) throw new codes.ERR_EVENTS_INVALID_TOPIC(text, 'a lone surrogate')
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new codes.ERR_EVENTS_INVALID_TOPIC(`${text.slice(0, 32)}...`, `longer than ${MAX_BYTES} bytes`)
  }
  return tokens
}

/**
 * @param {unknown} topic
 * @returns {asserts topic is string}
 */
function validateTopic(topic) {
  validateString(topic, 'topic')
  const tokens = tokensOf(topic)
  if (tokens.includes('*') || tokens.includes('>')) {
    throw new codes.ERR_EVENTS_INVALID_TOPIC(topic, 'wildcards stand in patterns only')
  }
}

/**
 * A topic that users may publish on.
 * @param {unknown} topic
 * @returns {asserts topic is string}
 */
function validatePublishTopic(topic) {
  validateTopic(topic)
  if (topic === NATIVE_TOKEN || topic.startsWith(`${NATIVE_TOKEN}.`)) {
    throw new codes.ERR_EVENTS_INVALID_TOPIC(topic, `only native code publishes on ${NATIVE_TOKEN}`)
  }
}

/**
 * @param {unknown} pattern
 * @returns {asserts pattern is string}
 */
function validatePattern(pattern) {
  validateString(pattern, 'pattern')
  const tokens = tokensOf(pattern)
  if (tokens.slice(0, -1).includes('>')) {
    throw new codes.ERR_EVENTS_INVALID_TOPIC(pattern, "'>' stands only at the end")
  }
}

module.exports = { validatePattern, validatePublishTopic, validateTopic }
