'use strict'

// The block that a program ended in, by what the watchdog's own thread wrote while it lasted (watch's `report`).

const fs = require('node:fs')

const BEGINNING = /^ironloop: process \d+: the loop of .* has been blocked for (\d+) ms in (\w+)/
const FRAME = /^\s+at (?:(.*) \()?(.*?):(\d+):(\d+)\)?$/
const MISSING = /^\s+\(no stack: (.*)\)$/

/**
 * @param {string} file
 * @param {number} endedAt
 * @returns {import('./findings.js').Block | undefined}
 */
function blockThatNeverEnded(file, endedAt) {
  if (!fs.existsSync(file)) return undefined
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  const from = lines.findLastIndex((line) => line.startsWith('ironloop: '))
  const [, ms, language] = lines[from]?.match(BEGINNING) ?? []
  if (ms === undefined) return undefined // the last one was over
  const at = fs.statSync(file).mtimeMs - Number(ms)
  const frames = lines.slice(from + 1).flatMap((line) => frameOf(line))
  const cause = language === 'native' ? 'native' : 'javascript'
  const stackMissing = lines[from + 1]?.match(MISSING)?.[1]
  return { kind: 'block', at, ms: endedAt - at, cause, frames, stackMissing, ended: false }
}

/** @param {string} line */
function frameOf(line) {
  const [, functionName = '', file, row, column] = line.match(FRAME) ?? []
  return file === undefined ? [] : [{ functionName, file, line: Number(row), column: Number(column) }]
}

module.exports = { blockThatNeverEnded }
