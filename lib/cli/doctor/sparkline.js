'use strict'

const BARS = '▁▂▃▄▅▆▇█'

/**
 * Values as bars, at most `width` of them: of what falls into one bar the highest counts.
 * @param {readonly number[]} values
 * @param {number} most what the highest bar stands for
 * @param {number} [width]
 */
function sparkline(values, most, width = 60) {
  const columns = Math.min(width, values.length)
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns)
    const to = Math.floor(((column + 1) * values.length) / columns)
    const value = Math.max(...values.slice(from, to))
    const height = most > 0 ? Math.ceil((value / most) * BARS.length) - 1 : 0
    return BARS[Math.min(BARS.length - 1, Math.max(0, height))]
  }).join('')
}

module.exports = { sparkline }
