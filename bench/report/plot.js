'use strict'

// One plot per scenario: every ratio as a mark on a logarithmic axis with a line at 1. Right of the line ironloop is
// better, left of it the peer is; so a lost row cannot hide. Plain SVG that follows the reader's light or dark theme.

const { number } = require('../harness/table.js')
const { major } = require('./figures.js')

const WIDTH = 820
const LEFT = 300
const RIGHT = 70
const LINE = 22
const TITLE = 30
const SHAPES = ['circle', 'square', 'diamond', 'triangle']

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f } .row { font-weight: 600 } .quiet { fill: #6e7781 }
  .grid { stroke: #d0d7de } .one { stroke: #57606a; stroke-width: 1.5 } .stem { stroke: #8c959f } .bar { stroke: #bc4c00; stroke-width: 2 }
  .n0 { fill: #8c959f } .n1 { fill: #0969da } .n2 { fill: #1a7f37 } .n3 { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #8d96a0 } .grid { stroke: #30363d } .one { stroke: #b1bac4 } .stem { stroke: #6e7681 }
    .bar { stroke: #f0883e } .n0 { fill: #848d97 } .n1 { fill: #4493f8 } .n2 { fill: #3fb950 } .n3 { fill: #ab7df8 }
  }`

/**
 * @param {import('./figures.js').Scenario} scenario
 * @returns {string | undefined} undefined where there is nothing to compare
 */
function plot(scenario) {
  const lines = linesOf(scenario)
  const ratios = lines.flatMap(({ figures, atLeast }) => [
    ...figures.map(({ ratio }) => ratio),
    ...(atLeast ? [atLeast] : []),
  ])
  if (ratios.length === 0) return undefined
  const axis = axisOf(ratios)
  const height = TITLE + lines.length * LINE + 44
  const bottom = TITLE + lines.length * LINE + 6
  const body = [
    ...legend(scenario.nodes),
    ...axis.ticks.map((tick) => tickMark(axis.at(tick), bottom, tick)),
    ...lines.flatMap((line, at) => drawLine(line, TITLE + at * LINE + LINE / 2, axis.at, scenario.nodes)),
    text(axis.at(1) - 8, height - 6, 'quiet', '← peer is better', 'end'),
    text(axis.at(1) + 8, height - 6, 'quiet', 'ironloop is better →'),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(scenario.name)}: how many times better ironloop is</title>
<style>${STYLE}
</style>
${body.join('\n')}
</svg>
`
}

/**
 * A heading for each named row, and a line for each peer that has ratios.
 * @param {import('./figures.js').Scenario} scenario
 * @returns {{ heading?: string, peer?: string, atLeast?: number, figures: { node: string, ratio: number }[] }[]}
 */
function linesOf({ rows }) {
  return rows.flatMap(({ name, contenders }) => {
    const peers = contenders
      .map(({ name: peer, atLeast, figures }) => ({
        peer,
        atLeast,
        figures: figures.filter(({ ratio = 0 }) => ratio > 0),
      }))
      .filter(({ figures }) => figures.length > 0)
    const heading = name && peers.length > 0 ? [{ heading: name, figures: [] }] : []
    return /** @type {any} */ ([...heading, ...peers])
  })
}

/**
 * A logarithmic axis that always shows 1, with ticks at 1, 2 and 5 times powers of ten, thinned out to at most ten.
 * @param {number[]} values
 */
function axisOf(values) {
  const low = Math.min(0.8, ...values) / 1.15
  const high = Math.max(1.25, ...values) * 1.15
  const span = Math.log(high / low)
  const at = (/** @type {number} */ value) => LEFT + (Math.log(value / low) / span) * (WIDTH - LEFT - RIGHT)
  /** @type {number[]} */
  let ticks = []
  for (const steps of [[1, 2, 5], [1, 3], [1]]) {
    ticks = []
    for (let power = -4; power <= 6; power++)
      ticks.push(...steps.map((step) => Number((step * 10 ** power).toPrecision(2))))
    ticks = ticks.filter((tick) => tick >= low && tick <= high)
    if (ticks.length <= 10) break
  }
  return { at, ticks }
}

/** @param {string[]} nodes */
function legend(nodes) {
  return nodes.flatMap((node, at) => {
    const x = LEFT + at * 110
    return [mark(at, x, 13), text(x + 10, 17, '', `Node ${major(node)}`)]
  })
}

/**
 * @param {number} x
 * @param {number} bottom
 * @param {number} tick
 */
function tickMark(x, bottom, tick) {
  const line = `<line class="${tick === 1 ? 'one' : 'grid'}" x1="${fixed(x)}" x2="${fixed(x)}" y1="${TITLE - 4}" y2="${bottom}"/>`
  return `${line}${text(x, bottom + 14, 'quiet', `${tick}×`, 'middle')}`
}

/**
 * @param {{ heading?: string, peer?: string, atLeast?: number, figures: { node: string, ratio: number }[] }} line
 * @param {number} y
 * @param {(value: number) => number} at
 * @param {string[]} nodes
 */
function drawLine({ heading, peer = '', atLeast, figures }, y, at, nodes) {
  if (heading !== undefined) return [text(8, y + 4, 'row', clipped(heading, 46))]
  const ratios = figures.map(({ ratio }) => ratio)
  const farthest = ratios.reduce((far, ratio) => (Math.abs(Math.log(ratio)) > Math.abs(Math.log(far)) ? ratio : far), 1)
  const drawn = [
    text(LEFT - 14, y + 4, '', clipped(peer, 40), 'end'),
    `<line class="stem" x1="${fixed(at(1))}" x2="${fixed(at(farthest))}" y1="${y}" y2="${y}"/>`,
    ...figures.map(({ node, ratio }) => mark(nodes.indexOf(node), at(ratio), y)),
    text(Math.max(at(1), ...ratios.map(at)) + 10, y + 4, '', `${number(ratios[ratios.length - 1])}×`),
  ]
  if (atLeast === undefined) return drawn
  return [
    ...drawn,
    `<line class="bar" x1="${fixed(at(atLeast))}" x2="${fixed(at(atLeast))}" y1="${y - 8}" y2="${y + 8}"/>`,
  ]
}

/**
 * @param {number} index of the version of Node
 * @param {number} x
 * @param {number} y
 */
function mark(index, x, y) {
  const [cx, cy] = [fixed(x), fixed(y)]
  const kind = `class="n${index % 4}"`
  switch (SHAPES[index % SHAPES.length]) {
    case 'circle':
      return `<circle ${kind} cx="${cx}" cy="${cy}" r="5"/>`
    case 'square':
      return `<rect ${kind} x="${fixed(x - 4.5)}" y="${fixed(y - 4.5)}" width="9" height="9"/>`
    case 'diamond':
      return `<path ${kind} d="M${cx} ${fixed(y - 6)}l6 6l-6 6l-6 -6z"/>`
    default:
      return `<path ${kind} d="M${cx} ${fixed(y - 6)}l6 10h-12z"/>`
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} kind
 * @param {string} content
 */
function text(x, y, kind, content, anchor = 'start') {
  const attributes = `${kind && ` class="${kind}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`
  return `<text x="${fixed(x)}" y="${fixed(y)}"${attributes}>${escaped(content)}</text>`
}

/** @param {number} value */
function fixed(value) {
  return String(Number(value.toFixed(1)))
}

/**
 * @param {string} content
 * @param {number} length
 */
function clipped(content, length) {
  return content.length > length ? `${content.slice(0, length - 1)}…` : content
}

/** @param {string} content */
function escaped(content) {
  return content.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)
}

module.exports = { plot }
