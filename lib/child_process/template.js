'use strict'

// run`git log ${ref}`: the literal parts are split at white space, a value is one argument (or part of one), an array
// several. There are no quotes and no escapes to get wrong, and never a shell.

const { codes } = require('../internal/errors.js')

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
  for (const [at, string] of strings.entries()) {
    if (string === undefined)
      throw new codes.ERR_INVALID_ARG_VALUE('template', strings.raw[at], 'has an invalid escape')
    for (const [piece] of string.matchAll(/[ \t\r\n]+|[^ \t\r\n]+/g)) {
      if (/^[ \t\r\n]/.test(piece)) open = false
      else add(piece)
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
