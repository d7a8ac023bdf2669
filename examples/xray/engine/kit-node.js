'use strict'

// The byte work of a worker with what Node itself has: OpenSSL's SHA-256, one large RegExp, and indexOf for newlines.

const crypto = require('node:crypto')
const { createHash } = require('node:crypto')
const { PATTERNS } = require('../worker/patterns.js')

/** @param {string} text */
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const ANY_PATTERN = new RegExp(PATTERNS.map(({ text }) => literal(text)).join('|'), 'g')
const ID_OF = new Map(PATTERNS.map(({ text }, id) => [text, id]))

/** @param {Buffer} bytes */
function findAll(bytes) {
  /** @type {number[]} */
  const patternIds = []
  /** @type {number[]} */
  const starts = []
  for (const match of bytes.toString('latin1').matchAll(ANY_PATTERN)) {
    patternIds.push(/** @type {number} */ (ID_OF.get(match[0])))
    starts.push(match.index)
  }
  return { count: starts.length, patternIds, starts }
}

/** @param {Buffer} bytes */
function newlines(bytes) {
  const offsets = []
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) offsets.push(at)
  return offsets
}

/** The one-shot form is faster, where this Node has it. @param {Buffer} bytes @returns {string} */
function hashOf(bytes) {
  if ('hash' in crypto) return /** @type {any} */ (crypto).hash('sha256', bytes, 'hex')
  return createHash('sha256').update(bytes).digest('hex')
}

module.exports = { findAll, hashOf, newlines }
