'use strict'

// The answer for people: the headline numbers first, then a section per question, each with its first few entries.

const { writeDynamicCode, writeHotSpots, writeOldestMarks } = require('./code-sections.js')
const { writeComparison } = require('./comparison-section.js')
const { writeHeadlines } = require('./headlines.js')
const { Paper } = require('./paper.js')
const { writeCopies, writeInstallScripts, writeKinds, writePackages, writeSecrets } = require('./sections.js')
const { createStyle, wantsColor } = require('./style.js')
const { writeTrouble } = require('./trouble-section.js')

const PIPED_WIDTH = 100
const MAX_WIDTH = 120
const MIN_WIDTH = 40

/** @param {NodeJS.WriteStream} stream */
function widthFor({ isTTY, columns }) {
  return isTTY && columns ? Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns)) : PIPED_WIDTH
}

/**
 * @param {import('../answer/answer').Answer} answer
 * @param {{ top: number }} options
 * @param {NodeJS.WriteStream} [stream] where it will be written
 */
function renderReport(answer, { top }, stream = process.stdout) {
  const paper = new Paper(createStyle(wantsColor(stream)), widthFor(stream), top)
  writeHeadlines(answer, paper)
  writeComparison(answer, paper)
  writeSecrets(answer, paper)
  writeInstallScripts(answer, paper)
  writePackages(answer, paper)
  writeCopies(answer, paper)
  writeHotSpots(answer, paper)
  writeOldestMarks(answer, paper)
  writeDynamicCode(answer, paper)
  writeKinds(answer, paper)
  writeTrouble(answer, paper)
  paper.line()
  return `${paper.lines.join('\n')}\n`
}

module.exports = { renderReport }
