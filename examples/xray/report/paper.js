'use strict'

// What sections are written on: headings, and tables in which one column gives way so that each row fits the terminal.

const { clean, count, cutEnd, cutMiddle, widthOf } = require('./text.js')

const INDENT = '  '
const GAP = '  '
const MIN_FLEX = 8

/**
 * @typedef {object} Column
 * @property {'left' | 'right'} [align]
 * @property {import('./style').Paint} [paint]
 * @property {'end' | 'middle'} [cut] this column gives way, cut there; the last column is cut at its end anyway
 */

class Paper {
  /** @param {import('./style').Style} style @param {number} width @param {number} top entries per section */
  constructor(style, width, top) {
    this.style = style
    this.width = width
    this.top = top
    /** @type {string[]} */
    this.lines = []
  }

  /** @param {string} [text] */
  line(text = '') {
    this.lines.push(text)
  }

  /** A line that is cut to the width. @param {string} text @param {import('./style').Paint} [paint] */
  note(text, paint = this.style.dim) {
    this.line(INDENT + paint(cutEnd(clean(text), this.width - INDENT.length)))
  }

  /** @param {string} title @param {string} [aside] */
  heading(title, aside = '') {
    const room = this.width - widthOf(title) - 3
    this.line()
    this.line(`${this.style.cyan('▌')}${this.style.bold(title)}${aside && room > 8 ? `  ${cutEnd(aside, room)}` : ''}`)
  }

  /**
   * The first entries as a table, and how many there are beyond.
   * @template T
   * @param {T[]} items
   * @param {Column[]} columns
   * @param {(item: T) => string[]} row
   * @param {number} [top]
   */
  table(items, columns, row, top = this.top) {
    const rows = items.slice(0, top).map((item) => row(item).map(clean))
    const widths = this.fit(rows, columns)
    for (const cells of rows) {
      const line = cells.map((cell, i) => this.cell(cell, widths[i], columns[i], i === columns.length - 1)).join(GAP)
      this.line(`${INDENT}${line}`.trimEnd())
    }
    if (items.length > rows.length) this.note(`… and ${count(items.length - rows.length)} more`)
  }

  /** @param {string[][]} rows @param {Column[]} columns */
  fit(rows, columns) {
    const widths = columns.map((_, i) => Math.max(0, ...rows.map((cells) => widthOf(cells[i]))))
    const total = () => INDENT.length + widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1))
    const flexible = columns.findIndex(({ cut }) => cut)
    const last = columns.length - 1
    for (const i of [last, flexible].filter((index) => index !== -1)) {
      const over = total() - this.width
      const least = Math.min(widths[i], i === flexible ? MIN_FLEX : MIN_FLEX * 3)
      if (over > 0) widths[i] = Math.max(least, widths[i] - over)
    }
    return widths
  }

  /** @param {string} text @param {number} width @param {Column} column @param {boolean} isLast */
  cell(text, width, { align = 'left', paint, cut = 'end' }, isLast) {
    const short = cut === 'middle' ? cutMiddle(text, width) : cutEnd(text, width)
    const padding = ' '.repeat(width - widthOf(short))
    const painted = paint ? paint(short) : short
    if (align === 'right') return padding + painted
    return isLast ? painted : painted + padding
  }
}

module.exports = { Paper }
