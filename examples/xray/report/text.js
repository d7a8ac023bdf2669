'use strict'

// Text for terminals: numbers, sizes, ages, and names cut to fit. Names come from strangers: nothing in them may steer
// the terminal.

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** @param {string} text */
const clean = (text) => text.replace(STEERING, '\uFFFD')

/** @param {number} value */
const count = (value) => value.toLocaleString('en-US')

/** @param {number} value @param {string} one @param {string} [many] */
const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Decimal units, three digits. @param {number} bytes */
function size(bytes) {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** @param {number} ms */
const duration = (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(ms >= 10_000 ? 1 : 2)} s` : `${ms.toFixed(1)} ms`)

const DAY_MS = 86_400_000

/** @param {string} since ISO date @param {number} [now] */
function age(since, now = Date.now()) {
  const days = Math.floor((now - Date.parse(since)) / DAY_MS)
  if (days < 1) return 'today'
  if (days < 60) return plural(days, 'day')
  if (days < 730) return plural(Math.floor(days / 30.44), 'month')
  return plural(Math.floor(days / 365.25), 'year')
}

/** @param {string} text @param {number} width */
function cutEnd(text, width) {
  const chars = [...text]
  return chars.length <= width ? text : `${chars.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** Keeps the end of a path, which says more than its middle. @param {string} text @param {number} width */
function cutMiddle(text, width) {
  const chars = [...text]
  if (chars.length <= width) return text
  const head = Math.max(0, Math.floor((width - 1) * 0.35))
  const tail = Math.max(0, width - 1 - head)
  return `${chars.slice(0, head).join('')}…${tail === 0 ? '' : chars.slice(-tail).join('')}`
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of block characters. @param {number} share 0 to 1 @param {number} width */
function bar(share, width) {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8)
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
}

/** How many columns a text takes, escape codes not counted. @param {string} text */
const widthOf = (text) => [...text].length

module.exports = { age, bar, clean, count, cutEnd, cutMiddle, duration, plural, size, widthOf }
