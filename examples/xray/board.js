'use strict'

// The live board: redrawn in place on stderr while the job runs, only when both outputs are a terminal. It leaves no
// trace: its lines are erased and the cursor comes back, also when the program is interrupted.

const { renderFrame } = require('./report/frame.js')
const { createStyle, wantsColor } = require('./report/style.js')

const FRAME_MS = 100
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const ERASE_BELOW = '\x1b[J'
const MIN_COLUMNS = 20

class Board {
  /**
   * @param {NodeJS.WriteStream} stream
   * @param {(style: import('./report/style').Style, width: number) => string[]} render one line each, cut to the width
   */
  constructor(stream, render) {
    this.stream = stream
    this.render = render
    this.style = createStyle(wantsColor(stream))
    this.height = 0
    this.restore = () => this.close()
    this.timer = setInterval(() => this.draw(), FRAME_MS).unref()
    process.once('exit', this.restore)
  }

  draw() {
    const width = Math.max(MIN_COLUMNS, (this.stream.columns || 80) - 1)
    const lines = this.render(this.style, width)
    this.stream.write(`${this.height === 0 ? HIDE_CURSOR : this.back()}${ERASE_BELOW}${lines.join('\n')}\n`)
    this.height = lines.length
  }

  /** To the start of the first line of the last frame. */
  back() {
    return `\r\x1b[${this.height}A`
  }

  close() {
    clearInterval(this.timer)
    process.removeListener('exit', this.restore)
    if (this.height > 0) this.stream.write(`${this.back()}${ERASE_BELOW}${SHOW_CURSOR}`)
    this.height = 0
  }
}

const NO_BOARD = { close() {} }

/** @param {{ json: boolean }} options */
const isWatched = ({ json }) => !json && process.stdout.isTTY && process.stderr.isTTY && process.env.TERM !== 'dumb'

/**
 * @param {import('./job').Job} job
 * @param {{ json: boolean }} options
 * @returns {{ close(): void }}
 */
function openBoard(job, options) {
  if (!isWatched(options)) return NO_BOARD
  return new Board(process.stderr, (style, width) => renderFrame(job, style, width))
}

/**
 * A board of one line.
 * @param {() => string} text
 * @param {{ json: boolean }} options
 * @returns {{ close(): void }}
 */
function openStatus(text, options) {
  if (!isWatched(options)) return NO_BOARD
  return new Board(process.stderr, (style, width) => [style.dim(text().slice(0, width))])
}

module.exports = { Board, openBoard, openStatus }
