'use strict'

// Parses JavaScript where it is worth it: own files for their complexity, installed ones only when the prefilter found a
// candidate for dynamic code. Other languages get an estimate.

const { canEstimate, estimateComplexity } = require('./estimate-complexity.js')
const { extensionOf, isJavaScript, isOwn } = require('./file-kinds.js')
const { readSyntax } = require('./syntax.js')

const BYTE_ORDER_MARK = /^\uFEFF/

/**
 * @param {Buffer} bytes the whole file
 * @param {number} dynamicHits
 * @param {import('./examine-file').FileFacts} facts
 * @param {import('./examine-file').Kit} kit
 */
function judgeSource(bytes, dynamicHits, facts, kit) {
  const own = isOwn(facts.path)
  if (isJavaScript(facts.path)) {
    if (own || dynamicHits > 0) judgeJavaScript(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''), facts, kit)
  } else if (own && canEstimate(extensionOf(facts.path))) {
    facts.score = { complexity: estimateComplexity(bytes.toString('utf8')) }
  }
}

/**
 * @param {string} source
 * @param {import('./examine-file').FileFacts} facts
 * @param {import('./examine-file').Kit} kit
 */
function judgeJavaScript(source, facts, kit) {
  try {
    const { complexity, worst, dynamic } = readSyntax(source)
    facts.score = { complexity, worst }
    for (const { kind, line } of dynamic) kit.publish({ group: 'dynamic', kind, path: facts.path, line })
    facts.published += dynamic.length
  } catch (error) {
    const { message, loc } = /** @type {SyntaxError & { loc?: { line: number } }} */ (error)
    facts.unparsed = { line: loc?.line ?? 0, message: message.replace(/ \(\d+:\d+\)$/, '') }
  }
}

module.exports = { judgeSource }
