'use strict'

// The byte work of a worker with what Node itself has: OpenSSL's SHA-256, one large RegExp, and a loop over the bytes.

const crypto = require('node:crypto')
const { PATTERNS } = require('../worker/patterns.js')

/** @param {string} text */
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const ANY_PATTERN = new RegExp(PATTERNS.map(({ text }) => literal(text)).join('|'), 'g')
const NUMBER_OF = new Map(PATTERNS.map(({ text }, number) => [text, number]))

/** @param {Buffer} bytes */
function findAll(bytes) {
  /** @type {number[]} */
  const patterns = []
  /** @type {number[]} */
  const starts = []
  for (const match of bytes.toString('latin1').matchAll(ANY_PATTERN)) {
    patterns.push(/** @type {number} */ (NUMBER_OF.get(match[0])))
    starts.push(match.index)
  }
  return { count: starts.length, patterns, starts }
}

/** @param {Buffer} bytes */
function newlines(bytes) {
  const offsets = []
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) offsets.push(at)
  return offsets
}

const createHash = () => {
  const hash = crypto.createHash('sha256')
  return { update: (/** @type {Buffer} */ bytes) => hash.update(bytes), digest: () => hash.digest('hex') }
}

/** @param {Buffer} bytes @returns {string} */
const hashOf = (bytes) =>
  'hash' in crypto ? /** @type {any} */ (crypto).hash('sha256', bytes, 'hex') : createHash().update(bytes).digest('hex')

module.exports = { createHash, findAll, hashOf, newlines }
