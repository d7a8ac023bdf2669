'use strict'

// Decides whether bytes that look like the start of a secret are one, and masks it: the secret itself never leaves the
// worker that read it.

const LOOK_BEHIND = 64
const PLACEHOLDER =
  /example|placeholder|changeme|password|passw0rd|secret|dummy|sample|redacted|your[_-]|xxxx|0000000|1234567|abcdefg|\*\*\*|\.\.\./i
const MIN_ENTROPY_BITS = 2.8

/** Shannon entropy of the characters, in bits per character: what repeats or counts up is no secret. @param {string} text */
function entropy(text) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** @param {string} literal @param {string} secret @param {boolean} captured */
function mask(literal, secret, captured) {
  if (literal.startsWith('-----')) return '-----BEGIN … PRIVATE KEY-----'
  const tail = secret.length >= 16 ? secret.slice(-2) : ''
  return `${captured ? '' : literal}…${tail}`
}

/**
 * @param {import('./patterns').Pattern} pattern
 * @param {Buffer} bytes
 * @param {number} at where the pattern was found
 * @returns {string | undefined} the masked secret
 */
function confirmSecret(pattern, bytes, at) {
  const start = Math.max(0, at - LOOK_BEHIND)
  const window = bytes.toString('latin1', start, Math.min(bytes.length, at + (pattern.reach ?? 0)))
  const regex = /** @type {RegExp} */ (pattern.confirm)
  regex.lastIndex = at - start
  const match = regex.exec(window)
  if (!match) return undefined
  const secret = match[1] ?? match[0]
  const variable = match[1] ? secret : secret.slice(pattern.text.length)
  const isKey = pattern.text.startsWith('-----')
  if (!isKey && PLACEHOLDER.test(variable)) return undefined
  if (secret.length >= 16 && entropy(variable) < MIN_ENTROPY_BITS) return undefined
  return mask(pattern.text, secret, match[1] !== undefined)
}

module.exports = { confirmSecret }
