'use strict'

// Turns raw pattern hits into findings: secrets and marks are confirmed here, dynamic code only counted, because only
// the parser can tell.

const { confirmMark } = require('./confirm-mark.js')
const { confirmSecret } = require('./confirm-secret.js')
const { isJavaScript, isOwn } = require('./file-kinds.js')
const { countBefore, lineAround } = require('./line-index.js')
const { PATTERNS } = require('./patterns.js')

const MAX_FINDINGS_PER_FILE = 100

/** @typedef {{ bytes: Buffer, owned: number, newlines: ArrayLike<number>, firstLine: number }} Text */

/**
 * @param {Text} text
 * @param {import('./examine-file').FileFacts} facts
 * @param {import('./examine-file').Kit} kit
 * @returns {number} candidates for dynamic code
 */
function judgeHits(text, facts, kit) {
  const { count, patternIds, starts } = kit.findAll(text.bytes)
  const own = isOwn(facts.path)
  const script = isJavaScript(facts.path)
  let dynamic = 0
  for (let i = 0; i < count && starts[i] < text.owned; i++) {
    const pattern = PATTERNS[patternIds[i]]
    if (pattern.group === 'dynamic') {
      if (!script) continue
      dynamic++
    } else if (facts.published < MAX_FINDINGS_PER_FILE) {
      if (pattern.group === 'secret') judgeSecret(pattern, starts[i], text, facts, kit)
      else if (own) judgeMark(pattern.text, starts[i], text, facts, kit)
    }
    facts.hits[pattern.group]++
  }
  return dynamic
}

/**
 * @param {import('./patterns').Pattern} pattern
 * @param {number} at
 * @param {Text} text
 * @param {import('./examine-file').FileFacts} facts
 * @param {import('./examine-file').Kit} kit
 */
function judgeSecret(pattern, at, { bytes, newlines, firstLine }, facts, kit) {
  const masked = confirmSecret(pattern, bytes, at)
  if (masked === undefined) return
  const line = firstLine + countBefore(newlines, at) + 1
  kit.publish({ group: 'secret', kind: pattern.kind, path: facts.path, line, text: masked })
  facts.published++
}

/**
 * @param {string} mark
 * @param {number} at
 * @param {Text} text
 * @param {import('./examine-file').FileFacts} facts
 * @param {import('./examine-file').Kit} kit
 */
function judgeMark(mark, at, { bytes, newlines, firstLine }, facts, kit) {
  const index = countBefore(newlines, at)
  const around = lineAround(bytes, newlines, index, at)
  const text = confirmMark(mark, around.text, at - around.start)
  if (text === undefined) return
  const readable = Buffer.from(text, 'latin1').toString('utf8')
  kit.publish({ group: 'mark', kind: mark, path: facts.path, line: firstLine + index + 1, text: readable })
  facts.published++
}

module.exports = { judgeHits }
