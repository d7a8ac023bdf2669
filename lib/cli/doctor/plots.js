'use strict'

// Plots of the report's page, as SVG within it.

const WIDTH = 920
const HEIGHT = 90
const LEFT = 62
const BOTTOM = 18

/** @param {number} value */
const short = (value) => String(Math.round(value * 10) / 10)

/**
 * @param {number} ms
 * @param {number} ranMs
 */
const across = (ms, ranMs) => LEFT + (Math.max(0, ms) / Math.max(1, ranMs)) * (WIDTH - LEFT)

/**
 * @param {number} ranMs
 * @param {number} height
 */
function timeAxis(ranMs, height) {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const anchor = part === 0 ? 'start' : part === 1 ? 'end' : 'middle'
    const x = short(across(part * ranMs, ranMs))
    return `<text x="${x}" y="${height - 4}" text-anchor="${anchor}">${short((part * ranMs) / 1000)} s</text>`
  })
  const y = height - BOTTOM
  return `<line x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}" stroke="var(--line)"/>${marks.join('')}`
}

/**
 * @param {string} inside
 * @param {string} label
 * @param {number} height
 */
function framed(inside, label, height) {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">${inside}</svg>`
}

/**
 * Values over time, each a bar that reaches to the one before it.
 * @param {{ atMs: number, value: number }[]} points
 * @param {{ ranMs: number, most: number, unit: string, colour: string }} how the highest value is at least `most`
 */
function barsOf(points, { ranMs, most, unit, colour }) {
  const top = Math.max(most, ...points.map(({ value }) => value))
  const full = HEIGHT - BOTTOM - 6
  const bars = points.map(({ atMs, value }, index) => {
    const from = across(index === 0 ? 0 : points[index - 1].atMs, ranMs)
    const width = Math.max(0.5, across(atMs, ranMs) - from - 0.4)
    const height = Math.max(0.5, (value / top) * full)
    const y = HEIGHT - BOTTOM - height
    const title = `<title>${short(atMs / 1000)} s: ${short(value)} ${unit}</title>`
    return `<rect x="${short(from)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${colour}">${title}</rect>`
  })
  const scale = `<text x="${LEFT - 6}" y="14" text-anchor="end">${short(top)} ${unit}</text>`
  return framed(
    bars.join('') + scale + timeAxis(ranMs, HEIGHT),
    `${points.length} values, at most ${short(top)} ${unit}`,
    HEIGHT
  )
}

/**
 * Blocks over time: as wide as they lasted, as high as the longest.
 * @param {{ atMs: number, ms: number, cause: string }[]} blocks
 * @param {number} ranMs
 */
function stripOf(blocks, ranMs) {
  const top = Math.max(1, ...blocks.map(({ ms }) => ms))
  const full = HEIGHT - BOTTOM - 6
  const bars = blocks.map(({ atMs, ms, cause }) => {
    const x = across(atMs, ranMs)
    const width = Math.max(1.5, across(atMs + ms, ranMs) - x)
    const height = Math.max(3, (ms / top) * full)
    const title = `<title>${short(atMs / 1000)} s: ${Math.round(ms)} ms, ${cause}</title>`
    return `<rect x="${short(x)}" y="${short(HEIGHT - BOTTOM - height)}" width="${short(width)}" height="${short(height)}" fill="var(--bad)">${title}</rect>`
  })
  const scale = blocks.length > 0 ? `<text x="${LEFT - 6}" y="14" text-anchor="end">${Math.round(top)} ms</text>` : ''
  return framed(bars.join('') + scale + timeAxis(ranMs, HEIGHT), `${blocks.length} blocks`, HEIGHT)
}

module.exports = { barsOf, stripOf }
