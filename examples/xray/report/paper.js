'use strict'

// What sections are written on: headings, and tables in which some columns give way so that each row fits the terminal.

const { clean, count, cutEnd, cutMiddle, widthOf } = require('./text.js')

const INDENT = '  '
const GAP = '  '
const MIN_WIDTH = 8

/**
 * @typedef {object} Column
 * @property {'left' | 'right'} [align]
 * @property {import('./style').Paint} [paint]
 * @property {'end' | 'middle'} [cut] this column gives way, and where it is cut; the last column always does
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

  /** The widest of the columns that can give way does, until the row fits. @param {string[][]} rows @param {Column[]} columns */
  fit(rows, columns) {
    const widths = columns.map((_, i) => Math.max(0, ...rows.map((cells) => widthOf(cells[i]))))
    const canShrink = (/** @type {number} */ i) => (columns[i].cut || i === columns.length - 1) && widths[i] > MIN_WIDTH
    const used = widths.reduce((sum, width) => sum + width, INDENT.length + GAP.length * (columns.length - 1))
    for (let over = used - this.width; over > 0; over--) {
      const shrinkable = [...widths.keys()].filter(canShrink)
      if (shrinkable.length === 0) break
      widths[shrinkable.reduce((a, b) => (widths[b] > widths[a] ? b : a))]--
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
