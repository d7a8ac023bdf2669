'use strict'

// A trace as a timeline: one lane for each phase, one bar for each callback, in the order in which they ran. The axis is
// order, not time: between two callbacks that matter the loop may wait for as long as it likes.

const { titleOf } = require('./text.js')

/** @typedef {import('./recorder.js').TraceRecord} TraceRecord */

const LANES = ['main', 'nextTick', 'microtask', 'timers', 'pending', 'poll', 'check', 'close']
const COLOURS = ['#555', '#b8860b', '#8a5fbf', '#2f7ed8', '#7a7a7a', '#1b9e77', '#d95f02', '#c0392b']
const LEFT = 90
const TOP = 30
const LANE = 26
const BAR = 18
const STEP = 26

const escaped = (/** @type {string} */ text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** @param {TraceRecord[]} records */
function svgOf(records) {
  const used = LANES.filter((lane) => records.some((record) => record.phase === lane))
  const width = LEFT + records.length * STEP + 20
  const height = TOP + used.length * LANE + 20
  const parts = used.map((lane, at) => lanePart(lane, at, width))
  for (const [at, record] of records.entries()) {
    if (at > 0 && record.turn !== records[at - 1].turn) parts.push(turnPart(record.turn, at, height))
    parts.push(barPart(record, at, used))
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`
}

/**
 * @param {string} lane
 * @param {number} at
 * @param {number} width
 */
function lanePart(lane, at, width) {
  const y = TOP + at * LANE + LANE / 2
  return `<text x="8" y="${y + 4}">${lane}</text><line x1="${LEFT}" y1="${y}" x2="${width - 10}" y2="${y}" stroke="#ddd"/>`
}

/**
 * @param {number} turn
 * @param {number} at
 * @param {number} height
 */
function turnPart(turn, at, height) {
  const x = LEFT + at * STEP
  return `<line x1="${x}" y1="12" x2="${x}" y2="${height - 10}" stroke="#bbb" stroke-dasharray="3 3"/><text x="${x + 3}" y="20" fill="#888" font-size="10">turn ${turn}</text>`
}

/**
 * @param {TraceRecord} record
 * @param {number} at
 * @param {string[]} used
 */
function barPart(record, at, used) {
  const y = TOP + used.indexOf(record.phase) * LANE + (LANE - BAR) / 2
  const title = escaped(`${at + 1}. ${titleOf(record)}, ${record.durationMs.toFixed(2)} ms`)
  const colour = COLOURS[LANES.indexOf(record.phase)]
  return `<g><title>${title}</title><rect x="${LEFT + at * STEP + 2}" y="${y}" width="${STEP - 4}" height="${BAR}" rx="3" fill="${colour}"/><text x="${LEFT + at * STEP + STEP / 2}" y="${y + 13}" fill="#fff" font-size="10" text-anchor="middle">${at + 1}</text></g>`
}

module.exports = { svgOf }
