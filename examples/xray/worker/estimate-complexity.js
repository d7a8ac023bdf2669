'use strict'

// The same scale as McCabe's for languages that have no parser here, counted in tokens as `lizard` does: keywords and
// operators that branch, outside comments and strings. An estimate, and shown as one.

const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|(?<=^|\s)#(?!\[|include|if|else|end|define).*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n]){1,2}'|\b(?:if|elif|for|while|case|catch|except|rescue|elsif|unless|when)\b|&&|\|\||\b(?:and|or)\b/g

const LANGUAGES = new Set(
  '.ts .mts .cts .tsx .jsx .py .rb .rs .go .c .cc .cpp .cxx .h .hpp .java .kt .swift .cs .php .scala .lua .sh .vue .svelte'.split(
    ' '
  )
)

/** @param {string} extension */
const canEstimate = (extension) => LANGUAGES.has(extension)

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

module.exports = { canEstimate, estimateComplexity }
