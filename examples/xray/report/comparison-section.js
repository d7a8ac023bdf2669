'use strict'

const { duration, size } = require('./text.js')

/** @typedef {import('../answer/answer').Run} Run */

/** @type {[string, (run: Run) => string, (run: Run) => number][]} */
const ROWS = [
  ['time', (run) => duration(run.elapsedMs), (run) => run.elapsedMs],
  ['speed', (run) => `${size(run.bytesPerSecond)}/s`, (run) => 1 / run.bytesPerSecond],
  ['longest block of the event loop', (run) => duration(run.longestBlockMs), (run) => run.longestBlockMs],
  ['CPU time', (run) => duration(run.cpuMs), (run) => run.cpuMs],
  ['memory at its peak', (run) => size(run.maxRssBytes), (run) => run.maxRssBytes],
]

/** @param {number} ours @param {number} theirs */
function verdict(ours, theirs) {
  const ratio = theirs / ours
  if (!Number.isFinite(ratio)) return ''
  return ratio >= 1 ? `${ratio.toFixed(1)} times better` : `${(1 / ratio).toFixed(1)} times worse`
}

/** @param {import('../answer/answer').Answer} answer @param {import('./paper').Paper} paper */
function writeComparison({ compare }, paper) {
  if (!compare) return
  const { ironloop, node } = compare.best
  const { green, dim, red, bold } = paper.style
  const runs = compare.rounds.length / 2
  paper.heading(
    'ironloop and plain Node',
    `the same job, ${runs} runs each in turn, the better number of each; ${node.node}`
  )
  paper.table(
    [
      ['', 'ironloop', 'node', ''],
      ...ROWS.map(([name, text, value]) => [name, text(ironloop), text(node), verdict(value(ironloop), value(node))]),
    ],
    [{}, { align: 'right', paint: bold }, { align: 'right' }, { paint: dim }],
    (row) => row,
    ROWS.length + 1
  )
  if (compare.equal) paper.note('the answers are equal', green)
  else paper.note(`the answers differ (did the tree change meanwhile?): ${compare.differences.join(', ')}`, red)
}

module.exports = { writeComparison }
