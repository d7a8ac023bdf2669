'use strict'

// Parses JavaScript where it is worth it: own files for their complexity, installed ones only when the prefilter found a
// candidate for dynamic code.

const { isJavaScript, isOwn } = require('./file-kinds.js')
const { readSyntax } = require('./syntax.js')

const BYTE_ORDER_MARK = 0xfeff

/**
 * @param {Buffer} bytes the whole file
 * @param {number} dynamicHits
 * @param {import('./examine-file').FileFacts} facts
 * @param {import('./examine-file').Kit} kit
 */
function judgeSource(bytes, dynamicHits, facts, kit) {
  if (!isJavaScript(facts.path) || (dynamicHits === 0 && !isOwn(facts.path))) return
  const source = bytes.toString('utf8')
  judgeJavaScript(source.charCodeAt(0) === BYTE_ORDER_MARK ? source.slice(1) : source, facts, kit)
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
