'use strict'

// The same scale as McCabe's for languages that have no parser here, counted in tokens as `lizard` does: keywords and
// operators that branch, outside comments and strings. An estimate, and shown as one.

const { readFileSync, statSync } = require('node:fs')
const { join } = require('node:path')
const { extensionOf } = require('./file-kinds.js')

const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|(?<=^|\s)#(?!\[|include|if|else|end|define).*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n]){1,2}'|\b(?:if|elif|for|while|case|catch|except|rescue|elsif|unless|when)\b|&&|\|\||\b(?:and|or)\b/g

const LANGUAGES = new Set(
  '.ts .mts .cts .tsx .jsx .py .rb .rs .go .c .cc .cpp .cxx .h .hpp .java .kt .swift .cs .php .scala .lua .sh .vue .svelte'.split(
    ' '
  )
)

const MAX_BYTES = 1024 * 1024

/** @param {string} path */
const canEstimate = (path) => LANGUAGES.has(extensionOf(path))

/** @param {string} source */
function estimateComplexity(source) {
  let complexity = 1
  for (const [text] of source.matchAll(TOKEN)) {
    const first = text.charCodeAt(0)
    const isBranch = (first >= 97 && first <= 122) || first === 38 || first === 124
    if (isBranch) complexity++
  }
  return complexity
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {number | undefined} undefined when there is nothing to read, or too much
 */
function estimateFile(root, path) {
  try {
    const file = join(root, path)
    return statSync(file).size <= MAX_BYTES ? estimateComplexity(readFileSync(file, 'utf8')) : undefined
  } catch {
    return undefined
  }
}

module.exports = { canEstimate, estimateComplexity, estimateFile }
