'use strict'

// run`git log ${ref}`: the literal parts are split at white space, a value is one argument (or part of one), an array
// several. There are no quotes to get wrong, and never a shell. White space written as an escape (`\n`) does not split.

const { codes } = require('../internal/errors.js')

/** An escape, white space, or neither. */
const PIECES = /\\(?:x..|u\{[^}]*\}|u....|\r\n|[\s\S])|[ \t\r\n]+|[^\\ \t\r\n]+/g
/** @type {Record<string, string>} */
const ESCAPES = {
  0: '\0',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
  '\r\n': '',
  '\u2028': '',
  '\u2029': '',
}

/**
 * @param {unknown} value
 * @returns {value is TemplateStringsArray}
 */
function isTemplate(value) {
  return Array.isArray(value) && 'raw' in value
}

/**
 * @param {TemplateStringsArray} strings
 * @param {unknown[]} values
 * @returns {string[]} the file and its arguments
 */
function parseTemplate(strings, values) {
  /** @type {string[]} */
  const words = []
  let open = false // whether what comes next continues the last word
  /** @param {string} text */
  function add(text) {
    if (open) words[words.length - 1] += text
    else words.push(text)
    open = true
  }
  for (const [at, raw] of strings.raw.entries()) {
    if (strings[at] === undefined) throw new codes.ERR_INVALID_ARG_VALUE('template', raw, 'has an invalid escape')
    for (const [piece] of raw.matchAll(PIECES)) {
      if (/^[ \t\r\n]/.test(piece)) open = false
      else add(piece.startsWith('\\') ? cook(piece) : piece)
    }
    for (const [index, text] of textsOf(values, at).entries()) {
      if (index > 0) open = false
      add(text)
    }
  }
  if (words.length === 0) throw new codes.ERR_INVALID_ARG_VALUE('template', strings.raw.join(''), 'names no program')
  return words
}

/**
 * What an escape stands for; the language has checked that it is one.
 * @param {string} escape
 */
function cook(escape) {
  const code = /^\\(?:x|u\{?)([0-9a-fA-F]+)/.exec(escape)?.[1]
  if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
  return ESCAPES[escape.slice(1)] ?? escape.slice(1)
}

/**
 * @param {unknown[]} values
 * @param {number} at
 * @returns {string[]}
 */
function textsOf(values, at) {
  if (at >= values.length) return []
  const value = values[at]
  const list = Array.isArray(value) ? value : [value]
  return list.map((one) => {
    // A Result stands for its output, so that one command's answer is another's argument.
    const text = typeof one?.stdout === 'string' ? one.stdout : one
    if (typeof text === 'string' || typeof text === 'number' || typeof text === 'bigint') return String(text)
    throw new codes.ERR_INVALID_ARG_TYPE(
      `value ${at + 1} of the template`,
      ['string', 'number', 'bigint', 'Array'],
      one
    )
  })
}

module.exports = { isTemplate, parseTemplate }
