'use strict'

// Parts of an arena (forms.js) that take more than a few bytes to write.

const { HEADED } = require('./forms.js')

/** @typedef {import('../internal/values/encoder.js').Encoder} Encoder */

/** For V8, which keeps strings of characters below 256 in one byte each, this is no scan but one look. */
const WIDE = /[^\0-\xff]/

/** @param {string} text of a batch */
const isWide = (text) => WIDE.test(text)

/**
 * How many bytes a text takes in a batch. A long one has its room reserved when it is published, where a failure is that
 * one message's.
 * @param {string} text
 */
const bytesOf = (text) => (isWide(text) ? text.length * 2 : text.length)

/**
 * Captures a value with its headers.
 * @param {Encoder} encoder
 * @param {unknown} payload
 * @param {readonly unknown[]} headers
 */
function writeHeaded(encoder, payload, headers) {
  encoder.tag(HEADED)
  encoder.append(headers[0])
  encoder.append(headers[1])
  encoder.append(payload)
  if (headers.length > 2) encoder.append(headers[2])
}

/**
 * Writes out a topic that has no number, where there is room for it.
 * @param {Encoder} encoder
 * @param {string} topic
 * @param {number} length of it in bytes
 */
function writeTopic(encoder, topic, length) {
  encoder.view.setUint16(encoder.position, length, true)
  encoder.bytes.write(topic, encoder.position + 2, 'utf8')
  encoder.position += 2 + length
}

module.exports = { bytesOf, isWide, writeHeaded, writeTopic }
